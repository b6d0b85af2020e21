"""Who works on what, and how runs are remembered."""

import os
from datetime import timedelta

import pytest

from curation.database import LeaseRow, RunRow, now
from curation.services import runs
from tests.support.records import a_source


def test_a_second_process_is_told_who_works(db, monkeypatch):
    runs.take(db, "source wiki")
    monkeypatch.setattr(runs, "_holder", lambda: "elsewhere:1")
    with pytest.raises(runs.Busy, match=r"source wiki.*commonplace status"):
        runs.take(db, "source wiki")


def test_the_lease_of_a_dead_process_is_taken_over(db, monkeypatch):
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    mine = runs._holder()
    host = mine.rpartition(":")[0]
    monkeypatch.setattr(runs, "_holder", lambda: f"{host}:{child}")
    runs.take(db, "dedup")
    monkeypatch.setattr(runs, "_holder", lambda: mine)
    runs.take(db, "dedup")
    assert db.query(LeaseRow).one().holder == mine


def test_what_is_given_up_can_be_taken_by_another(db, monkeypatch):
    runs.take(db, "tag")
    runs.release(db, "tag")
    monkeypatch.setattr(runs, "_holder", lambda: "elsewhere:1")
    runs.take(db, "tag")


def test_a_run_that_was_cut_short_is_closed_by_the_next(db):
    a_source(db)
    first = runs.start(db, "crawl", "wiki")
    second = runs.start(db, "crawl", "wiki")
    db.refresh(first)
    assert (first.state, second.state) == ("failed", "running")
    assert "cut short" in first.message


def test_only_believable_crawls_are_taken_in_and_only_once(db):
    a_source(db)
    for ok, taken in ((True, True), (False, False), (True, False)):
        run = runs.start(db, "crawl", "wiki")
        runs.finish(db, run, {"seen": 5, "taken_in": taken}, ok=ok)
    assert [run.id for run in runs.to_extract(db, "wiki")] == [3]
    assert runs.earlier_counts(db, "wiki") == [5, 5]


def test_the_status_names_what_failed(db):
    a_source(db)
    runs.finish(db, runs.start(db, "crawl", "wiki"), {}, "It answered 500.", ok=False)
    row = runs.status(db).sources[0]
    assert (row.last_state, row.message, row.last_read) == ("failed", "It answered 500.", None)
    assert db.query(RunRow).count() == 1


def test_a_source_was_swept_by_a_believable_run_that_listed_everything(db):
    week = now() - timedelta(days=7)
    for report, ok in (({"sweep": True}, True), ({"complete": True}, True), ({"sweep": True, "complete": True}, False)):
        runs.finish(db, runs.start(db, "crawl", "wiki"), report, ok=ok)
    assert not runs.swept(db, "wiki", week)
    runs.finish(db, runs.start(db, "crawl", "wiki"), {"sweep": True, "complete": True})
    assert runs.swept(db, "wiki", week)
    assert not runs.swept(db, "wiki", now()), "that one is too long ago"
