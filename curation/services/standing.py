"""How each source stands: is it fresh, what is wrong, what waits for somebody, what it cost."""

import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cronsim import CronSim, CronSimError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from curation.database import PageRow, RunRow, now
from curation.services import runs, sources

# Time after a scheduled moment until a source that was not read is called late. Reason: a run takes a while, and a
# worker may be busy with another. Source: judgement.
GRACE = timedelta(hours=2)
# Addresses shown of a list; the whole list is in the run's record.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """One source at a glance; `state` is one of reading, failed, held, late, paused, fresh, new (never read).

    `why` are the reasons the last run was not believed, `goes_on` says when a paused one is continued, `held` the pages
    that wait for somebody to confirm that they are gone, found by the run `held_run`, `thin` that less of a page is
    kept than before, `missing` pages that one more believable run without them would withdraw. Times are UTC.
    """

    status: runs.SourceStatus
    state: str
    why: tuple[str, ...]
    goes_on: str
    held: tuple[str, ...]
    held_run: int | None
    thin: str
    failed: tuple[str, ...]
    missing: int
    next_run: datetime | None
    schedule: str
    keeper: str
    licence: str
    seconds: float | None

    @property
    def name(self) -> str:
        """Of the source."""
        return self.status.name

    @property
    def cost(self) -> dict[str, int]:
        """What the last run asked of the source: requests and bytes, where it recorded them."""
        return {key: int(self.status.report[key]) for key in ("requests", "bytes") if key in self.status.report}

    @property
    def held_words(self) -> str:
        """What to do about the pages that are held."""
        return (
            f"{len(self.held):,} pages are gone at once, so none was withdrawn. Look at the source; if they really "
            f"went, confirm it on the page /ops, or here: {self.confirm}"
        )

    @property
    def confirm(self) -> str:
        """The command that confirms that they are gone."""
        return f"commonplace extract --source {self.name} --confirm-withdrawal"

    def to_dict(self) -> dict[str, Any]:
        """As data, with the figures of its last run beside the rest."""
        more: dict[str, Any] = {"state": self.state, "why": self.why, "goes_on": self.goes_on, "held": self.held}
        more |= {"thin": self.thin, "missing": self.missing, "next_run": self.next_run, "schedule": self.schedule}
        more |= {"keeper": self.keeper, "licence": self.licence}
        return {**asdict(self.status), **more, "failed": self.failed, "seconds": self.seconds, **self.cost}


def thinner(name: str, share: float, before: float) -> str:
    """What to say of a source of whose pages less is kept than before."""
    return (
        f"Of each page of {name} only {share:.0%} is kept now, {before:.0%} before: its theme may have changed. "
        f"Compare a resource of it with its page; commonplace source show {name} tells what was read."
    )


def standing(db: Session, at: datetime | None = None) -> list[Standing]:
    """Every source that is in use, those that need somebody first."""
    moment = at or now()
    state = runs.status(db, limit=1)
    terms = {row.name: row.settings for row in sources.listed(db)}
    newest = {run.source: run for run in db.scalars(select(RunRow).where(RunRow.id.in_(_newest())))}
    believed = {run.source: run for run in db.scalars(select(RunRow).where(RunRow.id.in_(_newest(True))))}
    missing = dict(
        db.execute(
            select(PageRow.source, func.count()).where(PageRow.state == "missing").group_by(PageRow.source)
        ).all()
    )
    rows = [
        _of(row, terms[row.name], newest.get(row.name), believed.get(row.name), missing.get(row.name, 0),
            f"source {row.name}" in state.running, moment)
        for row in state.sources
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (ORDER.index(row.state), row.name))


# Between two reasons, which are sentences.
REASON = re.compile(r"(?<=[.?]); ")
ORDER = ("failed", "held", "late", "reading", "paused", "new", "fresh")


def _newest(believed: bool = False) -> Any:
    chosen = select(func.max(RunRow.id)).where(RunRow.step == "crawl")
    return (chosen.where(RunRow.state == "done") if believed else chosen).group_by(RunRow.source)


def _of(
    status: runs.SourceStatus, terms: dict[str, Any], run: RunRow | None, believed: RunRow | None, missing: int,
    reading: bool, at: datetime,
) -> Standing:  # fmt: skip
    schedule = str(terms.get("schedule", ""))
    held = tuple(believed.report.get("held", ())) if believed else ()
    return Standing(
        status=status,
        state=_state(status, run, schedule, bool(held), reading, at),
        why=tuple(REASON.split(run.message)) if run and run.message and run.state == "failed" else (),
        goes_on=str(run.message or "") if run and run.state == "paused" else "",
        held=held,
        held_run=believed.id if believed and held else None,
        thin=_thin(status.name, believed.report) if believed else "",
        failed=tuple(status.report.get("failed_urls", ())),
        missing=missing,
        next_run=next_run(schedule, at),
        schedule=schedule,
        keeper=str(terms.get("keeper", "")),
        licence=str(terms.get("licence", "")),
        seconds=(run.finished_at - run.started_at).total_seconds() if run and run.finished_at else None,
    )


def _thin(name: str, report: dict[str, Any]) -> str:
    share, before = report.get("kept"), report.get("kept_before")
    return thinner(name, share, before) if share is not None and before is not None else ""


def _state(
    status: runs.SourceStatus, run: RunRow | None, schedule: str, held: bool, reading: bool, at: datetime
) -> str:
    if reading:
        return "reading"
    if status.last_state == "failed":
        return "failed"
    if held:
        return "held"
    paused = run is not None and run.state == "paused"
    last = run.finished_at if run is not None and paused else status.last_read
    if last is None:
        return "new"
    due = next_run(schedule, last)
    if due is not None and due + GRACE < at:
        return "late"
    return "paused" if paused else "fresh"


def next_run(schedule: str, after: datetime) -> datetime | None:
    """The next moment of a schedule (five cron fields, UTC); None where it has none."""
    try:
        return next(CronSim(schedule, after.astimezone(UTC)), None)
    except (CronSimError, ValueError):
        return None
