"""The whole run: crawl -> extract -> dedup -> tag -> rate -> index. Read this first.

Each step is a plain function in the module of its name. This file says only the order, and that one source's
trouble is its own: the others go on, and the run as a whole is reported as failed.
"""

from collections.abc import Callable, Iterator, Sequence

from crawlers.errors import CrawlError
from curation.database.session import open_session
from curation.errors import CurationError
from curation.services import runs, sources
from curation.settings import Settings
from flows.alone import alone
from flows.crawl import crawl
from flows.dedup import dedup
from flows.extract import extract
from flows.index import index
from flows.rate import rate
from flows.report import Progress, RunReport, StepReport, silent
from flows.tag import tag
from search_config.errors import SearchError

Act = Callable[[], StepReport]
Step = tuple[str, Act]
# How a step is carried out: here plainly, under Prefect as a task with retries.
Perform = Callable[[str, str | None, Act], StepReport]


def plainly(step: str, source: str | None, act: Act) -> StepReport:
    """Carry a step out, once."""
    return act()


def run(
    settings: Settings,
    names: Sequence[str] = (),
    progress: Progress = silent,
    log: Callable[[str], None] = lambda _: None,
    full: bool = False,
    perform: Perform = plainly,
) -> RunReport:
    """All of it for these sources, or for every source; what did not change costs nothing.

    Raises:
        Busy: another run works on one of the sources.
        NotFound: no source has one of the names.
    """
    among = chosen(settings, names)
    report = RunReport()
    with alone(settings, *(f"source {name}" for name in among)):
        with open_session(settings.record_url) as db:
            record = runs.start(db, "run", names[0] if len(names) == 1 else None)
        for name in among:
            for step in _reading(settings, name, progress, log, full):
                if not _do(report, perform, step, name):
                    break
        for step in _library_steps(settings, progress):
            _do(report, perform, step)
        with open_session(settings.record_url) as db:
            runs.finish(db, db.merge(record), report.to_dict(), ok=report.ok)
    return report


def _reading(
    settings: Settings, name: str, progress: Progress, log: Callable[[str], None], full: bool
) -> Iterator[Step]:
    """What is done source by source."""
    yield "crawl", lambda: crawl(settings, name, progress, log, full)
    yield "extract", lambda: extract(settings, name, progress)


def _library_steps(settings: Settings, progress: Progress) -> Iterator[Step]:
    """What is done once for the whole library."""
    yield "dedup", lambda: dedup(settings, progress)
    yield "tag", lambda: tag(settings, progress)
    yield "rate", lambda: rate(settings, progress)
    yield "index", lambda: index(settings, progress)


def chosen(settings: Settings, names: Sequence[str]) -> list[str]:
    """The sources to run, every one where none is named."""
    with open_session(settings.record_url, reads_only=True) as db:
        if names:
            return [sources.get(db, name).name for name in names]
        known = [source.name for source in sources.listed(db)]
    if not known:
        raise CurationError("There is no source to run. Next: commonplace source add ADDRESS")
    return known


def _do(report: RunReport, perform: Perform, step: Step, source: str | None = None) -> bool:
    """One step; its own errors become its report, so that the next source is still read. Whether it went well."""
    name, act = step
    try:
        done = perform(name, source, act)
    except (CrawlError, CurationError, SearchError) as error:
        done = StepReport(name, source, messages=[str(error)], ok=False)
    report.steps.append(done)
    return done.ok
