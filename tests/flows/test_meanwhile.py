"""What is understood while a source is read: the record ends as without it; an unbelievable crawl leaves nothing."""

import os
import time
from pathlib import Path

import pytest

from crawlers.extract.repeated import here
from crawlers.journal import part_of
from crawlers.page import Article, Page, to_line
from crawlers.source import Source
from curation.database.session import engine, open_session, upgrade
from curation.services import sources
from curation.settings import Settings
from flows.crawl import crawl
from flows.extract import extract
from flows.meanwhile import Meanwhile
from flows.understood import Understood, noted
from tests.support.generated_site import fill
from tests.support.small_disk import ROOM, SmallDisk
from tests.support.states import held
from tests.support.static_site import StaticSite

pytestmark = pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one processor does one thing at a time")
PAGES = 200
# Of these pages whole lots are understood before the last one answers.
AHEAD = 128


def a_library(home: Path, site: StaticSite, **terms: object) -> Settings:
    settings = Settings(home=home, database_url="", elasticsearch_url="", prefect_api_url="")
    upgrade(settings.record_url)
    hurry = {"delay": 0, "concurrency": 8, "retries": 0, "timeout": 60, **terms}
    source = Source.from_dict({"name": "site", "kind": "site", "address": site.address, **hurry})
    with open_session(settings.record_url) as db:
        sources.add(db, source.name, source.kind, source.address, source.to_dict())
        db.commit()
    return settings


def ahead(meanwhile: Meanwhile) -> int:
    """Articles that wait."""
    return sum(understood.pages for understood in meanwhile._understood.values())


def last_page_waits(site: StaticSite, meanwhile: Meanwhile) -> None:
    """The site's last page answers when what came before is understood."""
    last = site.pages.pop(f"/p{PAGES - 1}.html")

    def answer(handler) -> None:
        until = time.monotonic() + 60
        while ahead(meanwhile) < AHEAD and time.monotonic() < until:
            time.sleep(0.02)
        handler.stored(last)

    site.routes[f"/p{PAGES - 1}.html"] = answer


def counted(meanwhile: Meanwhile) -> list[int]:
    """How many pages are extracted from now on, call by call."""
    calls: list[int] = []
    among = meanwhile.workers._among

    def count(pages, repeated):
        calls.append(len(pages))
        return among(pages, repeated)

    meanwhile.workers._among = count
    return calls


def test_the_record_is_the_same_and_nothing_is_extracted_twice(static_site: StaticSite, tmp_path):
    fill(static_site, PAGES)
    plain = a_library(tmp_path / "plain", static_site)
    settings = a_library(tmp_path / "library", static_site)
    assert crawl(plain, "site").ok and extract(plain, "site").counts["new"] == PAGES
    with Meanwhile(settings) as meanwhile:
        last_page_waits(static_site, meanwhile)
        assert crawl(settings, "site", meanwhile=meanwhile).ok
        assert ahead(meanwhile) >= AHEAD
        calls = counted(meanwhile)
        assert extract(settings, "site", meanwhile=meanwhile).counts["new"] == PAGES
        assert ahead(meanwhile) == 0
    # The rest of the last lots, and those that are learned from once more.
    assert sum(calls) <= 2 * (PAGES - AHEAD), calls
    assert held(settings.record_url) == held(plain.record_url)
    for one in (plain, settings):
        engine(one.record_url).dispose()


def test_nothing_is_left_of_a_crawl_that_is_not_believed(static_site: StaticSite, tmp_path):
    fill(static_site, PAGES)
    settings = a_library(tmp_path / "library", static_site, least_pages=PAGES + 1)
    before = held(settings.record_url)
    with Meanwhile(settings) as meanwhile:
        last_page_waits(static_site, meanwhile)
        assert not crawl(settings, "site", meanwhile=meanwhile).ok
        assert ahead(meanwhile) >= AHEAD
        assert not extract(settings, "site", meanwhile=meanwhile).counts
    assert held(settings.record_url) == before
    (folder,) = (settings.home / "crawls" / "site").iterdir()
    assert {file.name for file in folder.iterdir()} == {"known.jsonl", "leave.json", "pages.jsonl.gz", "stats.json"}
    engine(settings.record_url).dispose()


def test_workers_that_were_killed_are_replaced_and_the_next_source_is_followed(static_site: StaticSite, tmp_path):
    settings = a_library(tmp_path / "library", static_site)
    at = "2026-11-26T05:00:00+00:00"
    pages = [Page("site", f"https://x.example/{n}", f"<p>Words of page {n}.</p>", fetched_at=at) for n in range(128)]
    file = tmp_path / "pages.jsonl"
    part_of(file).write_text("".join(to_line(page) + "\n" for page in pages))
    with Meanwhile(settings) as meanwhile:
        with meanwhile.following("site", file) as hear:
            _, follower = meanwhile._followers[file]
            hear(1)
            while follower.is_alive() and not (pool := meanwhile.workers._pool):
                time.sleep(0.01)
            # A worker takes a second or two to begin.
            while follower.is_alive():
                for worker in list(pool._processes.values()):
                    worker.kill()
                follower.join(0.1)
        assert meanwhile.workers._pool is None and not meanwhile._one.locked()
        assert len(list(meanwhile.workers.run(128)(pages, frozenset()))) == 128
    engine(settings.record_url).dispose()


def test_only_what_was_made_of_the_same_is_recalled(tmp_path):
    def page(number: int, words: str) -> Page:
        return Page("site", f"https://site.example/{number}", f"<main><p>{words} of page {number}.</p></main>")

    pages = [page(number, "The words") for number in range(4)]
    understood, made = Understood(tmp_path), []
    articles = list(noted(here, made)(pages, frozenset()))
    understood.note(made)

    def recalled(wanted: list[Page], repeated: frozenset[str] = frozenset(), lot: int = 0) -> tuple[list, list[Page]]:
        missing: list[Page] = []

        def run(pages, repeated):
            missing.extend(pages)
            return here(pages, repeated)

        return list(understood.recalled(lot, run)(wanted, repeated)), missing

    assert recalled(pages) == (articles, [])
    changed = page(1, "Other words")
    found, missing = recalled([pages[0], changed, pages[3]])
    assert found == [articles[0], *here([changed], frozenset()), articles[3]] and missing == [changed]
    assert recalled(pages, frozenset({"a mark"})) == (articles, pages)
    assert recalled(pages, lot=1) == (articles, pages)
    understood.close()


def test_a_full_disk_is_told_and_given_back(small_disk: SmallDisk):
    understood = Understood(small_disk.folder)
    with pytest.raises(OSError):
        for number in range(20):
            understood.note([(f"page {number}", Article(url="", title="", text="word " * 20_000))])
    understood.close()
    (small_disk.folder / "file").write_bytes(bytes(ROOM // 2))
