"""Index: drain the outbox into the search index; rebuild it, or hold it against the record."""

from curation.database.session import open_session
from curation.services import indexing
from curation.services.engine import open_index
from curation.settings import Settings
from flows.report import Progress, StepReport, silent, timed
from search_config.errors import IndexUnavailable
from search_config.index import SearchIndex

# Refused documents named in a report; the rest are counted.
NAMED = 5


def index(settings: Settings, progress: Progress = silent) -> StepReport:
    """Write every waiting change. An engine that is down loses nothing: the changes wait for the next run."""
    report = StepReport("index")
    with timed(report), open_session(settings.record_url) as db:
        engine = open_index(settings)
        total, done = indexing.waiting(db), 0

        def told(by: int) -> None:
            nonlocal done
            done += by
            progress("index", done, total)

        try:
            drained = indexing.drain(db, engine, told)
        except IndexUnavailable as error:
            db.rollback()
            report.ok = False
            report.messages.append(f"{error} {indexing.waiting(db)} changes wait and are written by the next run.")
            return report
        finally:
            engine.close()
        report.counts = {"written": drained.written, "removed": drained.removed, "refused": len(drained.refused)}
        report.messages += [f"{i} can't be indexed: {why}" for i, why in list(drained.refused.items())[:NAMED]]
    return report


def rebuild(settings: Settings, progress: Progress = silent) -> StepReport:
    """Build a fresh index beside the one in use and swap; searches go on meanwhile."""
    report = StepReport("index")
    # A reader never holds the record's lock, however long the building takes.
    with timed(report), open_session(settings.record_url, reads_only=True) as db:
        engine, done = open_index(settings), 0

        def told(by: int) -> None:
            nonlocal done
            done += by
            progress("index", done)

        try:
            wrote = indexing.rebuild(db, engine, told)
            with open_session(settings.record_url) as writer:
                indexing.drain(writer, engine)
        finally:
            engine.close()
        report.counts = {"written": wrote.written, "refused": len(wrote.failed)}
        report.messages += [f"{i} can't be indexed: {why}" for i, why in list(wrote.failed.items())[:NAMED]]
    return report


def verify(settings: Settings, repair: bool = False) -> StepReport:
    """Hold the index against the record; with `repair`, make it true."""
    report = StepReport("index")
    with timed(report):
        engine = open_index(settings)
        try:
            found = _compared(settings, engine)
            if repair and not found.true:
                with open_session(settings.record_url) as db:
                    indexing.repair(db, engine, found)
                report.count("repaired", len(found.missing) + len(found.outdated) + len(found.surplus))
                found = _compared(settings, engine)
        finally:
            engine.close()
        report.counts |= {
            "missing": len(found.missing),
            "outdated": len(found.outdated),
            "surplus": len(found.surplus),
            "waiting": found.waiting,
        }
        report.ok = found.true
        if not found.true:
            report.messages.append("The index differs from the record. Next: commonplace index --verify --repair")
    return report


def _compared(settings: Settings, engine: SearchIndex) -> indexing.Comparison:
    """Where the index and the record differ, without holding the record's lock."""
    with open_session(settings.record_url, reads_only=True) as db:
        return indexing.compare(db, engine)
