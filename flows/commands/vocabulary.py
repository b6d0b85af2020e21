"""vocabulary: the common language, in and out as SKOS, and what people do to it."""

from dataclasses import asdict
from pathlib import Path

import click

from curation.database.session import open_session
from curation.services import vocabulary as store
from flows.commands import vocabulary_changes
from flows.commands.console import json_option, progress_bars, ready, say_json

FORMATS = ("turtle", "xml", "json-ld", "csv")


@click.group()
def vocabulary() -> None:
    """Keep the common language: import, export and check it (SKOS), change it, see and undo every change."""


for _command in (
    vocabulary_changes.merge,
    vocabulary_changes.split,
    vocabulary_changes.rename,
    vocabulary_changes.deprecate,
    vocabulary_changes.move,
    vocabulary_changes.history,
    vocabulary_changes.undo,
    vocabulary_changes.check,
):
    vocabulary.add_command(_command)


@vocabulary.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def import_(file: Path, as_json: bool) -> int:
    """Import the concepts in FILE (Turtle, RDF/XML, JSON-LD or CSV). Concepts known before are replaced.

    What people changed here (see: commonplace vocabulary history) stays changed.

    A vocabulary with errors (no SKOS at all, two concepts with one label, a cycle) changes nothing.
    """
    settings = ready()
    with open_session(settings.record_url) as db:
        report = store.import_file(db, file)
        db.commit()
    if as_json:
        told = {"added": report.added, "changed": report.changed, "kept": report.kept, "warnings": report.warnings}
        say_json(told)
        return 0
    click.echo(f"{report.added} concepts added, {report.changed} changed. Next: commonplace tag")
    for kept in report.kept:
        click.echo(f"  Kept, although the file says otherwise: {kept}")
    for warning in report.warnings:
        click.secho(f"  {warning}", fg="yellow", err=True)
    return 0


@vocabulary.command()
@click.option("--least", default=3, show_default=True, type=click.IntRange(2), help="Fewest resources with the phrase.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@json_option
def propose(least: int, limit: int, as_json: bool) -> int:
    """Propose what the vocabulary lacks: phrases that recur in the library, and altLabels curators seem to mean.

    It parses what is new or changed with spaCy (about 12,000 words a second), so it takes a while when it first looks
    at a large library; texts in a language the spaCy model does not know are divided at their stop words. Curators find
    the same list at /tags/proposals; what they dismissed there does not come back.
    """
    from curation.services import proposals
    from flows.propose import propose as look

    settings = ready()
    with progress_bars(quiet=as_json) as progress:
        report = look(settings, least, progress, always=True)
    for message in report.messages:
        click.secho(message, fg="yellow", err=True)
    with open_session(settings.record_url, reads_only=True) as db:
        found = proposals.inbox(db, least, limit)
    if as_json:
        say_json([asdict(one) for one in found])
        return 1 if report.messages else 0
    for one in found:
        near = ", ".join(ref.label for ref in one.nearest)
        told = f"perhaps an altLabel of {one.concept.label}" if one.concept else f"near {near}" if near else ""
        click.echo(f"{one.documents:>5}  {one.label:<40} {told}")
    if not found:
        click.echo(f"No phrase that the vocabulary lacks stands in {least} resources.")
    return 1 if report.messages else 0


@vocabulary.command()
@click.option(
    "-o", "--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; standard output otherwise."
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="turtle", show_default=True)
def export(out: Path | None, form: str) -> int:
    """Export every concept; importing the result gives the same vocabulary."""
    settings = ready()
    with open_session(settings.record_url, reads_only=True) as db:
        text = store.export(db, form)
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        click.echo(f"Wrote {out}.", err=True)
    return 0
