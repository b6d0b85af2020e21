"""The library that `commonplace demo` makes, as a learner and a curator meet it in a real browser."""

import time

import pytest
from playwright.sync_api import Browser, expect

from curation.database.session import engine
from curation.settings import Settings
from curation.web.app import create_app
from flows import demo, sample
from flows.sample.server import SampleSite
from tests.support.browser import sign_in, visit
from tests.support.site import serving

pytestmark = pytest.mark.browser

PASSWORDS = {person["name"]: person["password"] for person in sample.people()}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """The demo's library, serving."""
    home = tmp_path_factory.mktemp("demo") / "library"
    settings = Settings(home=home, database_url="", elasticsearch_url="", prefect_api_url="", secret_key="for tests")
    with SampleSite() as site:
        assert demo.demo(settings, site.base).ok
    with serving(create_app(settings)) as address:
        yield address
    engine(settings.record_url).dispose()


def test_a_learner_searches_opens_a_page_and_rates_it(browser: Browser, base: str):
    with visit(browser, base) as page:
        sign_in(page, "ben", PASSWORDS["ben"])
        page.keyboard.press("/")
        page.keyboard.type("database failover")
        page.keyboard.press("Enter")
        title = page.locator(".entry h2, .entry h3").first
        expect(title).to_contain_text("failing over the Quayside database")
        title.get_by_role("link").click()
        expect(page.locator("h1")).to_contain_text("failing over the Quayside database")
        assert len(page.locator("article .prose").first.inner_text().split()) > 100
        page.get_by_role("radio", name="5 stars").check()
        page.get_by_label("In a few words").fill("It worked at three in the morning")
        page.locator("#rating form button").click()
        expect(page.get_by_text("your rating is kept")).to_be_visible()
        page.reload()
        expect(page.get_by_role("radio", name="5 stars")).to_be_checked()


def test_a_curator_accepts_by_keyboard_and_finds_it_under_the_subject(browser: Browser, base: str, capsys):
    with visit(browser, base) as page:
        sign_in(page, "marguerite", PASSWORDS["marguerite"])
        page.goto("/review")
        card = page.locator("[data-card]").first
        expect(card).to_be_focused()
        resource, subject = (card.get_attribute("data-card") or "").split(" ", 1)
        waiting = int(page.locator("[data-waiting]").inner_text().replace(",", ""))
        begun = time.monotonic()
        page.keyboard.press("y")
        expect(card.locator(".outcome")).to_contain_text("Accepted")
        expect(page.locator("[data-waiting]")).to_have_text(f"{waiting - 1:,}")
        title = card.locator("h2").inner_text()
        page.goto("/")
        page.wait_for_function(
            "asked => fetch('/search?' + new URLSearchParams(asked.search)).then(r => r.text())"
            ".then(text => text.includes(asked.resource))",
            arg={"search": {"q": title, "tag": subject}, "resource": f"/resources/{resource}"},
            timeout=10_000,
        )
        seconds = time.monotonic() - begun
    with capsys.disabled():
        print(f"\nembedded: found in the browser {seconds:.2f} s after the key was pressed")
