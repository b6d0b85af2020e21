"""Propose: phrases that recur and that the vocabulary lacks go to the curators' inbox."""

from importlib.util import find_spec

from curation.database import RunRow
from curation.database.session import open_session
from curation.services import proposals, runs
from curation.services import propose as looking
from curation.settings import Settings
from curation.tagging.proposals import LEAST
from flows.report import Progress, StepReport, silent, timed


def propose(settings: Settings, least: int = LEAST, progress: Progress = silent, always: bool = False) -> StepReport:
    """Look for what the vocabulary lacks, unless nothing changed since the last look.

    The record is not held while spaCy reads, which takes minutes in a large library.
    """
    report = StepReport(proposals.STEP)
    with timed(report):
        if find_spec(settings.spacy_model) is None:
            report.messages.append(f"spaCy model {settings.spacy_model} is not installed, so nothing is proposed.")
            return report
        with open_session(settings.record_url, reads_only=True) as db:
            seen, run = f"{proposals.stamp(db)} {least}", runs.last(db, proposals.STEP)
            if not always and run is not None and run.report.get("seen") == seen:
                return report
            total, done = looking.count(db), 0

            def read(by: int) -> None:
                nonlocal done
                done += by
                progress(proposals.STEP, done, total)

            found = looking.concepts(db, settings.spacy_model, least, progress=read)
            labels = looking.labels(db, settings.spacy_model)
        with open_session(settings.record_url) as db:
            begun = runs.start(db, proposals.STEP)
            report.counts = {"proposals_waiting": proposals.keep(db, found, labels)}
            runs.finish(db, db.get_one(RunRow, begun.id), {**report.counts, "seen": seen})
    return report
