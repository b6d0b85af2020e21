"""An address that fails in run after run is left alone, listed with why, and asked again when a person says so."""

from datetime import timedelta

import pytest

from crawlers.source import Source
from curation.database import FailureRow, now
from curation.database.session import engine, open_session, upgrade
from curation.services import failures, sources
from curation.settings import Settings
from flows.crawl import crawl
from tests.support.commands import Commonplace


@pytest.fixture
def library(static_site, tmp_path):
    settings = Settings(home=tmp_path, database_url="", elasticsearch_url="", prefect_api_url="", secret_key="tests")
    upgrade(settings.record_url)
    static_site.page("/", "Home", links=("/a", "/b", "/c", "/broken"))
    for path in ("/a", "/b", "/c"):
        static_site.page(path, path)
    static_site.put("/broken", "", status=500)
    terms = {"name": "site", "kind": "site", "address": static_site.address, "delay": 0, "retries": 0}
    with open_session(settings.record_url) as db:
        sources.add(db, "site", "site", static_site.address, Source.from_dict(terms).to_dict())
        db.commit()
    yield settings
    engine(settings.record_url).dispose()


def test_what_fails_in_three_runs_is_left_alone_until_it_is_asked_for(library, static_site, tmp_path):
    for _ in range(failures.MOST_TIMES):
        assert crawl(library, "site").counts["failed"] == 1
    static_site.forget()
    fourth = crawl(library, "site")
    assert fourth.ok and "/broken" not in static_site.paths() and fourth.counts["left_alone"] == 1
    command = Commonplace(tmp_path, {"COMMONPLACE_HOME": str(library.home)})
    (row,) = command.ok("source", "failures", "site", "--json").json
    assert row["url"] == static_site.url("/broken") and row["times"] == 3 and row["left_alone"]
    assert "answers with an error (500)" in row["why"]
    assert command("status", "--json").json["left_alone"] == {"site": 1}
    assert "1 addresses are asked again" in command.ok("source", "failures", "site", "--retry").out
    static_site.page("/broken", "Mended")
    fifth = crawl(library, "site")
    assert "/broken" in static_site.paths() and fifth.counts["failed"] == 0
    assert command.ok("source", "failures", "site").out == "Nothing of site failed in its last run.\n"


def test_it_is_asked_again_by_itself_after_a_while(library, static_site):
    with open_session(library.record_url) as db:
        for path, age in (("/broken", failures.AGAIN), ("/c", timedelta())):
            at = now() - age - timedelta(minutes=1)
            db.add(FailureRow(source="site", url=static_site.url(path), why="", times=3, first_at=at, last_at=at))
        db.commit()
    crawl(library, "site")
    assert "/broken" in static_site.paths() and "/c" not in static_site.paths()
