"""A run that reads suspiciously little withdraws nothing and is recorded as failed; once all is well, so is it."""

from pathlib import Path

import pytest

from crawlers.source import Source
from curation.database import PageRow, RunRow
from curation.database.session import engine, open_session, upgrade
from curation.services import runs, sources
from curation.settings import Settings
from flows import library
from tests.support.discourse import Forum
from tests.support.states import Held, held
from tests.support.static_site import Handler, StaticSite, Stored

PAGES = 12
SIGN_IN = b"<html><title>Sign in</title><body><h1>Sign in</h1><form><input type=password name=p></form></body></html>"


def read_once(folder: Path, kind: str, address: str) -> Settings:
    """A library that has read one source."""
    made = Settings(home=folder / "library", database_url="", elasticsearch_url="", prefect_api_url="")
    upgrade(made.record_url)
    terms = {"delay": 0, "retries": 0, "timeout": 5, "sweep_days": 0}
    source = Source.from_dict({"name": kind, "kind": kind, "address": address, **terms})
    with open_session(made.record_url) as db:
        sources.add(db, source.name, source.kind, source.address, source.to_dict())
        db.commit()
    assert library.run(made).ok
    return made


@pytest.fixture
def settings(static_site: StaticSite, tmp_path):
    """A library that has read a small site once."""
    links = tuple(f"/{n}" for n in range(PAGES))
    static_site.page("/", "Home", links=links)
    for n in range(PAGES):
        static_site.page(f"/{n}", f"Page {n}", f"What only page {n} says, in number{n} words.", changed=1.7e9 + n)
    made = read_once(tmp_path, "site", static_site.address)
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


def hang_up(handler: Handler) -> None:
    handler.close_connection = True
    handler.connection.close()


def nobody_answers(site: StaticSite) -> None:
    site.patterns.append(("/", hang_up))


FEWER = "fewer than usual (13). If they are really gone, raise greatest_drop"
# What is wrong with the source, and what to do about it.
TROUBLES = {
    everything_signs_in: "Every page asks for a password. Name the variable with the source's credentials",
    everything_leads_to_the_sign_in: FEWER,
    most_are_not_found: FEWER,
    everything_fails: "Nothing was read from {address}. Open it in a browser",
    the_front_lost_its_links: FEWER,
    everything_is_one_error_page: "13 of 13 pages are one and the same. Open one in a browser",
    nobody_answers: "Nothing was read from {address}. Open it in a browser",
}


def nothing_is_lost(settings: Settings, before: Held, says: str) -> None:
    """Two runs in a row fail, say what to do, and leave the record as it was."""
    for _ in range(2):
        report = library.run(settings)
        assert not report.ok and says in report.steps[0].messages[0], report.to_markdown()
        assert held(settings.record_url) == before
    with open_session(settings.record_url, reads_only=True) as db:
        newest = db.query(RunRow).filter_by(step="crawl").order_by(RunRow.id.desc()).first()
        assert newest.state == "failed" and says in newest.message
        assert runs.status(db).sources[0].last_state == "failed"
        assert db.query(PageRow).filter(PageRow.state != "live").count() == 0


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_at_the_source_withdraws_nothing_and_passes(static_site: StaticSite, settings: Settings, trouble):
    well, before = dict(static_site.pages), held(settings.record_url)
    trouble(static_site)
    nothing_is_lost(settings, before, TROUBLES[trouble].format(address=static_site.address))
    static_site.pages = well
    static_site.patterns.clear()
    assert library.run(settings).ok
    assert held(settings.record_url) == before


def wants_a_sign_in(forum: Forum) -> None:
    forum.closed = True


def signs_in_politely(forum: Forum) -> None:
    forum.site.patterns[:] = [("/", lambda handler: handler.answer(200, SIGN_IN))]


def finds_nothing(forum: Forum) -> None:
    forum.site.patterns[:] = [("/t/", lambda handler: handler.answer(404)), ("/", forum.answer)]
    forum.site.routes["/latest.json?no_definitions=true&page=0"] = lambda handler: handler.answer(
        200, b'{"topic_list": {"topics": []}}', "application/json"
    )


def answers_nobody(forum: Forum) -> None:
    forum.site.patterns[:] = [("/", hang_up)]


INTERFACE_TROUBLES = {
    wants_a_sign_in: "no longer accepts our credentials, or wants some",
    signs_in_politely: "Nothing was read from {address}. Open it in a browser",
    finds_nothing: "Nothing was read from {address}. Open it in a browser",
    answers_nobody: "Nothing was read from {address}. Open it in a browser",
}


@pytest.mark.parametrize("trouble", INTERFACE_TROUBLES)
def test_trouble_with_an_interface_withdraws_nothing_and_passes(forum: Forum, tmp_path, trouble):
    for n in range(PAGES):
        forum.ask(f"Topic {n}", f"Words of topic {n}, which nobody else wrote.")
    settings, routes = read_once(tmp_path, "discourse", forum.address), dict(forum.site.routes)
    before = held(settings.record_url)
    trouble(forum)
    nothing_is_lost(settings, before, INTERFACE_TROUBLES[trouble].format(address=forum.address))
    forum.closed, forum.site.routes, forum.site.patterns = False, routes, [("/", forum.answer)]
    assert library.run(settings).ok
    assert held(settings.record_url) == before
    engine(settings.record_url).dispose()
