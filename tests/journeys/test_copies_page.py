"""A curator looks at copies and likenesses in a browser: what they are, why, and a word that is taken back."""

import random

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from crawlers.source import Source
from curation.database import ArticleRow
from curation.database.session import engine, open_session, upgrade
from curation.services import accounts, sources
from curation.settings import Settings
from curation.web.app import create_app
from flows import library
from tests.support.bakery import PASSWORD
from tests.support.browser import NARROW, WIDE, sign_in, visit
from tests.support.site import serving
from tests.support.static_site import StaticSite

WORDS = [
    "oven",
    "dough",
    "flour",
    "basket",
    "steam",
    "loaf",
    "crust",
    "salt",
    "water",
    "knead",
    "fold",
    "rest",
    "shape",
    "score",
    "bake",
    "cool",
    "slice",
    "rye",
    "wheat",
]


def prose(seed: int, sentences: int = 30) -> list[str]:
    """Sentences that no other seed says."""
    chance = random.Random(seed)
    return [f"{' '.join(chance.sample(WORDS, 8)).capitalize()} at step {seed}{n}." for n in range(sentences)]


def put(site: StaticSite, path: str, title: str, said: list[str]) -> None:
    text = "".join(f"<p>{' '.join(said[n : n + 5])}</p>" for n in range(0, len(said), 5))
    site.put(path, f"<html><title>{title}</title><body><h1>{title}</h1><article>{text}</article></body></html>")


@pytest.fixture
def settings(static_site: StaticSite, tmp_path):
    """A handbook and a blog that holds a cross-post of it, an old page, a collection of two, and a translation."""
    ovens, rye, long = prose(1), prose(2), prose(3)
    put(static_site, "/handbook/ovens", "Cleaning the ovens", ovens)
    put(static_site, "/handbook/rye", "Rye bread", rye)
    put(static_site, "/handbook/rye-old", "Rye bread (deprecated)", [*rye[:-4], *prose(9, 3)])
    put(static_site, "/handbook/all", "Everything about cooling", [*prose(4, 12), *long, *prose(5, 12)])
    put(static_site, "/handbook/cooling", "Cooling", long)
    put(static_site, "/handbook/en/start", "Where to begin", prose(6))
    put(static_site, "/handbook/de/start", "Wo man beginnt", prose(7))
    put(static_site, "/blog/ovens", "How we clean the ovens", ["Written by the night shift.", *ovens[:-2]])
    for part, paths in {
        "handbook": ["ovens", "rye", "rye-old", "all", "cooling", "en/start", "de/start"],
        "blog": ["ovens"],
    }.items():
        links = "".join(f'<li><a href="/{part}/{path}">{path}</a></li>' for path in paths)
        static_site.put(f"/{part}/", f"<html><title>{part}</title><h1>{part}</h1><ul>{links}</ul></html>")
    made = Settings(home=tmp_path / "library", database_url="", elasticsearch_url="", prefect_api_url="")
    upgrade(made.record_url)
    with open_session(made.record_url) as db:
        for name in ("handbook", "blog"):
            address = static_site.url(f"/{name}/")
            source = Source.from_dict({"name": name, "kind": "site", "address": address, "delay": 0, "timeout": 5})
            sources.add(db, name, source.kind, source.address, source.to_dict())
        accounts.add(db, "cleo", PASSWORD, "curator", "Cleo")
        db.commit()
    report = library.run(made)
    assert report.ok, report.to_markdown()
    yield made
    engine(made.record_url).dispose()


def resource(settings: Settings, end: str) -> str:
    with open_session(settings.record_url) as db:
        return str(db.scalar(select(ArticleRow.resource_id).where(ArticleRow.url.endswith(end))))


def test_each_likeness_is_named_from_both_sides(settings: Settings, browser: Browser) -> None:
    said = {
        "/handbook/ovens": "blog, copy, 96% alike, what differs",
        "/blog/ovens": "handbook: copy (0.96 alike in two sources)",
        "/handbook/rye": "handbook: an older version (one is called old",
        "/rye-old": "handbook: a newer version (one is called old",
        "/handbook/all": "handbook: stands in this one (",
        "/cooling": "handbook: contains this one (",
        "/en/start": "handbook: translation (their addresses differ in the language only)",
    }
    with serving(create_app(settings)) as address:
        for size in (WIDE, NARROW):
            with visit(browser, address, size) as page:
                sign_in(page, "cleo", PASSWORD)
                for end, words in said.items():
                    page.goto(f"/resources/{resource(settings, end)}")
                    expect(page.locator("#copies")).to_contain_text(words)
                    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), end
                page.goto(f"/resources/{resource(settings, '/blog/ovens')}")
                expect(page.locator("#difference .words")).to_contain_text("Written by the night shift")


def test_a_curator_splits_joins_and_takes_it_back(settings: Settings, browser: Browser) -> None:
    ovens, blog = resource(settings, "/handbook/ovens"), resource(settings, "/blog/ovens")
    with serving(create_app(settings)) as address, visit(browser, address) as page:
        sign_in(page, "cleo", PASSWORD)
        page.goto(f"/resources/{ovens}")
        copies = page.locator("#copies")
        copies.get_by_role("button", name="Not a copy").click()
        expect(copies).to_contain_text("blog: kept apart from this, a curator said on")
        expect(copies).not_to_contain_text("not alike")
        page.goto(f"/resources/{blog}")
        expect(page.locator(".banner")).to_have_count(0)
        copies.get_by_role("button", name="Take that back").click()
        expect(page.locator(".banner")).to_contain_text("This is a copy.")
        # By its address at the source, and by the one here.
        for other in (source_url(settings, "/cooling"), f"{address}/resources/{resource(settings, '/all')}#copies"):
            page.goto(f"/resources/{resource(settings, '/handbook/rye')}")
            copies.get_by_text("Join another").click()
            copies.get_by_label("Its address, here or at its source").fill(other)
            copies.get_by_role("button", name="They are one").click()
            expect(page.get_by_text("They are one now.")).to_be_visible()
        expect(copies.locator("li").first).to_contain_text("handbook: one with this, a curator said on")
        for _ in range(2):
            copies.get_by_role("button", name="Take that back").first.click()
            expect(page.get_by_text("Your word is taken back")).to_be_visible()
        expect(copies).not_to_contain_text("a curator said")


def source_url(settings: Settings, end: str) -> str:
    with open_session(settings.record_url) as db:
        return str(db.scalar(select(ArticleRow.url).where(ArticleRow.url.endswith(end))))
