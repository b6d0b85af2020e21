"""The whole run: crawl -> extract -> dedup -> tag -> rate -> index. Read this first.

Each step is a plain function in the module of its name. This file says only the order, and that one source's
trouble is its own: the others go on, and the run as a whole is reported as failed.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from crawlers.errors import CrawlError
from curation.database.session import open_session
from curation.errors import CurationError
from curation.services import runs, sources
from curation.settings import Settings
from flows.alone import alone
from flows.crawl import crawl
from flows.dedup import dedup
from flows.extract import extract
from flows.fairly import by_host, crawled, together
from flows.index import index
from flows.meanwhile import Meanwhile
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
    with alone(settings, *(f"source {name}" for name in among)), Meanwhile(settings) as meanwhile:
        with open_session(settings.record_url) as db:
            record = runs.start(db, "run", names[0] if len(names) == 1 else None)
        fresh = False
        for done in _crawls(
            settings, among, progress, perform, partial(crawl, log=log, full=full, meanwhile=meanwhile)
        ):
            if done is not None:
                report.steps.append(done)
                taking = partial(extract, settings, str(done.source), progress, meanwhile)
                fresh |= done.ok and _take_in(report, perform, str(done.source), taking)
            elif fresh:
                # What was read is not kept from anybody because another source is slow.
                report.steps += [_done(perform, step) for step in _library_steps(settings, progress)]
                fresh = False
        report.steps += [_done(perform, step) for step in _library_steps(settings, progress)]
        with open_session(settings.record_url) as db:
            runs.finish(db, db.merge(record), report.to_dict(), ok=report.ok)
    return report


def read(settings: Settings, names: Sequence[str] = (), progress: Progress = silent, full: bool = False) -> RunReport:
    """The first step alone, for these sources, or for every source.

    Raises:
        Busy: another run works on one of the sources.
        NotFound: no source has one of the names.
    """
    among = chosen(settings, names)
    with alone(settings, *(f"source {name}" for name in among)):
        done = _crawls(settings, among, progress, plainly, partial(crawl, full=full))
        return RunReport([report for report in done if report is not None])


def _crawls(
    settings: Settings,
    names: Sequence[str],
    progress: Progress,
    perform: Perform,
    reading: Callable[[Settings, str, Progress], StepReport],
) -> Iterator[StepReport | None]:
    """Each source read, some at once."""
    one = together(progress)

    def read_one(name: str) -> StepReport:
        return _done(perform, ("crawl", partial(reading, settings, name, one(name))), name)

    return crawled(by_host(settings, names), read_one)


def _take_in(report: RunReport, perform: Perform, name: str, taking: Act) -> bool:
    """What was read of a source becomes articles. Whether any did."""
    report.steps.append(_done(perform, ("extract", taking), name))
    return any(report.steps[-1].counts.values())


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


def _done(perform: Perform, step: Step, source: str | None = None) -> StepReport:
    """One step's report; its own errors become one too, so that the next source is still read."""
    name, act = step
    try:
        return perform(name, source, act)
    except (CrawlError, CurationError, SearchError) as error:
        return StepReport(name, source, messages=[str(error)], ok=False)
