"""Dedup: what changed is compared with what looks like it; copies fold, siblings are grouped."""

from curation.database.session import open_session
from curation.services import deduplicate
from curation.settings import Settings
from flows.alone import alone
from flows.report import Progress, StepReport, silent, timed

# Articles a transaction: a crash repeats at most this many comparisons.
BATCH = 100
# Seconds another source's dedup may take before ours gives up: folding is one at a time, whole runs are not.
WAIT_SECONDS = 900.0


def dedup(settings: Settings, progress: Progress = silent) -> StepReport:
    """Compare every article that is new or changed; the others cost nothing."""
    report = StepReport("dedup")
    with timed(report), alone(settings, "dedup", wait_seconds=WAIT_SECONDS), open_session(settings.record_url) as db:
        total = deduplicate.waiting(db)
        done = 0
        while batch := deduplicate.compare_next(db, BATCH):
            for relation in batch:
                report.count(relation)
            db.commit()
            done += len(batch)
            progress("dedup", done, total)
    return report
