"""The terms of a source one by one: what each means, what it may be, and every problem with those given."""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from difflib import get_close_matches
from functools import cache
from typing import Any

from crawlers.addresses import WORDS, as_network, origin
from crawlers.repository.address import clone_address, template_problem
from crawlers.repository.ssh import ssh_address
from crawlers.schedule import schedule_problem
from crawlers.urls import canonical
from crawlers.windows import window_problem

TYPES: dict[Any, tuple[tuple[type, ...], str]] = {
    str: ((str,), "text"),
    bool: ((bool,), "true or false"),
    int: ((int,), "a whole number"),
    float: ((int, float), "a number"),
}
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
HEADER = re.compile(r"[A-Za-z0-9-]+")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# A credential in a Secret block of Prefect, by its name as Prefect spells names.
BLOCK = "block:"
BLOCK_NAME = re.compile(BLOCK + r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Kinds whose pages a browser can draw.
DRAWN = ("site", "sitemap", "feed")
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)


@dataclass(frozen=True)
class Term:
    """One term as a person is told of it; `unit` is empty where it is no number."""

    name: str
    about: str
    unit: str
    default: Any


@dataclass(frozen=True)
class Problem:
    """What is wrong with one setting, and what would be right."""

    setting: str
    message: str


def sentence(message: str) -> str:
    """A message with its full stop, unless it ends in a question."""
    return message if message.endswith("?") else f"{message}."


def terms(described: type) -> dict[str, Term]:
    """The terms of a dataclass by name, with the words that stand under each field."""
    words = _words(described)
    return {f.name: Term(f.name, words.get(f.name, ""), str(f.metadata.get("unit", "")), _default(f))
            for f in fields(described)}  # fmt: skip


@cache
def _words(described: type) -> dict[str, str]:
    body = ast.parse(inspect.getsource(described)).body[0]
    found: dict[str, str] = {}
    field = ""
    for node in body.body if isinstance(body, ast.ClassDef) else ():
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and field:
            found[field] = " ".join(str(node.value.value).split())
        field = node.target.id if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) else ""
    return found


def _default(field: "Field[Any]") -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return "" if field.default is MISSING else field.default


def unknown(name: str, known: Mapping[str, Any]) -> str:
    """A name that is no term, with the nearest one there is."""
    near = get_close_matches(name, known, 1)
    if near:
        return f"{name} is no setting. Did you mean {near[0]}?"
    return f"{name} is no setting. Known are {', '.join(sorted(known))}"


def problems(values: Mapping[str, Any], described: type, kinds: Mapping[str, Any]) -> list[Problem]:
    """Everything that is wrong with these values of all the terms; empty: they can be used."""
    wrong = {p.setting: p for p in _types(values, described)}
    usable = {name: value for name, value in values.items() if name not in wrong}
    for check in (_identity(usable, kinds), _numbers(usable, described), _access(usable)):
        for problem in check:
            wrong.setdefault(problem.setting, problem)
    return list(wrong.values())


def _types(values: Mapping[str, Any], described: type) -> Iterator[Problem]:
    for f in fields(described):
        value = values[f.name]
        types, spoken = TYPES.get(f.type, ((object,), ""))
        if not isinstance(value, types) or (isinstance(value, bool) and f.type is not bool):
            yield Problem(f.name, f"{f.name} is {value!r}, but must be {spoken}")
        elif str(f.type).startswith("tuple") and not isinstance(value, tuple):
            yield Problem(f.name, f"{f.name} is {value!r}, but must be a list")


def _identity(values: Mapping[str, Any], kinds: Mapping[str, Any]) -> Iterator[Problem]:
    if "name" in values and not NAME.fullmatch(values["name"]):
        yield Problem("name", "the name is made of small letters, digits, dots, dashes and underscores, 63 at most")
    if "kind" in values and values["kind"] not in kinds:
        near = get_close_matches(values["kind"], kinds, 1)
        more = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(sorted(kinds))}"
        yield Problem("kind", f"{values['kind']!r} is no kind. {more}")
    if "address" in values:
        yield from _address(values["address"], values.get("kind") == "repository")
    if values.get("kind") == "repository":
        yield from _repository(values)
    if values.get("javascript") and values.get("kind") not in DRAWN:
        yield Problem("javascript", f"javascript is for the kinds {', '.join(DRAWN)}. Others are read as data")
    if values.get("prefix") and "address" in values:
        yield from _prefix(values["prefix"], values["address"], values.get("kind") == "site")


