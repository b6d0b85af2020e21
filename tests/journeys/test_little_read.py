"""A run that reads suspiciously little withdraws nothing and is recorded as failed; once all is well, so is it."""

import pytest

from crawlers.source import Source
from curation.database import PageRow, RunRow
from curation.database.session import engine, open_session, upgrade
from curation.services import runs, sources
from curation.settings import Settings
from flows import library
from tests.support.states import held
from tests.support.static_site import StaticSite, Stored

PAGES = 12
SIGN_IN = b"<html><title>Sign in</title><body><h1>Sign in</h1><form><input type=password name=p></form></body></html>"


@pytest.fixture
def settings(static_site: StaticSite, tmp_path):
    """A library that has read a small site once."""
    links = tuple(f"/{n}" for n in range(PAGES))
    static_site.page("/", "Home", links=links)
    for n in range(PAGES):
        static_site.page(f"/{n}", f"Page {n}", f"What only page {n} says, in number{n} words.", changed=1.7e9 + n)
    made = Settings(home=tmp_path / "library", database_url="", elasticsearch_url="", prefect_api_url="")
    upgrade(made.record_url)
    source = Source.from_dict(
        {"name": "site", "kind": "site", "address": static_site.address, "delay": 0, "retries": 0}
    )
    with open_session(made.record_url) as db:
        sources.add(db, source.name, source.kind, source.address, source.to_dict())
        db.commit()
    assert library.run(made).ok
    yield made
    engine(made.record_url).dispose()


def everything_signs_in(site: StaticSite) -> None:
    site.pages = {path: Stored(SIGN_IN, "text/html", 1.8e9) for path in site.pages}


def everything_leads_to_the_sign_in(site: StaticSite) -> None:
    away = Stored(b"", "text/html", 1.8e9, 302, (("Location", "/sign-in"),), etag=False)
    site.pages = dict.fromkeys(site.pages, away)
    site.pages["/sign-in"] = Stored(SIGN_IN, "text/html", 1.8e9)


def most_are_not_found(site: StaticSite) -> None:
    for n in range(PAGES - 2):
        site.remove(f"/{n}")


def everything_fails(site: StaticSite) -> None:
    site.pages = {path: Stored(b"<h1>Sorry</h1>", "text/html", 1.8e9, 503, etag=False) for path in site.pages}


def the_front_lost_its_links(site: StaticSite) -> None:
    site.page("/", "Home", "We moved, mostly.")
    for n in range(PAGES):
        site.remove(f"/{n}")


def everything_is_one_error_page(site: StaticSite) -> None:
    page = b"<html><title>Oops</title><body><p>Something went wrong, we look into it.</p></body></html>"
    site.pages = {path: Stored(page, "text/html", 1.8e9) for path in site.pages}


@pytest.mark.parametrize(
    "trouble",
    [everything_signs_in, everything_leads_to_the_sign_in, most_are_not_found, everything_fails,
     the_front_lost_its_links, everything_is_one_error_page],
)  # fmt: skip
def test_trouble_at_the_source_withdraws_nothing_and_passes(static_site: StaticSite, settings: Settings, trouble):
    well, before = dict(static_site.pages), held(settings.record_url)
    trouble(static_site)
    for _ in range(2):
        report = library.run(settings)
        assert not report.ok and report.steps[0].messages, report.to_markdown()
        assert held(settings.record_url) == before
    with open_session(settings.record_url, reads_only=True) as db:
        newest = db.query(RunRow).filter_by(step="crawl").order_by(RunRow.id.desc()).first()
        assert newest.state == "failed" and newest.message
        assert runs.status(db).sources[0].last_state == "failed"
        assert db.query(PageRow).filter(PageRow.state != "live").count() == 0
    static_site.pages = well
    assert library.run(settings).ok
    assert held(settings.record_url) == before
