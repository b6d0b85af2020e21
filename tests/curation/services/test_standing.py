"""How a source stands at a moment: fresh, late, failed, held; and who needs somebody comes first."""

from datetime import UTC, datetime, timedelta

import pytest

from curation.database import PageRow, RunRow
from curation.services import sources
from curation.services.standing import next_run, standing

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def wiki(db):
    sources.add(db, "wiki", "mediawiki", "https://w.org/api.php", {"schedule": "0 3 * * *", "keeper": "Ops"})
    return "wiki"


def ran(db, source, hours_ago, state="done", message=None, **report):
    began = AT - timedelta(hours=hours_ago)
    db.add(RunRow(step="crawl", source=source, state=state, started_at=began, finished_at=began + timedelta(minutes=3),
                  report=report, message=message))  # fmt: skip
    db.flush()


def test_a_source_is_new_fresh_then_late(db, wiki):
    assert [row.state for row in standing(db, AT)] == ["new"]
    ran(db, wiki, 5, requests=40, bytes=2048)
    (row,) = standing(db, AT)
    assert (row.state, row.cost, row.seconds, row.keeper) == ("fresh", {"requests": 40, "bytes": 2048}, 180, "Ops")
    assert row.next_run == datetime(2026, 3, 3, 3, tzinfo=UTC)
    assert standing(db, AT + timedelta(hours=16))[0].state == "fresh", "the run of 03:00 may still come"
    assert standing(db, AT + timedelta(hours=18))[0].state == "late"


def test_what_went_wrong_and_what_waits_is_told_and_comes_first(db, wiki):
    ran(db, wiki, 9)
    sources.add(db, "blog", "feed", "https://b.org/f", {"schedule": "15 * * * *"})
    ran(db, "blog", 0.5)
    ran(db, wiki, 4, held=["https://w.org/1", "https://w.org/2"])
    db.add(PageRow(source="blog", url="https://b.org/1", state="missing", misses=1))
    rows = standing(db, AT)
    assert [(row.name, row.state, row.missing) for row in rows] == [("wiki", "held", 0), ("blog", "fresh", 1)]
    assert "2 pages are gone at once" in rows[0].held_words and rows[0].confirm in rows[0].held_words
    ran(db, wiki, 1, "failed", "It ran out of time.", failed_urls=["https://w.org/3"])
    row = standing(db, AT)[0]
    assert (row.state, row.why, row.failed) == ("failed", ("It ran out of time.",), ("https://w.org/3",))
    assert len(row.held) == 2, "what is held still waits when a later run failed"


def test_a_run_that_was_paused_is_neither_new_nor_fresh(db, wiki):
    said = "wiki is outside its window (01-05); a run by schedule after 2026-03-03 01:00 UTC goes on with it."
    ran(db, wiki, 5, "paused", said)
    (row,) = standing(db, AT)
    assert (row.state, row.goes_on, row.why) == ("paused", said, ())
    assert standing(db, AT + timedelta(hours=18))[0].state == "late", "no worker went on with it"
    ran(db, wiki, 1)
    (row,) = standing(db, AT)
    assert (row.state, row.goes_on) == ("fresh", "")


def test_no_schedule_has_no_next_run():
    assert next_run("99 99 * * *", AT) is None and next_run("", AT) is None
