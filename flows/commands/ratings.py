"""ratings import: what people rated elsewhere."""

import csv
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from crawlers.urls import canonical
from curation.database.session import open_session
from curation.errors import CurationError
from curation.services import rate
from curation.services.ratings_file import import_rows
from flows.commands.console import json_option, ready, say_json

COLUMNS = ("url", "rater", "stars", "time")


@click.group()
def ratings() -> None:
    """Import ratings from a CSV file."""


@ratings.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def import_(file: Path, as_json: bool) -> int:
    """Import FILE (columns url, rater, stars 1-5, time, comment); importing it again changes nothing.

    Rows that match no resource are kept and count when it arrives. Bad rows are named and left out; the others
    are imported, and the exit code is 1.
    """
    settings = ready()
    with open_session(settings.record_url) as db:
        report = import_rows(db, _rows(file), canonical)
        rate.weigh(db)
        db.commit()
    if as_json:
        say_json({"added": report.added, "known": report.known, "waiting": report.waiting, "errors": report.errors})
        return 1 if report.errors else 0
    click.echo(f"{report.added} ratings added, {report.known} known before, {report.waiting} wait for their resource.")
    for line, message in report.errors:
        click.secho(f"  {file}, line {line}: {message}", fg="red", err=True)
    return 1 if report.errors else 0


@ratings.command()
@json_option
def frozen(as_json: bool) -> int:
    """List the ratings that do not count because they came as a burst, and why: a curator's task."""
    settings = ready()
    with open_session(settings.record_url, reads_only=True) as db:
        rows = rate.frozen(db)
    if as_json:
        say_json([asdict(row) for row in rows])
        return 0
    for row in rows:
        click.echo(f"{row.at:%Y-%m-%d %H:%M}  {row.stars} stars by {row.rater:<16} {row.title}\n    {row.why}")
    if not rows:
        click.echo("No rating is frozen.")
    return 0


def _rows(file: Path) -> Iterator[dict[str, str]]:
    """The rows of the file as they are.

    Raises:
        CurationError: a column is missing, or the file is no CSV in UTF-8.
    """
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            reader = csv.DictReader(lines)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise CurationError(
                    f"{file} has no column {' and no column '.join(missing)}. It needs url, rater, stars, time "
                    "and may have comment; nothing was imported."
                )
            for row in reader:
                yield {key: value or "" for key, value in row.items() if key}
    except (UnicodeDecodeError, csv.Error) as error:
        raise CurationError(
            f"{file} is no CSV in UTF-8 ({error}); nothing was imported. Save it as CSV UTF-8."
        ) from error
