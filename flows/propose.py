"""Propose: phrases that recur and that the vocabulary lacks go to the curators' inbox."""

from curation.database import RunRow
from curation.database.session import open_session
from curation.services import proposals, runs
from curation.services import propose as looking
from curation.settings import Settings
from curation.tagging.phrases import PhraseReader
from curation.tagging.proposals import LEAST
from flows.report import Progress, StepReport, silent, timed


def propose(settings: Settings, least: int = LEAST, progress: Progress = silent, always: bool = False) -> StepReport:
    """Find the phrases of texts that changed, and look for what the vocabulary lacks, unless nothing changed since.

    The record is not held while spaCy reads, and what it found is kept batch by batch: a look that is cut short goes
    on where it was.
    """
    report = StepReport(proposals.STEP)
    with timed(report):
        reader = PhraseReader(settings.spacy_model)
        if not reader.model:
            told = f"spaCy model {settings.spacy_model} is not installed, so phrases are told by stop words alone."
            report.messages.append(f"{told} Install it with: pip install {settings.spacy_model}")
        with open_session(settings.record_url, reads_only=True) as db:
            seen, run = f"{proposals.stamp(db)} {least} {reader.model}", runs.last(db, proposals.STEP)
            if not always and run is not None and run.report.get("seen") == seen:
                return report
        _read(settings, reader, report, progress)
        with open_session(settings.record_url, reads_only=True) as db:
            found, labels = looking.concepts(db, least), looking.labels(db)
        with open_session(settings.record_url) as db:
            begun = runs.start(db, proposals.STEP)
            report.count("proposals_waiting", proposals.keep(db, found, labels))
            runs.finish(db, db.get_one(RunRow, begun.id), {**report.counts, "seen": seen})
    return report


def _read(settings: Settings, reader: PhraseReader, report: StepReport, progress: Progress) -> None:
    """Find the phrases of whatever is new or changed."""
    with open_session(settings.record_url, reads_only=True) as db:
        total, done = looking.waiting(db, reader), 0
        texts = looking.next_unread(db, reader)
    while texts:
        found = [(text, reader.read(text.document)) for text in texts]
        with open_session(settings.record_url) as db:
            looking.keep_phrases(db, reader, found)
            db.commit()
            done += len(texts)
            texts = looking.next_unread(db, reader)
        report.count("texts_read", len(found))
        progress(proposals.STEP, done, total)
