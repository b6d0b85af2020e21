"""source add, list, show, remove, check: which wikis and blogs are read, and on what terms."""

from dataclasses import asdict
from urllib.parse import urlsplit

import click

from crawlers.errors import CrawlError
from crawlers.look import look
from crawlers.source import KINDS, Source
from curation.database.session import open_session
from curation.services import runs, sources
from flows.commands.console import json_option, ready, say_json
from flows.commands.source_terms import set_, setting, show


@click.group()
def source() -> None:
    """Add, look at and check the wikis and blogs that are read."""


source.add_command(show)
source.add_command(set_)


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
    help="A term, such as delay=2; commonplace source show lists them.",
)
@json_option
def add(address: str, name: str | None, kind: str | None, given: tuple[str, ...], as_json: bool) -> int:
    """Add the wiki, blog or site at ADDRESS."""
    settings = ready()
    values = dict(setting(text) for text in given)
    if kind is None:
        found = look(address, user_agent=settings.crawler_name, allow_private=tuple(values.get("allow_private", ())))
        click.echo(found.message, err=True)
        if not found.kind:
            return 1
        kind, address = found.kind, found.address or address
    made = Source.from_dict({"name": name or _name(address), "kind": kind, "address": address, **values})
    with open_session(settings.record_url) as db:
        sources.add(db, made.name, made.kind, made.address, made.to_dict())
        db.commit()
    if as_json:
        say_json(made.to_dict())
    else:
        click.echo(f"Added {made.name} ({made.kind}, {made.address}). Next: commonplace run {made.name}")
    return 0


def _name(address: str) -> str:
    """A name from an address: its host and first folder."""
    parts = urlsplit(address)
    folder = next((part for part in parts.path.split("/") if part and "." not in part), "")
    host = (parts.hostname or "source").removeprefix("www.")
    made = f"{host}-{folder}" if folder else host
    return "".join(c if c.isalnum() or c in "._-" else "-" for c in made.lower()).strip("-._")[:63]


@source.command(name="list")
@json_option
def list_(as_json: bool) -> int:
    """List the sources and how each stands."""
    settings = ready()
    with open_session(settings.record_url, reads_only=True) as db:
        status = runs.status(db)
    if as_json:
        say_json([asdict(row) for row in status.sources])
        return 0
    if not status.sources:
        click.echo("No source yet. Next: commonplace source add ADDRESS")
    for row in status.sources:
        read = f"read {row.last_read:%Y-%m-%d %H:%M} UTC" if row.last_read else "never read"
        click.echo(f"{row.name:<24} {row.kind:<10} {row.resources:>6} pages  {read:<26} {row.address}")
        if row.message:
            click.secho(f"    {row.message}", fg="red" if row.last_state == "failed" else "yellow")
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
@json_option
def check(address: str, allow_private: tuple[str, ...], as_json: bool) -> int:
    """Try an ADDRESS: say what is there, whether it may be read, and what to add."""
    from curation.settings import settings

    try:
        found = look(address, user_agent=settings().crawler_name, allow_private=allow_private)
    except CrawlError as error:
        if as_json:
            say_json({"kind": None, "message": str(error)})
            return 1
        raise
    if as_json:
        say_json(asdict(found))
    else:
        click.echo(found.message)
    return 0 if found.kind and found.may_read else 1