def _address(address: str, repository: bool) -> Iterator[Problem]:
    if repository and not clone_address(address):
        words = f"{address!r} is no clone address that is read here. Give an https:// one, with a token under headers"
        more = "one by ssh (git@host:path), with a key in the agent, or the folder of a clone on this machine"
        yield Problem("address", f"{words}, {more}")
    elif not repository and not canonical(address):
        yield Problem("address", f"the address {address!r} must start with http:// or https:// and name a host")
    elif not (repository and ssh_address(address)) and "@" in address.partition("://")[2].partition("/")[0]:
        words = "the address holds a password. Put it into an environment variable and name that under headers"
        yield Problem("address", words)


def _prefix(prefix: str, address: str, site: bool) -> Iterator[Problem]:
    if not canonical(prefix):
        yield Problem("prefix", f"the prefix {prefix!r} must be an address like the one it belongs to")
    elif site and origin(canonical(prefix))[1] != origin(address)[1]:
        yield Problem("prefix", "the prefix lies on another host than the address. Make it a source of its own")


def _repository(values: Mapping[str, Any]) -> Iterator[Problem]:
    branch, web = values.get("branch", ""), values.get("web", "")
    if branch.startswith("-") or not branch.isprintable() or " " in branch:
        yield Problem("branch", f"{branch!r} is no name of a branch")
    if problem := template_problem(web):
        yield Problem("web", f"web is {web!r}, but {problem}")


def _numbers(values: Mapping[str, Any], described: type) -> Iterator[Problem]:
    for f in fields(described):
        if "range" in f.metadata and f.name in values:
            lowest, highest = f.metadata["range"]
            if not lowest <= values[f.name] <= highest:
                said = f"{f.name} is {values[f.name]}, but must lie between {lowest:,} and {highest:,}"
                yield Problem(f.name, f"{said} {f.metadata['unit']}")
    problem = ""
    if "schedule" in values:
        problem = schedule_problem(values["schedule"])
        if problem:
            yield Problem("schedule", problem)
    if values.get("window"):
        problem = window_problem(values["window"], "" if problem else values.get("schedule", ""))
        if problem:
            yield Problem("window", f"the window {values['window']!r} {problem}")


def _access(values: Mapping[str, Any]) -> Iterator[Problem]:
    for entry in values.get("allow_private", ()):
        if not isinstance(entry, str) or not (entry in WORDS or as_network(entry) or HOST.fullmatch(entry)):
            said = f"allow_private holds {entry!r}, but takes host names, addresses, networks, {' or '.join(WORDS)}"
            yield Problem("allow_private", said)
    yield from _headers(values.get("headers", {}))
    if not values.get("user_agent", "").isprintable():
        yield Problem("user_agent", "user_agent must be one line that says who reads")
    if not all(isinstance(n, int) and n >= 0 for n in values.get("namespaces", ())):
        yield Problem("namespaces", "namespaces must be numbers of 0 or more")
    if not all(isinstance(key, str) and key.strip() for key in values.get("spaces", ())):
        yield Problem("spaces", "spaces must be a list of keys, such as ENG, as they stand in the addresses of pages")
    if values.get("restricted", "skip") not in {"skip", "keep"}:
        yield Problem("restricted", f"restricted is {values['restricted']!r}, but must be skip or keep")
    if not all(isinstance(p, str) for p in values.get("skip", ())):
        yield Problem("skip", "skip must be a list of patterns")


def _headers(headers: Any) -> Iterator[Problem]:
    if not isinstance(headers, dict):
        yield Problem("headers", "headers must map header names to names of environment variables")
        return
    for header, variable in headers.items():
        if not HEADER.fullmatch(str(header)):
            yield Problem("headers", f"{header!r} is no header name")
        if not (VARIABLE.fullmatch(str(variable)) or BLOCK_NAME.fullmatch(str(variable))):
            said = f"headers must name an environment variable for {header}, never hold the value itself"
            yield Problem("headers", f"{said} (or a Secret block of Prefect, as block:NAME)")
