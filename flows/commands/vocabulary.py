"""vocabulary import, export: the common language, as SKOS."""

from pathlib import Path

import click

from curation.database.session import open_session
from curation.services import vocabulary as service
from flows.commands.console import json_option, ready, say_json

FORMATS = ("turtle", "xml", "json-ld", "csv")


@click.group()
def vocabulary() -> None:
    """Import or export the common language (SKOS)."""


@vocabulary.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def import_(file: Path, as_json: bool) -> int:
    """Import the concepts in FILE (Turtle, RDF/XML, JSON-LD or CSV). Concepts known before are replaced.

    A vocabulary with errors (no SKOS at all, two concepts with one label, a cycle) changes nothing.
    """
    settings = ready()
    with open_session(settings.record_url) as db:
        report = service.import_file(db, file)
        db.commit()
    if as_json:
        say_json({"added": report.added, "changed": report.changed, "warnings": report.warnings})
        return 0
    click.echo(f"{report.added} concepts added, {report.changed} changed. Next: commonplace tag")
    for warning in report.warnings:
        click.secho(f"  {warning}", fg="yellow", err=True)
    return 0


@vocabulary.command()
@click.option(
    "-o", "--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; standard output otherwise."
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="turtle", show_default=True)
def export(out: Path | None, form: str) -> int:
    """Export every concept; importing the result gives the same vocabulary."""
    settings = ready()
    with open_session(settings.record_url, reads_only=True) as db:
        text = service.export(db, form)
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        click.echo(f"Wrote {out}.", err=True)
    return 0
