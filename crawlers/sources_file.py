"""Sources as a YAML file, to write, keep and move; read back with every problem named."""

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from crawlers.source import Source
from crawlers.terms import sentence, terms

# Written for every source, changed or not, because whoever reads the file asks for them first.
ALWAYS = ("kind", "address", "schedule", "licence", "keeper", "least_pages", "greatest_drop")
HEADER = """\
# Sources, by name. What is not given is as `commonplace source show NAME` explains it. Schedules are in UTC.
# Credentials are never here: headers name the environment variables that hold them.
# Read back with: commonplace source import FILE
sources:
"""
EXAMPLE = "sources: {wiki: {kind: mediawiki, address: 'https://wiki.example.org/api.php'}}"
ALIAS = "aliases (*name) are not taken. Put a value that begins with * into quotes"
# Characters of a line.
WIDTH = 120


@dataclass(frozen=True)
class Wrong:
    """One problem with a file: where, of which source and setting, and what would be right."""

    line: int
    source: str
    setting: str
    message: str

    def __str__(self) -> str:
        place = ", ".join(part for part in (f"line {self.line}", self.source, self.setting) if part)
        return f"{place}: {sentence(self.message)}"


def to_yaml(sources: Iterable[Source]) -> str:
    """The sources as a file, each with the terms that are not its kind's defaults."""
    parts = []
    for source in sources:
        every = source.to_dict()
        own = {**{key: every[key] for key in ALWAYS}, **source.own()}
        name = own.pop("name")
        text = yaml.safe_dump({name: own}, sort_keys=False, allow_unicode=True, width=WIDTH)
        parts.append(textwrap.indent(text, "  "))
    return HEADER + "\n".join(parts) if parts else HEADER.replace("sources:", "sources: {}")


def from_yaml(text: str) -> tuple[list[Source], list[Wrong]]:
    """The sources in a file, and everything that is wrong with it; with problems, the list is of no use."""
    try:
        for event in yaml.parse(text, yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                return [], [Wrong(_line(event), "", "", ALIAS)]
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
    except yaml.YAMLError as error:
        return [], [_unreadable(error)]
    rows = _rows(root)
    if rows is None:
        return [], [Wrong(1, "", "", f"the file must hold sources by name, such as {EXAMPLE}")]
    sources: list[Source] = []
    wrong: list[Wrong] = []
    seen: set[str] = set()
    for key, node in rows:
        if key.value in seen:
            wrong.append(Wrong(_line(key), key.value, "", "this source stands in the file twice. Keep one"))
        seen.add(key.value)
        values, lines, found = _values(loader, key, node)
        for p in Source.problems(values) if isinstance(node, yaml.MappingNode) else ():
            found.append(Wrong(lines.get(p.setting, _line(key)), key.value, p.setting, p.message))
        wrong += found
        if not found:
            sources.append(Source.from_dict(values))
    return sources, sorted(wrong, key=lambda w: w.line)


def _unreadable(error: yaml.YAMLError) -> Wrong:
    mark = getattr(error, "problem_mark", None)
    said = " ".join(str(part) for part in (getattr(error, "problem", ""), getattr(error, "context", "")) if part)
    line = mark.line + 1 if mark else 1
    return Wrong(line, "", "", f"this is no good YAML ({said or error}). A value that begins with * or @ needs quotes")


def _rows(root: Any) -> list[tuple[Any, Any]] | None:
    """Name and terms of each source, as nodes that know their line."""
    if not isinstance(root, yaml.MappingNode) or [key.value for key, _ in root.value] != ["sources"]:
        return None
    held = root.value[0][1]
    if not isinstance(held, yaml.MappingNode) or not all(isinstance(k, yaml.ScalarNode) for k, _ in held.value):
        return None
    return list(held.value)


def _values(loader: Any, key: Any, node: Any) -> tuple[dict[str, Any], dict[str, int], list[Wrong]]:
    """The values of one source, the line of each, and what can't even be read."""
    values: dict[str, Any] = {"name": key.value}
    lines: dict[str, int] = {}
    wrong: list[Wrong] = []
    if not isinstance(node, yaml.MappingNode):
        return values, lines, [Wrong(_line(key), key.value, "", "its terms must stand below it, as key: value")]
    for term, value in node.value:
        name = str(term.value)
        if name in lines or name == "name":
            wrong.append(Wrong(_line(term), key.value, name, f"{name} is given twice. Keep one"))
        lines[name] = _line(term)
        try:
            values[name] = _plain(loader, name, value)
        except (yaml.YAMLError, ValueError, TypeError):
            wrong.append(Wrong(_line(value), key.value, name, f"{name} holds what is no plain value"))
    return values, lines, wrong


def _plain(loader: Any, name: str, node: Any) -> Any:
    """A value; where text is wanted, as it is written, so that No is a keeper's name and 1.0 a licence's."""
    known = terms(Source).get(name)
    if known is not None and isinstance(known.default, str) and isinstance(node, yaml.ScalarNode):
        return "" if node.tag.endswith(":null") else node.value
    return loader.construct_object(node, deep=True)


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


def differences(before: Source, after: Source) -> Iterator[tuple[str, Any, Any]]:
    """Each term that differs: its name, how it was and how it will be."""
    old, new = before.to_dict(), after.to_dict()
    yield from ((key, old[key], new[key]) for key in new if old[key] != new[key])
