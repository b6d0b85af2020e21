"""source import and export: the sources as a YAML file, to keep, review and move."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from crawlers.errors import CrawlError
from crawlers.source import Source
from crawlers.sources_file import differences, from_yaml, to_yaml
from curation.database.session import open_session
from curation.services import sources
from flows.commands.console import json_option, ready, say_json
from flows.commands.source_terms import plain


@dataclass
class Plan:
    """What an import would do, by name of the source; `absent` are those the file does not name."""

    added: list[str] = field(default_factory=list)
    changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    untouched: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


@click.command()
@click.argument("names", nargs=-1)
@click.option("-o", "--out", default="-", help="The file to write; standard output where none is given.")
@json_option
def export(names: tuple[str, ...], out: str, as_json: bool) -> int:
    """Write the sources NAMES, or all of them, as YAML that import reads back; no secret is ever in it."""
    settings = ready()
    with open_session(settings.record_url, reads_only=True) as db:
        rows = [sources.get(db, name) for name in names] if names else sources.listed(db)
        held = [Source.from_dict(row.settings) for row in rows]
    if as_json:
        say_json({"sources": [source.own() for source in held]})
        return 0
    with click.open_file(out, "w", encoding="utf-8", atomic=out != "-") as lines:
        lines.write(to_yaml(held))
    return 0


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--prune", is_flag=True, help="Remove the sources that FILE does not name; asks first.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def import_(file: Path, dry_run: bool, prune: bool, yes: bool, as_json: bool) -> int:
    """Add and change sources so that they are as FILE says; all of it, or nothing where it has a problem.

    A term that FILE does not give is as the source's kind has it. Sources that FILE does not name stay, unless --prune.
    """
    wanted = _read(file)
    settings = ready()
    with open_session(settings.record_url) as db:
        plan = _plan(db, wanted)
        doomed = plan.absent if prune else []
        if not dry_run:
            if doomed and not yes:
                click.confirm(f"Withdraw every resource of {', '.join(doomed)}?", abort=True, err=True)
            _carry_out(db, wanted, plan, doomed)
            db.commit()
    if as_json:
        say_json({**plan.__dict__, "removed": doomed, "dry_run": dry_run})
    else:
        _say(plan, doomed, dry_run)
    return 0


def _read(file: Path) -> list[Source]:
    """The sources of a file.

    Raises:
        CrawlError: it has problems; each is named with its line.
    """
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise CrawlError(f"{file} is no text in UTF-8 (byte {error.start:,}). Save it as UTF-8.") from error
    wanted, wrong = from_yaml(text)
    if wrong:
        many = "1 problem" if len(wrong) == 1 else f"{len(wrong)} problems"
        raise CrawlError(f"{file} has {many}; nothing was changed.\n" + "\n".join(f"  {one}" for one in wrong))
    return wanted


def _plan(db: Session, wanted: list[Source]) -> Plan:
    """How the file differs from the record."""
    held = {row.name: Source.from_dict(row.settings) for row in sources.listed(db)}
    plan = Plan(absent=sorted(set(held) - {source.name for source in wanted}))
    for source in wanted:
        changed = {key: [was, now] for key, was, now in differences(held.get(source.name, source), source)}
        if source.name not in held:
            plan.added.append(source.name)
        elif changed:
            plan.changed[source.name] = changed
        else:
            plan.untouched.append(source.name)
    return plan


def _carry_out(db: Session, wanted: list[Source], plan: Plan, doomed: list[str]) -> None:
    for source in wanted:
        if source.name in plan.added:
            sources.add(db, source.name, source.kind, source.address, source.to_dict())
        elif source.name in plan.changed:
            sources.change(db, source.name, source.kind, source.address, source.to_dict())
    for name in doomed:
        sources.remove(db, name)


def _say(plan: Plan, doomed: list[str], dry_run: bool) -> None:
    would = "would be " if dry_run else ""
    for name in plan.added:
        click.secho(f"+ {name} {would}added", fg="green")
    for name, changed in plan.changed.items():
        click.secho(f"~ {name} {would}changed", fg="yellow")
        for key, (was, now) in changed.items():
            click.echo(f"    {key}: {plain(was)} -> {plain(now)}")
    for name in doomed:
        click.secho(f"- {name} {would}removed; its resources {would or 'are '}withdrawn", fg="red")
    kept = [name for name in plan.absent if name not in doomed]
    if kept:
        click.echo(f"  not in the file, so left alone: {', '.join(kept)}")
    if not (plan.added or plan.changed or doomed):
        click.echo("Nothing to change: the sources are as the file says.")
