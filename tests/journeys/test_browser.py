"""A learner and a curator at work in a real browser, at both widths, with and without JavaScript."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from curation.database.session import engine, open_session
from curation.services import proposals
from curation.settings import Settings
from curation.tagging.proposals import Proposal
from curation.web.app import create_app
from tests.support.bakery import PASSWORD, set_up
from tests.support.browser import NARROW, WIDE, overflows, sign_in, visit
from tests.support.site import serving

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])


@pytest.fixture(scope="module")
def filled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bakery, made once and then copied."""
    home = tmp_path_factory.mktemp("bakery") / "home"
    settings = set_up(home)
    with open_session(settings.record_url) as db:
        proposals.keep(db, [Proposal("hydraulic ramp", 4, (), ())], [])
        db.commit()
    engine(settings.record_url).dispose()
    return home


@pytest.fixture
def base(filled_home: Path, tmp_path: Path) -> Iterator[str]:
    """The site over this journey's own bakery."""
    home = tmp_path / "library"
    shutil.copytree(filled_home, home)
    settings = Settings(home=home, database_url="", elasticsearch_url="", secret_key="for tests alone")
    with serving(create_app(settings)) as address:
        yield address
    engine(settings.record_url).dispose()


@SIZES
def test_a_learner_searches_opens_and_rates(browser: Browser, base: str, size: tuple[int, int]) -> None:
    with visit(browser, base, size) as page:
        sign_in(page, "cleo", PASSWORD)
        page.keyboard.press("/")
        page.keyboard.type("start with this")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="New here? Start with this").get_by_role("link").click()
        page.get_by_role("group", name="How useful is it?").get_by_label("4 stars").check()
        page.get_by_label("In a few words").fill("A good start")
        page.get_by_role("button", name="Rate").click()
        expect(page.get_by_text("your rating is kept")).to_be_visible()
        expect(page.get_by_role("radio", name="4 stars")).to_be_checked()
        page.wait_for_function("fetch(location).then(r => r.text()).then(t => t.includes('from 3 ratings'))")


@SIZES
def test_a_curator_accepts_by_keyboard_undoes_and_finds_it_in_search(
    browser: Browser, base: str, size: tuple[int, int]
) -> None:
    with visit(browser, base, size) as page:
        sign_in(page, "cleo", PASSWORD)
        page.goto("/review")
        first = page.locator("[data-card]").first
        expect(first).to_be_focused()
        expect(first.locator("mark")).to_have_text("cluster")
        page.keyboard.press("y")
        expect(first.locator(".outcome")).to_contain_text("Accepted: Kubernetes on “Cluster upgrades in an afternoon”")
        expect(page.locator("[data-card]").nth(1)).to_be_focused()
        page.keyboard.press("n")
        page.keyboard.press("s")
        expect(page.locator("[data-waiting]")).to_have_text("3")
        expect(page.locator(".card.done")).to_have_count(3)
        page.keyboard.press("u")
        expect(page.locator(".card.done")).to_have_count(2)
        expect(page.locator("[data-waiting]")).to_have_text("4")
        page.keyboard.press("j")
        page.keyboard.press("k")
        expect(page.locator("[data-card]").nth(1)).to_be_focused()
        assert page.url.endswith("/review")
        _found_under(page, "kubernetes", "Cluster upgrades in an afternoon")


@SIZES
def test_the_same_work_goes_without_javascript(browser: Browser, base: str, size: tuple[int, int]) -> None:
    with visit(browser, base, size, javascript=False) as page:
        sign_in(page, "cleo", PASSWORD)
        page.goto("/review")
        page.get_by_role("button", name="Accept").first.click()
        expect(page.get_by_text("Accepted: search will show it")).to_be_visible()
        page.get_by_role("button", name="Undo my last decision").click()
        expect(page.get_by_text("Undone.")).to_be_visible()
        page.get_by_role("button", name="Skip").first.click()
        expect(page.get_by_text("Skipped for now.")).to_be_visible()
        page.goto("/search?q=release")
        if size == NARROW:
            page.get_by_text("Narrow and sort").click()
        page.get_by_role("checkbox", name="blog").check()
        page.get_by_role("button", name="Apply").click()
        expect(page.get_by_role("link", name="Source blog")).to_be_visible()


def test_a_curator_works_through_the_whole_queue_and_is_told_so(browser: Browser, base: str) -> None:
    with visit(browser, base) as page:
        sign_in(page, "cleo", PASSWORD)
        page.goto("/review")
        for _ in range(5):
            page.keyboard.press("y")
        expect(page.locator("[data-waiting]")).to_have_text("0")
        expect(page.locator("[data-decided]")).to_have_text("5")
        expect(page.get_by_role("heading", name="All done")).to_be_visible()


def test_keys_typed_into_a_field_decide_nothing(browser: Browser, base: str) -> None:
    with visit(browser, base) as page:
        sign_in(page, "cleo", PASSWORD)
        page.goto("/review")
        page.get_by_label("Search the library").press_sequentially("yes no")
        expect(page.locator("[data-waiting]")).to_have_text("5")


