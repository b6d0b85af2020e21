"""Crawl: read one source in a child process, judge the run, and keep what was read as a file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from crawlers.checks import Verdict, judge
from crawlers.errors import CrawlError
from crawlers.frontier import frontier_of
from crawlers.known import Known, write_known, write_leave
from crawlers.report import CrawlReport, read_report
from crawlers.run import crawl as run_child
from crawlers.source import Source
from crawlers.windows import window
from curation.database import RunRow, now
from curation.database.session import open_session
from curation.services import failures, runs, sources
from curation.settings import Settings
from flows.blocks import handed
from flows.meanwhile import Meanwhile
from flows.report import Progress, StepReport, silent, timed

# What a kind keeps of each source from run to run (a clone), under home. It may be removed: it is made anew.
KEPT = "kept"
# Name of the file of pages in the folder of a crawl.
FILE = "pages.jsonl.gz"
# Why a run ends when its source's window closes.
PAUSED = "window"


def crawl(
    settings: Settings,
    name: str,
    progress: Progress = silent,
    log: Callable[[str], None] = lambda _: None,
    full: bool = False,
    meanwhile: Meanwhile | None = None,
) -> StepReport:
    """Read a source; with `full`, everything again, as if nothing were known. A `meanwhile` understands what is read.

    A crawl that was cut short goes on where it was, in its own folder; one that was read to its end by a child whose
    parent died before it could record that is recorded now.

    The pages stay in a file under the home folder, named in the run's record; extract takes them in. A run that
    can't be believed is recorded as failed and changes nothing else.
    """
    report = StepReport("crawl", name)
    with timed(report):
        with open_session(settings.record_url) as db:
            row = sources.get(db, name)
            agent = row.settings.get("user_agent") or settings.crawler_name
            source = Source.from_dict({**row.settings, "user_agent": agent})
            closed = _outside(source)
            if closed:
                report.messages.append(closed)
                return report
            pages = _file_for(settings, db, name)
            known = None if full else _known_beside(db, name, pages)
            left = failures.left_alone(db, name)
            write_leave(left, pages)
            earlier = runs.earlier_counts(db, name)
            sweep = full or not runs.swept(db, name, now() - timedelta(days=source.sweep_days))
            run = runs.start(db, "crawl", name)
        kept, lent = settings.home / KEPT / name, handed(settings, source.headers)
        with _told(meanwhile, source, pages, progress) as tell:
            result = _ended(pages) or run_child(source, pages, known, log, tell, sweep, kept, lent)
        paused = result.finish_reason == PAUSED
        verdict = Verdict(True, (_outside(source),)) if paused else judge(result, source, earlier)
        _fill(report, result, verdict.reasons)
        report.ok = verdict.believable
        report.counts["left_alone"] = len(left)
        told = {**report.counts, "pages": str(pages), "sweep": sweep and result.sweep, **_figures(result, left)}
        with open_session(settings.record_url) as db:
            if report.ok and result.finish_reason == "finished":
                failures.note(db, name, result.failed_because, left)
            runs.finish(db, db.get_one(RunRow, run.id), told, "; ".join(verdict.reasons) or None, report.ok, paused)
    return report


@contextmanager
def _told(
    meanwhile: Meanwhile | None, source: Source, pages: Path, progress: Progress
) -> Iterator[Callable[[int], None]]:
    """What a crawl tells of its progress is heard by who watches, and by what follows it."""
    with meanwhile.following(source.name, pages) if meanwhile else nullcontext() as hear:

        def tell(read: int) -> None:
            progress("crawl", read)
            if hear:
                hear(read)

        yield tell


def _outside(source: Source) -> str:
    """When a source that may not be read now will be read again; empty: it may."""
    hours = window(source.window)
    if hours is None or hours.open(now()):
        return ""
    opens = f"{hours.next(now()):%Y-%m-%d %H:%M} UTC"
    return f"{source.name} is outside its window ({source.window}); a run by schedule after {opens} goes on with it."


def _known_beside(db: Session, name: str, pages: Path) -> Path:
    """What is known of the source's pages, in a file beside those to be read."""
    known = pages.with_name("known.jsonl")
    write_known((Known(**page) for page in sources.known_pages(db, name)), known)
    return known


def _figures(result: CrawlReport, left: list[str]) -> dict[str, object]:
    """What the record keeps of a run beside its counts."""
    return {
        "complete": result.complete,
        "requests": result.requests,
        "bytes": result.bytes,
        "failed_urls": [*result.failed_urls, *left],
        "finish_reason": result.finish_reason,
    }


def _file_for(settings: Settings, db: Session, name: str) -> Path:
    """The newest crawl's file, if that crawl is not at its end or nobody recorded its end; else one in a new folder."""
    place = settings.home / "crawls" / name
    newest = max(place.glob("*/"), default=None)
    if newest is not None:
        pages = newest / FILE
        if frontier_of(pages).exists() or (_ended(pages) and not runs.recorded(db, name, str(pages))):
            return pages
    folder = place / f"{now():%Y%m%dT%H%M%S%f}"
    folder.mkdir(parents=True)
    return folder / FILE


def _ended(pages: Path) -> CrawlReport | None:
    """The report of a crawl that came to its end."""
    if frontier_of(pages).exists() or not pages.exists():
        return None
    try:
        report = read_report(pages.with_name("stats.json"))
    except CrawlError:
        return None
    return report if report.finished_reading else None


def _fill(report: StepReport, result: CrawlReport, reasons: tuple[str, ...]) -> None:
    """The child's figures in the words of the run report."""
    report.counts = {
        "seen": result.pages_read + result.unchanged,
        "read": result.pages_read,
        "unchanged": result.unchanged,
        "gone": result.gone,
        "failed": len(result.failed_urls),
    }
    report.messages = [*reasons, *(m for m in result.messages if m not in reasons)]
