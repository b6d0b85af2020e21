"""Upkeep: what a library needs once a night; verify the index, weigh ratings, drop old crawl files."""

import shutil
from pathlib import Path

from curation.database.session import open_session
from curation.services import runs, sources
from curation.settings import Settings
from flows.crawl import KEPT
from flows.index import verify
from flows.learn import learn
from flows.propose import propose
from flows.rate import rate
from flows.report import RunReport, StepReport, timed
from flows.tag import tag

# Crawls kept a source, newest first: enough to look back after a bad week of nightly runs.
KEPT_CRAWLS = 7


def upkeep(settings: Settings) -> RunReport:
    """Do everything, in an order that lets each use what the one before mended."""
    steps = [rate(settings), learn(settings), tag(settings), propose(settings)]
    return RunReport([*steps, verify(settings, repair=True), tidy(settings)])


def tidy(settings: Settings) -> StepReport:
    """Remove the files of old crawls that were taken in long ago."""
    report = StepReport("tidy")
    with timed(report), open_session(settings.record_url, reads_only=True) as db:
        for source in sources.listed(db):
            waiting = {Path(run.report["pages"]).parent.name for run in runs.to_extract(db, source.name)}
            folders = sorted((settings.home / "crawls" / source.name).glob("*/"), reverse=True)
            for folder in folders[KEPT_CRAWLS:]:
                if folder.name not in waiting:
                    shutil.rmtree(folder)
                    report.count("crawls_removed")
        used = {source.name for source in sources.listed(db)}
        for folder in (settings.home / KEPT).glob("*/"):
            if folder.name not in used:
                shutil.rmtree(folder)
                report.count("kept_removed")
    return report
