"""source show and set: the terms on which a source is read, explained and changed."""

import json
import textwrap
from dataclasses import asdict
from typing import Any

import click

from crawlers.errors import CrawlError
from crawlers.source import Source
from crawlers.terms import Term, terms
from curation.database.session import open_session
from curation.services import sources, standing
from curation.services.standing import Standing
from flows.commands.console import json_option, ready, say_json

# Characters of a line of explanation.
WIDTH = 100


def setting(text: str) -> tuple[str, Any]:
    """A setting as typed: key=value, the value as JSON or plain text; nothing after = means the default."""
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise click.BadParameter(f"{text!r} must look like delay=2 or licence=CC0-1.0")
    if isinstance(terms(Source).get(key, Term(key, "", "", None)).default, str) and not value.startswith('"'):
        return key, value or None
    try:
        return key, json.loads(value) if value else None
    except ValueError:
        return key, value


@click.command()
@click.argument("name")
@json_option
def show(name: str, as_json: bool) -> int:
    """Explain every term of the source NAME (* marks those that were changed), and show its last run."""
    settings = ready()
    with open_session(settings.record_url, reads_only=True) as db:
        held = Source.from_dict(sources.get(db, name).settings)
        row = next(s for s in standing.standing(db) if s.name == name)
    own = held.own()
    if as_json:
        explained = [{**asdict(t), "value": held.to_dict()[t.name], "changed": t.name in own} for t in _terms(held)]
        say_json({"settings": held.to_dict(), "terms": explained, "status": row.to_dict()})
        return 0
    for term in _terms(held):
        _say_term(term, held.to_dict()[term.name], term.name in own)
    click.echo()
    say_standing(row)
    click.echo(f"    last run: {json.dumps(row.status.report, ensure_ascii=False, default=str)}")
    click.echo(f"Next: commonplace source set {name} KEY=VALUE (KEY= goes back to the default)")
    return 0


COLOURS = {"failed": "red", "held": "red", "late": "yellow", "paused": "yellow", "fresh": "green"}


def say_standing(row: Standing) -> None:
    """How a source stands, in a line, and below it what somebody should do."""
    state = click.style(f"{row.state:<8}", fg=COLOURS.get(row.state))
    read = f"read {row.status.last_read:%Y-%m-%d %H:%M}" if row.status.last_read else "never read"
    again = f"next {row.next_run:%Y-%m-%d %H:%M} UTC" if row.next_run else "no next run"
    click.echo(f"{state} {row.name:<24} {row.status.kind:<10} {row.status.resources:>6} pages  {read:<21}  {again}")
    for why in row.why:
        click.secho(f"    {why}", fg="red")
    if row.goes_on:
        click.echo(f"    {row.goes_on}")
    if row.thin:
        click.secho(f"    {row.thin}", fg="red")
    if row.held:
        click.secho(f"    {row.held_words}", fg="red")
    if row.failed:
        click.secho(f"    {len(row.failed):,} addresses failed, first {row.failed[0]}", fg="yellow")
    if row.missing:
        click.secho(f"    {row.missing:,} pages were missed once; the next believable run decides", fg="yellow")


def _terms(held: Source) -> list[Term]:
    """The terms with the defaults of the source's kind."""
    plain = Source.from_dict({"name": held.name, "kind": held.kind, "address": held.address}).to_dict()
    return [Term(t.name, t.about, t.unit, plain[t.name]) for t in terms(Source).values()]


def _say_term(term: Term, value: Any, changed: bool) -> None:
    mark = click.style("*", fg="green") if changed else " "
    unit = f" {term.unit}" if term.unit else ""
    usual = changed and term.name not in ("name", "kind", "address")
    default = f"  (default {plain(term.default)})" if usual else ""
    click.echo(f"{mark} {term.name:<20} {plain(value)}{unit}{default}")
    for line in textwrap.wrap(term.about, WIDTH):
        click.secho(f"      {line}", dim=True)


def plain(value: Any) -> str:
    """A value as it would be typed."""
    return value or "-" if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@click.command(name="set")
@click.argument("name")
@click.argument("changes", nargs=-1, required=True, metavar="KEY=VALUE…")
@json_option
def set_(name: str, changes: tuple[str, ...], as_json: bool) -> int:
    """Change terms of the source NAME; KEY= goes back to the default. The next run keeps to them."""
    given = dict(setting(text) for text in changes)
    if "name" in given:
        raise CrawlError("A source keeps its name, because its pages hang on it. Add it anew under the other name.")
    settings = ready()
    with open_session(settings.record_url) as db:
        before = Source.from_dict(sources.get(db, name).settings)
        wanted = {**before.own(), **given}
        after = Source.from_dict({key: value for key, value in wanted.items() if value is not None})
        sources.change(db, name, after.kind, after.address, after.to_dict())
        db.commit()
    changed = {key: value for key, value in after.to_dict().items() if value != before.to_dict()[key]}
    if as_json:
        say_json({"name": name, "changed": changed})
        return 0
    for key, value in changed.items():
        click.echo(f"{key}: {plain(before.to_dict()[key])} -> {plain(value)}")
    if not changed:
        click.echo(f"Nothing to change: {name} has these terms already.")
    return 0