def test_a_curator_merges_a_subject_by_keyboard_and_takes_it_back(browser: Browser, base: str) -> None:
    with visit(browser, base) as page:
        sign_in(page, "cleo", PASSWORD)
        page.goto("/tags/deployment")
        page.get_by_role("button", name="Follow this subject").press("Enter")
        page.get_by_text("Merge, split, retire").press("Enter")
        page.keyboard.press("Tab")
        expect(page.get_by_label("Merge it into")).to_be_focused()
        page.keyboard.type("Kubernets")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Did you mean “Kubernetes”")).to_be_visible()
        page.get_by_text("Merge, split, retire").press("Enter")
        page.get_by_label("Merge it into").fill("Kubernetes")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Moved along: 2 taggings and 1 suggestion.")
        page.goto("/tags/deployment")
        expect(page.get_by_role("heading", level=1)).to_have_text("Kubernetes")
        assert page.url.endswith("/tags/kubernetes")
        page.goto("/following")
        expect(page.get_by_role("complementary").get_by_role("link")).to_have_text("Kubernetes")
        page.goto("/tags/changes")
        page.get_by_role("button", name="Undo: Merged").press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Taken back: Merged")
        page.goto("/following")
        expect(page.get_by_role("complementary").get_by_role("link")).to_have_text("Deployment")


def test_many_pieces_and_a_proposal_are_decided_on_a_phone_without_javascript(browser: Browser, base: str) -> None:
    with visit(browser, base, NARROW, javascript=False) as page:
        sign_in(page, "cleo", PASSWORD)
        page.goto("/tags/kubernetes")
        page.get_by_role("link", name="What else belongs here?").click()
        page.get_by_role("link", name="Tick all").click()
        page.get_by_role("button", name="Accept all ticked").click()
        expect(page.get_by_role("status")).to_contain_text("Accepted for")
        page.get_by_role("button", name="Undo the last").click()
        expect(page.get_by_role("status")).to_contain_text("Undone for")
        page.goto("/tags/proposals?least=1")
        card = page.get_by_role("article", name="hydraulic ramp")
        card.get_by_label("Under").fill("Technology")
        card.get_by_role("button", name="Add as a subject").click()
        expect(page.get_by_role("status")).to_contain_text("Added “hydraulic ramp”")
        page.goto("/tags/hydraulic-ramp")
        expect(page.locator(".kicker")).to_contain_text("Technology")


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_scrolls_sideways_and_each_has_its_landmarks(
    browser: Browser, base: str, size: tuple[int, int], scheme: str
) -> None:
    with visit(browser, base, size) as page:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        sign_in(page, "ada", PASSWORD)
        links = ["/", "/search", "/search?q=release", "/collections", "/collections/first-month", "/tags",
                 "/tags/technology", "/tags/kubernetes/others", "/tags/proposals", "/following", "/questions",
                 "/questions/3", "/questions/ask", "/review", "/ops"]  # fmt: skip
        page.goto("/search?q=rolling")
        links.append(page.locator(".entry a").first.get_attribute("href") or "")
        for link in links:
            page.goto(link)
            assert not overflows(page), link
            assert page.locator("h1").count() == 1, link
            for landmark in ("main", "header.masthead", "footer", "nav[aria-label=Main]"):
                assert page.locator(landmark).count() == 1, (link, landmark)
            assert page.evaluate(UNNAMED) == [], link
            assert page.evaluate(FAINT) == [], link


def test_the_keyboard_alone_reaches_the_content_and_shows_where_it_is(browser: Browser, base: str) -> None:
    with visit(browser, base) as page:
        page.goto("/tags")
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to the content")
        expect(skip).to_be_focused()
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()


def _found_under(page: Page, slug: str, title: str) -> None:
    """The piece shows in a search narrowed to this subject, within seconds."""
    page.goto(f"/tags/{slug}")
    page.get_by_role("link", name="Search among them").click()
    page.wait_for_function(
        "title => fetch(location).then(r => r.text()).then(text => text.includes(title))", arg=title, timeout=10_000
    )


# Fields and buttons that a screen reader could not name.
UNNAMED = """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea, button')]
  .filter(e => !(e.labels && e.labels.length) && !e.getAttribute('aria-label') && !e.textContent.trim())
  .map(e => e.outerHTML)"""

# Text whose contrast with what is behind it is under 4.5 to 1 (WCAG 2.2, 1.4.3 AA; the formula is the standard's).
FAINT = """() => {
  const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const even = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = c => { const [r, g, b] = c.map(v => even(v / 255));
    return .2126 * r + .7152 * g + .0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] === 1) return c.slice(0, 3); } return [255, 255, 255]; };
  const faint = [];
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.checkVisibility() || e.closest('.unseen, .skip, option, meter, progress')) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color).slice(0, 3)), light(behind(e))].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) faint.push(`${e.tagName}.${e.className}: ${e.textContent.trim().slice(0, 40)}`);
  }
  return faint;
}"""
