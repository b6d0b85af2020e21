"""Ratings from a file: each good row is kept, matched or not, and each bad one is named with its line."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from curation.database import RatingRow
from curation.errors import CurationError
from curation.services import matching
from curation.services.reading import Unreadable, clean, moment

NEEDED = ("url", "rater", "stars", "time")
# Rows looked up and written together; some hundred kilobytes, whatever the file's length.
ROWS = 500


@dataclass(slots=True)
class ImportReport:
    """What became of the rows: `added` (of them `waiting`: no resource has their address yet), `known` already,
    `errors` as (line, message)."""

    added: int = 0
    known: int = 0
    waiting: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)


def import_rows(
    db: Session, rows: Iterable[Mapping[str, str | None]], canonical: Callable[[str], str] = str
) -> ImportReport:
    """Keep ratings from a file; safe to repeat.

    Columns: url, rater, stars (1 to 5), time (ISO 8601), comment (may be absent). `canonical` turns an address into
    the form the library keeps. Lines count from 2, the first holding the columns' names.

    Raises:
        CurationError: a column is missing; it names it.
    """
    report, numbered = ImportReport(), enumerate(rows, start=2)
    while batch := list(islice(numbered, ROWS)):
        if missing := [name for name in NEEDED if name not in batch[0][1]]:
            raise CurationError(
                f"The ratings lack the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}. "
                f"They need {', '.join(NEEDED)}; comment is welcome. Nothing was imported."
            )
        _take(db, [row for row in (_read(*line, canonical, report) for line in batch) if row], report)
    return report


class _Same(NamedTuple):
    """What makes two rows the same rating."""

    url: str
    rater: str
    at: str
    stars: int


def _same(row: RatingRow) -> _Same:
    return _Same(row.url, row.rater, row.at.isoformat(), row.stars)


def _take(db: Session, ratings: list[RatingRow], report: ImportReport) -> None:
    """Add those the record does not hold yet."""
    urls = {row.url for row in ratings}
    seen = {_same(row) for row in db.scalars(select(RatingRow).where(RatingRow.url.in_(urls)))}
    behind = matching.by_url(db, urls)
    for row in ratings:
        if _same(row) in seen:
            report.known += 1
            continue
        seen.add(_same(row))
        row.resource_id = behind.get(row.url)
        db.add(row)
        report.added += 1
        report.waiting += row.resource_id is None
    db.flush()


def _read(
    line: int, row: Mapping[str, str | None], canonical: Callable[[str], str], report: ImportReport
) -> RatingRow | None:
    """A row as a rating, or its fault in the report."""
    url, rater, stars = clean(row.get("url")), clean(row.get("rater")), clean(row.get("stars"))
    try:
        if not url or not rater:
            raise Unreadable("a rating needs a url and a rater")
        if stars not in {"1", "2", "3", "4", "5"}:
            raise Unreadable(f"stars is {stars[:20]!r}; it has to be 1, 2, 3, 4 or 5")
        at = moment(clean(row.get("time")), "time")
        return RatingRow(
            url=canonical(url), rater=rater, stars=int(stars), at=at, comment=clean(row.get("comment")), origin="import"
        )
    except (CurationError, ValueError) as error:
        report.errors.append((line, str(error)))
        return None
