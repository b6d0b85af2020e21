"""Addresses that failed in run after run: kept in a list, asked rarely, and again when a person says so."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from curation.database import FailureRow, now

# Runs in which an address failed before it is no longer asked in each. Source: the issue this list was made for.
MOST_TIMES = 3
# After so long such an address is asked once more by itself. Reason: servers are mended without telling us.
AGAIN = timedelta(days=7)


def left_alone(db: Session, source: str) -> list[str]:
    """Addresses of a source that the next run does not ask for."""
    given_up = (FailureRow.times >= MOST_TIMES) & ~FailureRow.retry & (FailureRow.last_at > now() - AGAIN)
    return list(db.scalars(select(FailureRow.url).where(FailureRow.source == source, given_up)))


def note(db: Session, source: str, because: Mapping[str, str], left: Collection[str]) -> None:
    """After a believable run over all of a source: what failed counts once more, what did not is mended."""
    there = {row.url: row for row in db.scalars(select(FailureRow).where(FailureRow.source == source))}
    for url in there.keys() - because.keys() - set(left):
        db.delete(there[url])
    for url, why in because.items():
        row = there.get(url)
        if row is None:
            row = FailureRow(source=source, url=url, times=0)
            db.add(row)
        row.times, row.why, row.last_at, row.retry = row.times + 1, why, now(), False


def listed(db: Session, source: str) -> list[FailureRow]:
    """The failures of a source, the most frequent first."""
    rows = select(FailureRow).where(FailureRow.source == source)
    return list(db.scalars(rows.order_by(FailureRow.times.desc(), FailureRow.url)))


def retry(db: Session, source: str) -> int:
    """Have the next run ask for all of them again; how many."""
    asked = update(FailureRow).where(FailureRow.source == source).values(retry=True)
    count = len(listed(db, source))
    db.execute(asked)
    return count


def counts(db: Session) -> dict[str, int]:
    """Addresses by source that failed so often that they are asked rarely."""
    given_up = select(FailureRow.source, func.count()).where(FailureRow.times >= MOST_TIMES)
    return dict(db.execute(given_up.group_by(FailureRow.source)).tuples().all())
