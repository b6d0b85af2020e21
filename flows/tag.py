"""Tag: suggestions for resources whose words, vocabulary or model changed since they were last tagged."""

from curation.database.session import open_session
from curation.services import tag as tagging
from curation.settings import Settings
from flows.alone import alone
from flows.report import Progress, StepReport, silent, timed

# Resources a transaction; a crash repeats at most this many, well under a second of work.
BATCH = 100
# Seconds another run's tagging may take before ours gives up.
WAIT_SECONDS = 900.0


def tag(settings: Settings, progress: Progress = silent) -> StepReport:
    """Suggest concepts; what a person decided stays as it is, and a rejected concept does not come back."""
    report = StepReport("tag")
    with timed(report), alone(settings, "tag", wait_seconds=WAIT_SECONDS), open_session(settings.record_url) as db:
        tagger = tagging.open_tagger(db, settings.home / "models", report.messages.append)
        if tagger is None:
            report.messages.append(
                "There is no vocabulary yet, so nothing is suggested. Next: commonplace vocabulary import FILE"
            )
            return report
        total, done = tagging.waiting(db, tagger), 0
        while batch := tagging.tag_next(db, tagger, BATCH, settings.suggestions):
            report.count("tagged", len(batch))
            report.count("suggestions", sum(batch.values()))
            db.commit()
            done += len(batch)
            progress("tag", done, total)
    return report
