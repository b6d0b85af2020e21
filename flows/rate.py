"""Rate: ratings, posts and collection items that waited find their resource; every score is weighed anew."""

from curation.database.session import open_session
from curation.services import rate as ratings
from curation.settings import Settings
from flows.alone import alone
from flows.report import Progress, StepReport, silent, timed

# Seconds another run's weighing may take before ours gives up.
WAIT_SECONDS = 900.0


def rate(settings: Settings, progress: Progress = silent) -> StepReport:
    """Match what waited and weigh all ratings."""
    report = StepReport("rate")
    with timed(report), alone(settings, "rate", wait_seconds=WAIT_SECONDS), open_session(settings.record_url) as db:
        report.count("matched", ratings.match_waiting(db))
        report.count("scores_changed", ratings.weigh(db))
        db.commit()
        progress("rate", 1, 1)
    return report
