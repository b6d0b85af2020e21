"""A forum's thread on its resource page, read from an interface or a page: all once, the accepted answer seen."""

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from crawlers.source import Source
from curation.database import ArticleRow
from curation.database.session import engine, open_session, upgrade
from curation.services import sources
from curation.settings import Settings
from curation.web.app import create_app
from flows import library
from tests.support.browser import NARROW, WIDE, visit
from tests.support.discourse import Forum
from tests.support.site import serving
from tests.support.static_site import StaticSite

QUESTION = "How do I clean the oven without scratching the glass in its door?"
GUESS = "Perhaps with steam, if there is enough of it and somebody has the time."
HELPED = "Use warm water with soda, wait for an hour, then wipe it with a soft cloth."
THANKS = "That worked at once, and the glass is as good as new."


@pytest.fixture
def settings(tmp_path):
    made = Settings(home=tmp_path / "library", database_url="", elasticsearch_url="", prefect_api_url="")
    upgrade(made.record_url)
    yield made
    engine(made.record_url).dispose()


def read(settings: Settings, kind: str, address: str) -> str:
    """Read a source; the id of the thread's resource."""
    terms = {"delay": 0, "retries": 0, "timeout": 5}
    source = Source.from_dict({"name": kind, "kind": kind, "address": address, **terms})
    with open_session(settings.record_url) as db:
        sources.add(db, source.name, source.kind, source.address, source.to_dict())
        db.commit()
    report = library.run(settings)
    assert report.ok, report.to_markdown()
    with open_session(settings.record_url) as db:
        return str(db.scalar(select(ArticleRow.resource_id).where(ArticleRow.text.contains(QUESTION))))


def shows_each_once(settings: Settings, browser: Browser, resource: str, marked: str) -> None:
    with serving(create_app(settings)) as address:
        for size in (WIDE, NARROW):
            with visit(browser, address, size) as page:
                page.goto(f"/resources/{resource}")
                for said in (QUESTION, GUESS, HELPED, THANKS):
                    assert page.get_by_text(said).count() == 1, said
                assert page.locator(marked).filter(has_text=HELPED).count() == 1
                assert page.locator(marked).filter(has_text=GUESS).count() == 0
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_thread_of_an_interface_shows_each_answer_once(settings: Settings, forum: Forum, browser: Browser) -> None:
    topic = forum.ask("Cleaning the oven", QUESTION, "anna", category=2)
    forum.reply(topic, GUESS, "ben")
    helped = forum.reply(topic, HELPED, "cleo")
    forum.reply(topic, THANKS, "anna", reply_to=helped.number)
    topic.accepted = helped.number
    shows_each_once(settings, browser, read(settings, "discourse", forum.address), ".accepted")


def test_a_thread_read_as_a_page_shows_each_answer_once(
    settings: Settings, static_site: StaticSite, browser: Browser
) -> None:
    posts = "".join(
        f'<div class="topic-body crawler-post{mark}"><div class="crawler-post-meta"><span class="creator" '
        f'itemprop="author"><span itemprop="name">{who}</span></span><time class="post-time">May {n}, 2024</time></div>'
        f'<div class="post" itemprop="text"><p>{said}</p></div></div>'
        for n, (who, said, mark) in enumerate(
            [("anna", QUESTION, ""), ("ben", GUESS, ""), ("cleo", HELPED, " accepted-answer"), ("anna", THANKS, "")], 1
        )
    )
    head = '<meta name="generator" content="Discourse 3.2"><title>Cleaning the oven</title>'
    static_site.put("/", f"<html><head>{head}</head><body><h1>Cleaning the oven</h1>{posts}</body></html>")
    resource = read(settings, "site", static_site.address)
    shows_each_once(settings, browser, resource, ".prose > div:has(> p > mark)")
