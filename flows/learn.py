"""Learn: what curators decided since the last fit becomes the model the next suggestions come from."""

from curation.database import RunRow
from curation.database.session import open_session
from curation.services import learn as learning
from curation.services import runs
from curation.settings import Settings
from flows.alone import alone
from flows.report import StepReport, timed

# Seconds a tagging run may take before the fit gives up: both use the models folder.
WAIT_SECONDS = 900.0


def learn(settings: Settings) -> StepReport:
    """Fit the tagging model anew, if anything was decided or the vocabulary changed since, or if the newest model was
    cut short; the next tag step suggests with it."""
    report = StepReport(learning.STEP)
    with timed(report), alone(settings, "tag", wait_seconds=WAIT_SECONDS), open_session(settings.record_url) as db:
        newest, words = learning.newest_decision(db), learning.words_now(db)
        models = settings.home / "models"
        if (newest, words) == learning.fitted_with(db) and learning.is_whole(models):
            return report
        run = runs.start(db, learning.STEP)
        learned = learning.fit_model(db, models)
        if learned is not None:
            report.counts = {"reviewed_resources": learned.reviewed, "decisions": learned.decisions}
            report.messages.append(f"The model is {learned.version}. Next: commonplace tag")
        runs.finish(db, db.get_one(RunRow, run.id), {**report.counts, "decision": newest, "words": words})
    return report
