"""Several sources at once: a slow one keeps none waiting, one host is read by one crawl at a time, errors are seen."""

import threading
import time

import pytest

from crawlers.source import Source
from curation.database.session import open_session, upgrade
from curation.services import sources
from curation.settings import Settings
from flows import fairly, library
from flows.fairly import by_host, crawled
from flows.report import StepReport
from tests.support.generated_site import fill


def test_a_slow_source_keeps_no_other_waiting(monkeypatch):
    monkeypatch.setattr(fairly, "PATIENCE", 0.05)
    go_on = threading.Event()

    def crawl(name):
        assert name != "slow" or go_on.wait(30)
        return StepReport("crawl", name)

    seen = []
    for report in crawled([["slow"], ["a", "b"], ["c"]], crawl):
        seen.append(report.source if report else None)
        if report is None:
            go_on.set()
    assert sorted(seen[:3]) == ["a", "b", "c"] and None in seen and seen[-1] == "slow"


def test_sources_of_one_group_are_read_one_after_the_other():
    at_once, most, lock = 0, 0, threading.Lock()

    def crawl(name):
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.02)
        with lock:
            at_once -= 1
        return StepReport("crawl", name)

    assert [r.source for r in crawled([["a", "b", "c"]], crawl) if r] == ["a", "b", "c"] and most == 1
    most = 0
    assert len(list(crawled([[str(n)] for n in range(30)], crawl))) == 30
    assert 1 < most <= fairly.AT_ONCE


def test_a_mistake_of_ours_is_not_swallowed():
    def crawl(name):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(crawled([["a"], ["b"]], crawl))


def test_the_run_groups_by_host_and_says_when_a_window_is_closed(static_site, tmp_path):
    settings = Settings(home=tmp_path, database_url="", elasticsearch_url="", prefect_api_url="", secret_key="tests")
    upgrade(settings.record_url)
    fill(static_site, 3)
    hour = (time.gmtime().tm_hour + 2) % 24
    with open_session(settings.record_url) as db:
        for name, address, more in (
            ("one", static_site.url("/"), {}),
            (
                "two",
                static_site.url("/x/"),
                {"window": f"{hour:02}:00-{(hour + 1) % 24:02}:00", "schedule": "0 * * * *"},
            ),
            ("far", "http://far.invalid/", {}),
        ):
            source = Source.from_dict({"name": name, "kind": "site", "address": address, "delay": 0, **more})
            sources.add(db, name, "site", source.address, source.to_dict())
        db.commit()
    assert sorted(map(sorted, by_host(settings, ["one", "two", "far"]))) == [["far"], ["one", "two"]]
    steps = {step.source: step for step in library.read(settings, ["one", "two"]).steps}
    assert steps["one"].ok and steps["one"].counts["read"] == 3
    assert steps["two"].ok and f"outside its window ({hour:02}:00" in steps["two"].messages[0]
