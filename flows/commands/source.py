"""source check, add, list, remove: which wikis and blogs are read."""

import json
import os
import shlex
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from crawlers.errors import CrawlError
from crawlers.look import Found, look
from crawlers.source import KINDS, Source
from curation.database.session import open_session
from curation.services import sources, standing
from flows.commands.console import json_option, ready, say_json
from flows.commands.failures import failures_
from flows.commands.source_file import export, import_
from flows.commands.source_terms import say_standing, set_, setting, show


@click.group()
def source() -> None:
    """Add, look at and check the wikis and blogs that are read."""


source.add_command(show)
source.add_command(set_)
source.add_command(import_)
source.add_command(export)
source.add_command(failures_)


header_option = click.option(
    "headers", "--header", multiple=True, metavar="HEADER=VARIABLE",
    help="A header to send, and the environment variable that holds its value, such as Authorization=WIKI_TOKEN, "
    "or Authorization=block:NAME for a Secret block of Prefect.",
)  # fmt: skip


@source.command()
@click.argument("address")
@click.option("--name", help="What to call it; the host's name where none is given.")
@click.option(
    "--kind", type=click.Choice(sorted(KINDS)), help="What it is; looked up at the address where none is given."
)
@click.option(
    "--set",
    "given",
    multiple=True,
    metavar="KEY=VALUE",
    help="A term, such as delay=2; commonplace source show explains them.",
)
@header_option
@json_option
def add(
    address: str, name: str | None, kind: str | None, given: tuple[str, ...], headers: tuple[str, ...], as_json: bool
) -> int:
    """Add the wiki, blog or site at ADDRESS, with the terms that a look at it suggests where no --kind is given."""
    settings = ready()
    values: dict[str, Any] = {key: value for key, value in map(setting, given) if value is not None}
    if headers:
        values["headers"] = {**values.get("headers", {}), **_variables(headers)}
    if kind is None:
        found = _look(address, settings.crawler_name, values)
        click.echo(found.message, err=True)
        kind, address, values = found.kind, found.address, {**found.terms, **values}
    made = Source.from_dict({"name": name or name_of(address), "kind": kind, "address": address, **values})
    with open_session(settings.record_url) as db:
        sources.add(db, made.name, made.kind, made.address, made.to_dict())
        db.commit()
    if as_json:
        say_json(made.to_dict())
    else:
        click.echo(f"Added {made.name} ({made.kind}, {made.address}). Next: commonplace run {made.name}")
    return 0


def _variables(headers: tuple[str, ...]) -> dict[str, str]:
    """Header -> variable, as typed."""
    pairs = [text.partition("=")[::2] for text in headers]
    if not all(header and variable for header, variable in pairs):
        raise click.BadParameter("--header must look like Authorization=WIKI_TOKEN: a header and a variable's name")
    return dict(pairs)


def _look(address: str, user_agent: str, terms: Mapping[str, Any]) -> Found:
    """A look on the terms that matter to it."""
    from curation.settings import settings
    from flows.blocks import handed

    trial = Source.from_dict({"name": "look", "kind": "site", "address": "https://look.invalid/", **_for_look(terms)})
    os.environ.update(handed(settings(), trial.headers))
    return look(
        address,
        user_agent=trial.user_agent or user_agent,
        allow_private=trial.allow_private,
        headers=trial.headers,
        verify_tls=trial.verify_tls,
    )


def _for_look(terms: Mapping[str, Any]) -> dict[str, Any]:
    return {key: terms[key] for key in ("user_agent", "allow_private", "headers", "verify_tls") if key in terms}


def name_of(address: str) -> str:
    """A name from an address: its host and first folder, or the folder's own name for one on this machine."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    folder = next((part for part in parts.path.split("/") if part and "." not in part), "")
    if not host:
        host, folder = Path(parts.path).resolve().name.removesuffix(".git") or "source", ""
    made = f"{host}-{folder}" if folder else host
    return "".join(c if c.isalnum() or c in "._-" else "-" for c in made.lower()).strip("-._")[:63]


@source.command(name="list")
@json_option
def list_(as_json: bool) -> int:
    """List the sources, those that need somebody first: state, pages, last and next read, what waits."""
    settings = ready()
    with open_session(settings.record_url, reads_only=True) as db:
        rows = standing.standing(db)
    if as_json:
        say_json([row.to_dict() for row in rows])
        return 0
    if not rows:
        click.echo("No source yet. Next: commonplace source check ADDRESS")
    for row in rows:
        say_standing(row)
    return 0


@source.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(name: str, yes: bool) -> int:
    """Stop reading the source NAME; its resources are withdrawn, never erased."""
    settings = ready()
    with open_session(settings.record_url) as db:
        sources.get(db, name)
        if not yes:
            click.confirm(f"Withdraw every resource of {name}? Ratings and words are kept.", abort=True, err=True)
        count = sources.remove(db, name)
        db.commit()
    click.echo(f"Removed {name}; {count} resources are withdrawn. Next: commonplace index")
    return 0


@source.command()
@click.argument("address")
@click.option("--allow-private", multiple=True, help="A private host or network it may reach besides its own host.")
@header_option
@json_option
def check(address: str, allow_private: tuple[str, ...], headers: tuple[str, ...], as_json: bool) -> int:
    """Try an ADDRESS: say what is there, whether it may be read, and the line that adds it."""
    from curation.settings import settings

    terms: dict[str, Any] = {"allow_private": list(allow_private), "headers": _variables(headers)}
    try:
        found = _look(address, settings().crawler_name, terms)
    except CrawlError as error:
        if as_json:
            say_json({"kind": None, "message": str(error)})
            return 1
        raise
    line = _line(found, {key: value for key, value in terms.items() if value})
    if as_json:
        say_json({**asdict(found), "add": line})
        return 0 if found.may_read else 1
    click.echo(found.message)
    for note in found.notes:
        click.secho(f"  {note}", fg="yellow")
    click.echo(f"{'Next' if found.may_read else 'Once it may be read'}: {line}")
    return 0 if found.may_read else 1


def _line(found: Found, terms: Mapping[str, Any]) -> str:
    """The command that adds what was found, on the terms suggested."""
    words = ["commonplace", "source", "add", found.address, "--kind", found.kind, "--name", name_of(found.address)]
    own = "".join(c if c.isalnum() else "_" for c in name_of(found.address)).upper().lstrip("_0123456789")
    wanted = {header: f"{own or 'SOURCE'}_{header.upper().replace('-', '_')}" for header in found.wants}
    headers = {**wanted, **terms.get("headers", {})}
    for header, variable in headers.items():
        words += ["--header", f"{header}={variable}"]
    if terms.get("allow_private"):
        words += ["--set", f"allow_private={json.dumps(terms['allow_private'])}"]
    for key, value in found.terms.items():
        words += ["--set", f"{key}={value}"]
    return shlex.join(words)
