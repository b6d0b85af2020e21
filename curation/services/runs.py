"""Runs in the record: who works on what, how each pass went, and how everything stands now."""

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from curation.database import LeaseRow, RunRow, now
from curation.errors import CurationError
from curation.services import indexing, sources

# A lease outlives its holder by at most this long when the machine died; a holder renews it with every batch.
LEASE_MINUTES = 10
# Earlier runs a drop is measured against: the median of five forgives two odd ones.
EARLIER_RUNS = 5
# Runs of a source among which a file is looked for; only the newest file ever is.
RECENT = 20


class Busy(CurationError):
    """Another process works on the same thing."""


def _holder() -> str:
    """This process, as a person can find it."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _abandoned(holder: str) -> bool:
    """Whether a holder on this machine is dead, so that nobody waits for a lease to run out after a crash."""
    host, _, pid = holder.rpartition(":")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def take(db: Session, name: str) -> None:
    """Take a piece of work for this process; commits.

    Raises:
        Busy: another process holds it; it says who and until when.
    """
    held = db.get(LeaseRow, name, with_for_update=True, populate_existing=True)
    if held is not None and held.until > now() and held.holder != _holder() and not _abandoned(held.holder):
        db.rollback()
        raise Busy(
            f"Another run works on {name} (process {held.holder}, until {held.until:%H:%M} UTC unless it renews). "
            "Wait for it, or stop it; commonplace status shows what runs."
        )
    until = now() + timedelta(minutes=LEASE_MINUTES)
    try:
        if held is None:
            db.add(LeaseRow(name=name, holder=_holder(), until=until))
        else:
            held.holder, held.until = _holder(), until
        db.commit()
    except IntegrityError as error:
        db.rollback()
        raise Busy(f"Another run has just begun on {name}. Wait for it; commonplace status shows it.") from error


def renew(db: Session, name: str) -> None:
    """Say that the work goes on; commits."""
    until = now() + timedelta(minutes=LEASE_MINUTES)
    db.execute(update(LeaseRow).where(LeaseRow.name == name, LeaseRow.holder == _holder()).values(until=until))
    db.commit()


def release(db: Session, name: str) -> None:
    """Give the work up; commits."""
    db.execute(delete(LeaseRow).where(LeaseRow.name == name, LeaseRow.holder == _holder()))
    db.commit()


def start(db: Session, step: str, source: str | None = None) -> RunRow:
    """Record that a step begins; commits. Runs of the same that a crash left open are closed as failed."""
    same = RunRow.source == source if source else RunRow.source.is_(None)
    db.execute(
        update(RunRow)
        .where(RunRow.step == step, same, RunRow.state == "running")
        .values(state="failed", finished_at=now(), message="It was cut short before it could end.")
    )
    row = RunRow(step=step, source=source, state="running", report={})
    db.add(row)
    db.commit()
    return row


def finish(
    db: Session,
    run: RunRow,
    report: dict[str, Any],
    message: str | None = None,
    ok: bool = True,
    paused: bool = False,
) -> None:
    """Record how a step ended; commits. A paused one is neither done nor failed: a later run goes on with it."""
    run.state, run.finished_at = ("paused" if paused else "done" if ok else "failed"), now()
    run.report, run.message = report, message
    db.commit()


def to_extract(db: Session, source: str) -> list[RunRow]:
    """Believable crawls of a source whose pages were not taken in yet, oldest first."""
    statement = select(RunRow).where(RunRow.step == "crawl", RunRow.source == source, RunRow.state == "done")
    return [run for run in db.scalars(statement.order_by(RunRow.id)) if not run.report.get("taken_in")]


def swept(db: Session, source: str, since: datetime) -> bool:
    """Whether a believable crawl since then listed all of a source and compared it."""
    statement = select(RunRow).where(RunRow.step == "crawl", RunRow.source == source, RunRow.state == "done")
    recent = db.scalars(statement.where(RunRow.started_at >= since).order_by(RunRow.id.desc()))
    return any(run.report.get("sweep") and run.report.get("complete") for run in recent)


def recorded(db: Session, source: str, pages: str) -> bool:
    """Whether a crawl of a source into this file was recorded to its end."""
    ended = select(RunRow).where(RunRow.step == "crawl", RunRow.source == source, RunRow.finished_at.is_not(None))
    return any(run.report.get("pages") == pages for run in db.scalars(ended.order_by(RunRow.id.desc()).limit(RECENT)))


def earlier_counts(db: Session, source: str) -> list[int]:
    """Pages seen by the last believable crawls of a source, newest first."""
    statement = (
        select(RunRow)
        .where(RunRow.step == "crawl", RunRow.source == source, RunRow.state == "done")
        .order_by(RunRow.id.desc())
        .limit(EARLIER_RUNS)
    )
    return [int(run.report.get("seen", 0)) for run in db.scalars(statement)]


def last(db: Session, step: str, source: str | None = None) -> RunRow | None:
    """The newest run of a step that ended well."""
    same = RunRow.source == source if source else RunRow.source.is_(None)
    statement = select(RunRow).where(RunRow.step == step, same, RunRow.state == "done").order_by(RunRow.id.desc())
    return db.scalar(statement.limit(1))


def last_figure(db: Session, source: str, name: str) -> float | None:
    """A figure of the newest crawl of a source that recorded it."""
    said = last_said(db, source, name)
    return None if said is None else float(said)


def last_said(db: Session, source: str, name: str) -> Any:
    """What the newest crawl of a source that recorded a thing has of it; None where none did."""
    statement = select(RunRow).where(RunRow.step == "crawl", RunRow.source == source, RunRow.state == "done")
    for run in db.scalars(statement.order_by(RunRow.id.desc()).limit(EARLIER_RUNS)):
        if name in run.report:
            return run.report[name]
    return None


def _shown(run: RunRow) -> dict[str, Any]:
    """A run's report without what only the next run reads."""
    return {name: said for name, said in run.report.items() if name != "repeated"}


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How one source stands; `fresh` is None where it was never read."""

    name: str
    kind: str
    address: str
    resources: int
    last_read: datetime | None
    last_state: str | None
    message: str | None
    report: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Status:
    """How everything stands: each source, what runs now, what the index has not seen, the last runs."""

    sources: tuple[SourceStatus, ...]
    running: tuple[str, ...]
    index_waiting: int
    last_runs: tuple[RunRow, ...]


def status(db: Session, limit: int = 20) -> Status:
    """Everything an ops team wants at a glance."""
    newest = select(func.max(RunRow.id)).where(RunRow.step == "crawl").group_by(RunRow.source)
    done = newest.where(RunRow.state == "done")
    last = {run.source: run for run in db.scalars(select(RunRow).where(RunRow.id.in_(newest)))}
    read = {run.source: run for run in db.scalars(select(RunRow).where(RunRow.id.in_(done)))}
    held = sources.counts(db)
    rows = tuple(
        SourceStatus(
            name=row.name,
            kind=row.kind,
            address=row.address,
            resources=held.get(row.name, 0),
            last_read=read[row.name].finished_at if row.name in read else None,
            last_state=last[row.name].state if row.name in last else None,
            message=last[row.name].message if row.name in last else None,
            report=_shown(last[row.name]) if row.name in last else {},
        )
        for row in sources.listed(db)
    )
    running = tuple(db.scalars(select(LeaseRow.name).where(LeaseRow.until > now()).order_by(LeaseRow.name)))
    runs = tuple(db.scalars(select(RunRow).order_by(RunRow.id.desc()).limit(limit)))
    return Status(sources=rows, running=running, index_waiting=indexing.waiting(db), last_runs=runs)
