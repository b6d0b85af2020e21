"""The steps as Prefect flows of the same names: retries, logs, schedules, artifacts; the only Prefect code.

`python -m flows.scheduled` carries out the schedules on this machine, against the server at PREFECT_API_URL.
"""

import logging
from collections.abc import Callable
from copy import copy

from prefect import Flow, flow, get_run_logger, serve, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.logging.formatters import PrefectFormatter
from prefect.tasks import exponential_backoff

from curation.settings import settings
from flows import alone, library
from flows import crawl as crawling
from flows import dedup as folding
from flows import extract as extracting
from flows import index as indexing
from flows import rate as rating
from flows import tag as tagging
from flows import upkeep as keeping
from flows.report import RunReport, StepReport
from flows.schedules import Deployment, of_library

# Tries after the first, and seconds before the first of them, doubled for the next: a restarting wiki is back by then.
RETRIES = 2
BACK_OFF_SECONDS = 10
# One run a source at a time; what comes meanwhile is dropped, or after an outage every missed run would follow.
ONE = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)


class RunFailed(Exception):
    """A run in which a step failed; it carries the report, and makes the flow count as failed."""

    def __init__(self, report: RunReport) -> None:
        said = [m for step in report.steps if not step.ok for m in step.messages]
        super().__init__("; ".join(said) or "a step failed")
        self.report = report


class _StepFailed(Exception):
    """A step whose report says that it failed: tried again by Prefect, then reported."""

    def __init__(self, report: StepReport) -> None:
        super().__init__("; ".join(report.messages) or f"{report.step} failed")
        self.report = report


def _as_task(step: str, source: str | None, act: library.Act) -> StepReport:
    """Carry a step out as a Prefect task; reading is tried again, the rest would fail the same way."""
    reading = step == "crawl"

    @task(
        name=step,
        task_run_name=f"{step} {source}" if source else step,
        retries=RETRIES if reading else 0,
        retry_delay_seconds=exponential_backoff(BACK_OFF_SECONDS),
        persist_result=False,
        cache_policy=NO_CACHE,
    )
    def carry_out() -> StepReport:
        report = act()
        get_run_logger().info("%s: %s", step, report.line)
        if not report.ok:
            raise _StepFailed(report)
        return report

    try:
        return carry_out()
    except _StepFailed as failed:
        return failed.report


def _conclude(report: RunReport) -> RunReport:
    """Leave the report as an artifact; a failed step fails the flow."""
    create_markdown_artifact(report.to_markdown(), key="run-report", description="What this run did")
    if not report.ok:
        raise RunFailed(report)
    return report


@flow(name="run", persist_result=False, validate_parameters=True)
def run(names: list[str] | None = None, full: bool = False) -> RunReport:
    """Do all the steps for these sources, or for every one."""
    log = get_run_logger()
    return _conclude(library.run(settings(), names or (), log=_first_lines(log.info), full=full, perform=_as_task))


def reported(names: list[str], full: bool = False) -> RunReport:
    """The report of a run, whether it went well or failed: what the command prints."""
    _plain_console()
    try:
        return run(names, full)
    except RunFailed as failed:
        return failed.report


def _plain_console() -> None:
    """Let Prefect say on the console what failed without our stack; the server keeps the whole."""
    whole = PrefectFormatter.format

    def plain(self: PrefectFormatter, record: logging.LogRecord) -> str:
        bare = copy(record)
        bare.exc_info = bare.exc_text = None
        return whole(self, bare)

    PrefectFormatter.format = plain  # type: ignore[assignment]


def _first_lines(log: Callable[[str], None]) -> Callable[[str], None]:
    """The crawler's lines without the stacks that follow some of them."""
    return lambda line: None if line.startswith((" ", "\t", "Traceback")) or not line else log(line)


@flow(name="upkeep", persist_result=False)
def upkeep() -> RunReport:
    """What a library needs once a night."""
    return _conclude(keeping.upkeep(settings()))


@flow(name="crawl", persist_result=False)
def crawl(name: str, full: bool = False) -> RunReport:
    """Read one source."""
    with alone.alone(settings(), f"source {name}"):
        return _conclude(RunReport([_as_task("crawl", name, lambda: crawling.crawl(settings(), name, full=full))]))


@flow(name="extract", persist_result=False)
def extract(name: str) -> RunReport:
    """Take in what was read of one source."""
    with alone.alone(settings(), f"source {name}"):
        return _conclude(RunReport([_as_task("extract", name, lambda: extracting.extract(settings(), name))]))


@flow(name="dedup", persist_result=False)
def dedup() -> RunReport:
    """Fold copies, group siblings."""
    return _conclude(RunReport([_as_task("dedup", None, lambda: folding.dedup(settings()))]))


@flow(name="tag", persist_result=False)
def tag() -> RunReport:
    """Suggest concepts."""
    return _conclude(RunReport([_as_task("tag", None, lambda: tagging.tag(settings()))]))


@flow(name="rate", persist_result=False)
def rate() -> RunReport:
    """Match and weigh ratings."""
    return _conclude(RunReport([_as_task("rate", None, lambda: rating.rate(settings()))]))


@flow(name="index", persist_result=False)
def index() -> RunReport:
    """Write what changed into the index."""
    return _conclude(RunReport([_as_task("index", None, lambda: indexing.index(settings()))]))


FLOWS: dict[str, Flow[..., RunReport]] = {"run": run, "upkeep": upkeep}


def deployments() -> list[RunnerDeployment]:
    """One for each source's own schedule, and the nightly upkeep."""
    return [_deployment(row) for row in of_library()]


def _deployment(row: Deployment) -> RunnerDeployment:
    """A row of the schedule in Prefect's terms."""
    made = FLOWS[row.flow].to_deployment(
        row.name, cron=row.cron, description=row.description, parameters=row.parameters, concurrency_limit=ONE
    )
    if not isinstance(made, RunnerDeployment):
        raise TypeError(f"to_deployment of {row.flow} was not synchronous")
    return made


if __name__ == "__main__":
    serve(*deployments(), print_starting_message=False)
