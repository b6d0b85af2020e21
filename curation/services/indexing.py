"""Keeps the index a true copy of the record: drain the outbox, verify both sides, rebuild beside."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from curation.database import IndexJobRow, ResourceRow, now
from curation.services import publish
from search_config.document import SearchDocument
from search_config.index import SearchIndex, WriteReport

# Resources a batch: bulk writes gained nothing above 500 documents (measured on Elasticsearch 9.4.3).
BATCH = 500
# A document the engine refuses waits 1, 2, 4 … minutes, at most a day: a poison document never blocks the others.
FIRST_WAIT_MINUTES = 1
LONGEST_WAIT_MINUTES = 24 * 60


@dataclass(slots=True)
class Drained:
    """What a drain did: documents `written` and `removed`, and those the engine refused, with its reason."""

    written: int = 0
    removed: int = 0
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Where the index and the record differ, as ids; all empty means the index is true."""

    missing: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()
    surplus: tuple[str, ...] = ()
    waiting: int = 0

    @property
    def true(self) -> bool:
        """Whether both sides agree."""
        return not (self.missing or self.outdated or self.surplus)


def waiting(db: Session) -> int:
    """Jobs not yet drained, those that wait for another try included."""
    return db.scalar(select(func.count()).select_from(IndexJobRow)) or 0


def drain(db: Session, index: SearchIndex, progress: Callable[[int], None] = lambda _: None) -> Drained:
    """Write every waiting change to the index, a batch a transaction (it commits: the index can't be rolled back).

    Raises:
        IndexUnavailable: the engine does not answer; the jobs stay and the next drain does them.
    """
    report = Drained()
    db.commit()
    while jobs := _due(db):
        _drain_batch(db, index, jobs, report)
        db.commit()
        progress(len(jobs))
    if report.written or report.removed:
        index.refresh()
    return report


def _due(db: Session) -> list[str]:
    """The resources of the next jobs whose time has come."""
    statement = select(IndexJobRow.resource_id).where(IndexJobRow.not_before <= now())
    return list(db.scalars(statement.order_by(IndexJobRow.enqueued_at, IndexJobRow.resource_id).limit(BATCH)))


def _drain_batch(db: Session, index: SearchIndex, ids: list[str], report: Drained) -> None:
    """Write and remove what these jobs name; a job is done only at the version it was seen with.

    The record is not held while the engine works: nobody else's change waits for it, and one made meanwhile raises
    its job's version, so that the job stays. Two indexers at once only write the same versions twice.
    """
    versions = dict(db.execute(select(ResourceRow.id, ResourceRow.version).where(ResourceRow.id.in_(ids))).all())
    held = {document.id: document for document in publish.documents(db, ids)}
    db.rollback()
    wrote = index.write(held.values())
    gone = {i: versions[i] for i in ids if i not in held and i in versions}
    removed = index.delete(gone) if gone else WriteReport()
    refused = {**wrote.failed, **removed.failed}
    report.written += wrote.written + wrote.stale
    report.removed += len(gone) - len(removed.failed)
    report.refused |= refused
    for i, version in versions.items():
        same = (IndexJobRow.resource_id == i) & (IndexJobRow.version <= version)
        if i not in refused:
            db.execute(delete(IndexJobRow).where(same).execution_options(synchronize_session=False))
        elif job := db.scalar(select(IndexJobRow).where(same)):
            _wait(job, refused[i])
    db.flush()
    db.expire_all()


def _wait(job: IndexJobRow, reason: str) -> None:
    """Put a refused job off, twice as long each time."""
    minutes = min(FIRST_WAIT_MINUTES * 2**job.attempts, LONGEST_WAIT_MINUTES)
    job.attempts += 1
    job.error = reason
    job.not_before = now() + timedelta(minutes=minutes)


def compare(db: Session, index: SearchIndex) -> Comparison:
    """Hold every document of the index against the record."""
    index.refresh()
    held = dict(index.versions())
    wanted = dict(db.execute(select(ResourceRow.id, ResourceRow.version).where(ResourceRow.state == "live")).all())
    return Comparison(
        missing=tuple(sorted(wanted.keys() - held.keys())),
        outdated=tuple(sorted(i for i in wanted.keys() & held.keys() if held[i] != wanted[i])),
        surplus=tuple(sorted(held.keys() - wanted.keys())),
        waiting=waiting(db),
    )


def repair(db: Session, index: SearchIndex, found: Comparison) -> Drained:
    """Make the index true where `compare` found that it is not; commits."""
    unknown = set(found.surplus)
    for start in range(0, len(found.surplus), BATCH):
        batch = found.surplus[start : start + BATCH]
        unknown -= set(db.scalars(select(ResourceRow.id).where(ResourceRow.id.in_(batch))))
    publish.touch(db, *found.missing, *found.outdated, *(i for i in found.surplus if i not in unknown))
    db.commit()
    if unknown:
        held = dict(index.versions())
        index.delete({i: held[i] + 1 for i in unknown})
        index.refresh()
    return drain(db, index)


def rebuild(db: Session, index: SearchIndex, progress: Callable[[int], None] = lambda _: None) -> WriteReport:
    """Build the index anew beside the one in use, then swap; a session that only reads will do.

    What changes while the new index is built keeps its job: drain afterwards.
    """

    def everything() -> Iterator[SearchDocument]:
        ids = list(db.scalars(select(ResourceRow.id).where(ResourceRow.state == "live").order_by(ResourceRow.id)))
        for start in range(0, len(ids), BATCH):
            yield from publish.documents(db, ids[start : start + BATCH])
            progress(len(ids[start : start + BATCH]))

    return index.rebuild(everything())
