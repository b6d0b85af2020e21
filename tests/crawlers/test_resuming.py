"""A crawl that is cut short goes on where it was: nothing is lost, little is asked twice, and it ends the same."""

import gzip
import json
import os
import time
from collections import Counter, deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawlers.child import RESTS
from crawlers.errors import CrawlError
from crawlers.frontier import Store, frontier_of
from crawlers.journal import part_of
from crawlers.known import Known, write_known
from crawlers.page import Page
from crawlers.run import crawl
from crawlers.source import Source
from crawlers.spiders.lasting import MOST_CRASHES
from crawlers.spiders.wordpress import WHOLE
from crawlers.states import packed, unpacked
from tests.support.crawling import cut_short, quick, read, run
from tests.support.generated_site import fill
from tests.support.static_site import StaticSite

PAGES = 70
# Requests before which no crawl is killed.
ENOUGH = 25
SLOWLY = {"delay": 0.05, "concurrency": 2}


def out_of(folder: Path, name: str) -> Path:
    return folder / name / "pages.jsonl.gz"


def on_its_way(asked: Callable[[], list[str]], out: Path, least: int = ENOUGH) -> Callable[[], bool]:
    """Whether a crawl has asked enough and kept some of it: its frontier was written since its file held pages."""
    log, sizes = frontier_of(out).with_name("frontier.db-wal"), []

    def enough() -> bool:
        if log.exists() and part_of(out).exists() and part_of(out).stat().st_size:
            sizes.append(log.stat().st_size)
        return len(asked()) >= least and bool(sizes) and sizes[-1] > sizes[0]

    return enough


def kept(out: Path) -> list[Page]:
    """The pages that a crawl which was cut short need not ask for again."""
    store = Store(frontier_of(out))
    length = store.get("journal")["length"]
    store.close()
    lines = gzip.decompress(part_of(out).read_bytes()[:length]).splitlines()
    return [Page(**json.loads(line)) for line in lines]


def feed_of(site: StaticSite) -> None:
    for part in range(4):
        items = "".join(
            f"<item><title>{n}</title><link>{site.url(f'/p{n}.html')}</link></item>"
            for n in range(1 + part * 15, 15 + part * 15)
        )
        follow = f'<link rel="next" href="{site.url(f"/feed-{part + 1}.xml")}" xmlns="http://www.w3.org/2005/Atom"/>'
        site.put(f"/feed-{part}.xml", f"<rss><channel>{follow if part < 3 else ''}{items}</channel></rss>", "text/xml")


KINDS = {"site": "/", "sitemap": "/sitemap.xml", "feed": "/feed-0.xml"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_crawl_goes_on_where_it_was(static_site, tmp_path, kind):
    fill(static_site, PAGES)
    static_site.put("/p7.html", "", status=301, headers=(("Location", "/moved.html"),))
    static_site.page("/moved.html", "Moved")
    static_site.remove("/p11.html")
    static_site.sitemap({f"/p{n}.html": "" for n in range(1, PAGES)})
    feed_of(static_site)
    source = quick(kind, static_site.url(KINDS[kind]), **SLOWLY)
    whole = read(source, out_of(tmp_path, "whole"))
    static_site.forget()
    out = out_of(tmp_path, "cut")
    cut_short(source, out, on_its_way(static_site.paths, out))
    there = [urlsplit(page.url).path for page in kept(out)]
    static_site.forget()
    taken_up = read(source, out)
    assert taken_up.told == whole.told and taken_up.report.resumed == 1
    assert there and not set(there) & set(static_site.paths())
    assert not frontier_of(out).exists()


def taken_up_through(
    source: Source, folder: Path, asked, forget, place: Callable[[Page], str], least: int = ENOUGH
) -> None:
    """A crawl through an interface goes on where it was; `place` is what the question for a page has in it."""

    def asked_for(pages: list[Page]) -> list[str]:
        return [page.url for page in pages if any(place(page) in path for path in asked())]

    whole = read(source, out_of(folder, "whole"))
    assert whole.report.complete and whole.report.pages_read >= PAGES, whole.said
    assert len(asked_for(whole.pages)) == whole.report.pages_read
    forget()
    out = out_of(folder, "cut")
    cut_short(source, out, on_its_way(asked, out, least))
    there = kept(out)
    forget()
    taken_up = read(source, out)
    assert taken_up.told == whole.told and taken_up.report.resumed == 1
    assert there and asked_for(there) == []
    assert len(asked()) <= whole.report.requests - len(set(map(place, there))), "what was listed is not listed again"


def numbered(form: str) -> Callable[[Page], str]:
    return lambda page: form.format(page.hints["system_id"])


def test_a_killed_crawl_of_a_forum_goes_on_where_it_was(forum, tmp_path):
    for n in range(PAGES):
        topic = forum.ask(f"Topic {n}", f"Words of topic {n}, which nobody else wrote.")
        for reply in range(25 if n % 10 == 0 else 1):
            forum.reply(topic, f"Answer {reply} to topic {n}.")
    source = quick("discourse", forum.address, **SLOWLY)
    taken_up_through(source, tmp_path, forum.site.paths, forum.site.forget, numbered("/t/{}.json"))


def test_a_killed_crawl_of_a_confluence_goes_on_where_it_was(confluence, tmp_path):
    for n in range(PAGES):
        page = confluence.write(f"Page {n}")
        confluence.comment(page, f"What about {n}?")
    source = quick("confluence", confluence.address, **SLOWLY)
    taken_up_through(source, tmp_path, confluence.paths, confluence.site.forget, numbered("/{}?"))


@pytest.mark.servers
def test_a_killed_crawl_of_a_mediawiki_goes_on_where_it_was(mediawiki, tmp_path):
    mediawiki.load({f"Page {n}": f"Words of page {n}. [[Category:Part {n % 3}]]" for n in range(PAGES)})
    source = quick("mediawiki", mediawiki.address, **SLOWLY)
    taken_up_through(source, tmp_path, mediawiki.requests, mediawiki.forget, numbered("pageid={}&"))


@pytest.mark.servers
def test_a_killed_crawl_of_a_dokuwiki_goes_on_where_it_was(dokuwiki, tmp_path):
    for n in range(PAGES):
        dokuwiki.put_file(f"part{n % 3}:page_{n:02}", f"====== Page {n} ======\nWords of page {n}.")
    # The API is asked in the body of a POST, which no log shows.
    dokuwiki.settings(remote=0)
    source = quick("dokuwiki", dokuwiki.address, **SLOWLY)
    taken_up_through(source, tmp_path, dokuwiki.requests, dokuwiki.forget, lambda page: exported(page.url))


def exported(url: str) -> str:
    return f"do=export_xhtmlbody&{urlsplit(url).query}"


@pytest.mark.servers
def test_a_killed_crawl_of_a_wordpress_goes_on_where_it_was(wordpress, tmp_path):
    made = wordpress.php(
        f"for ($i = 0; $i < {8 * WHOLE}; $i++) $said[] = wp_insert_post(['post_title' => \"Post $i\", "
        "'post_status' => 'publish', 'post_author' => 2, 'post_content' => \"<p>Words of post $i.</p>\"])"
    )
    part = {f"posts/{number}": place // WHOLE + 1 for place, number in enumerate(sorted(made))}
    source = quick("wordpress", wordpress.address, delay=0.5, concurrency=1)

    def asked_with(page: Page) -> str:
        return f"/posts?per_page={WHOLE}&page={part[page.hints['system_id']]}&"

    taken_up_through(source, tmp_path, wordpress.requests, wordpress.forget, asked_with, least=8)


def test_a_crawl_that_knows_its_pages_goes_on_too(static_site, tmp_path):
    fill(static_site, PAGES)
    source = quick("site", static_site.address, **SLOWLY)
    first = read(source, out_of(tmp_path, "first"))
    known = tmp_path / "known.jsonl"
    write_known([Known(p.url, p.etag, p.last_modified, "", p.fetched_at) for p in first.pages], known)
    static_site.page("/p60.html", "Page 60", "other words")
    static_site.remove("/p61.html")
    whole = read(source, out_of(tmp_path, "whole"), known)
    static_site.forget()
    out = out_of(tmp_path, "cut")
    cut_short(source, out, on_its_way(static_site.paths, out), known)
    taken_up = read(source, out, known)
    assert taken_up.told == whole.told and (whole.report.unchanged, whole.report.gone) == (PAGES - 2, 1)


def test_a_torn_end_of_the_file_is_cut_off(static_site, tmp_path):
    fill(static_site, PAGES)
    source, out = quick("site", static_site.address, **SLOWLY), out_of(tmp_path, "cut")
    cut_short(source, out, on_its_way(static_site.paths, out))
    with part_of(out).open("ab") as part:
        part.write(b"\x1f\x8b\x08torn by a power cut")
    assert read(source, out).in_state("read") == sorted(map(static_site.url, static_site.pages))


def test_a_full_disk_is_said_and_the_run_goes_on_when_there_is_room(static_site, tmp_path, small_disk):
    links = tuple(f"/{n}" for n in range(60))
    static_site.page("/", "Home", links=links)
    for link in links:
        static_site.page(link, link, os.urandom(10_000).hex())
    source, out = quick("site", static_site.address, **SLOWLY), small_disk.folder / "pages.jsonl.gz"
    out.write_bytes(b"what was there")
    with pytest.raises(
        CrawlError, match=r"can't be written .(No space left on device|File too large|.*full).*Make room"
    ):
        crawl(source, out)
    assert out.read_bytes() == b"what was there"
    small_disk.more_room()
    static_site.forget()
    taken_up = read(source, out)
    assert taken_up.report.pages_read == 61 and taken_up.report.complete and taken_up.report.resumed == 1
    assert 1 < len(static_site.paths()) < 61


def test_a_lost_network_ends_the_run_and_the_next_goes_on(static_site, tmp_path):
    fill(static_site, PAGES)
    lost = [True]

    def cable(handler):
        if lost[0] and len(static_site.paths()) > 40:
            handler.close_connection = True
            handler.connection.close()
        else:
            handler.stored(static_site.pages.get(handler.path))

    static_site.patterns.append(("/p", cable))
    source = quick("site", static_site.address, retries=0, timeout=2, **SLOWLY)
    first = read(source, out_of(tmp_path, "run"))
    assert first.report.finish_reason == "unreachable" and "in a row gave no answer" in first.said
    assert not first.report.complete and not first.report.failed_urls
    lost[0] = False
    static_site.forget()
    second = read(source, out_of(tmp_path, "run"))
    assert second.report.pages_read == PAGES and second.report.complete and not second.said
    assert len(static_site.paths()) < PAGES


@pytest.mark.parametrize("why", ["another term", "too long ago"])
def test_a_run_that_can_not_be_taken_up_is_begun_anew(static_site, tmp_path, why):
    fill(static_site, PAGES)
    source, out = quick("site", static_site.address, **SLOWLY), out_of(tmp_path, "cut")
    cut_short(source, out, on_its_way(static_site.paths, out))
    if why == "another term":
        source = Source.from_dict({**source.to_dict(), "skip": ["/p5*"]})
    else:
        store = Store(frontier_of(out))
        store.put("last", datetime.now(UTC) - RESTS - timedelta(minutes=1))
        store.checkpoint()
        store.close()
    anew = read(source, out)
    assert anew.told == read(source, out_of(tmp_path, "whole")).told and anew.report.resumed == 0


def test_a_frontier_that_can_not_be_read_is_begun_anew(static_site, tmp_path):
    fill(static_site, 5)
    out = out_of(tmp_path, "cut")
    out.parent.mkdir()
    frontier_of(out).write_bytes(b"no database " * 1000)
    assert read(quick("site", static_site.address), out).report.pages_read == 5


def test_two_crawls_never_share_a_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("crawlers.frontier.PATIENCE", 0.1)
    first = Store(tmp_path / "frontier.db")
    with pytest.raises(CrawlError, match="Another crawl works in"):
        Store(tmp_path / "frontier.db")
    first.close()
    Store(tmp_path / "frontier.db").close()


def test_a_page_that_kills_the_process_again_and_again_is_left_out(static_site, tmp_path):
    static_site.page("/", "Home", links=("/deadly", "/a"))
    static_site.page("/a", "A")
    reached: list[float] = []

    def deadly(handler):
        reached.append(time.monotonic())
        time.sleep(6)

    static_site.routes["/deadly"] = deadly
    source, out = quick("site", static_site.address), out_of(tmp_path, "cut")
    for times in range(1, MOST_CRASHES + 1):
        # Long enough under way for a checkpoint to tell of it.
        cut_short(source, out, lambda t=times: len(reached) == t and time.monotonic() > reached[-1] + 2.5)
    ended = read(source, out)
    assert ended.report.pages_read == 2 and "ended 3 times while a page was being read" in ended.said
    assert ended.report.failed_urls == (static_site.url("/deadly"),)


STATE = {
    "numbers": {1: None, 2: 3.5},
    "sets": {1, "a"},
    "pairs": [("a", 1), ["b", None]],
    "when": datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    "counts": Counter("abca"),
    "queue": deque([1, 2]),
    "marked": {"#": "set", "is": []},
}


def test_what_a_spider_remembers_comes_back_as_it_was():
    back = unpacked(json.loads(json.dumps(packed(STATE))))
    assert back == STATE and [type(v) for v in back.values()] == [type(v) for v in STATE.values()]


def test_what_can_not_be_kept_is_named():
    with pytest.raises(CrawlError, match=r"^spider\.place holds a PosixPath"):
        packed({"a": [Path()]}, "spider.place")


def test_the_same_crawl_twice_is_no_resumption(static_site, tmp_path):
    fill(static_site, 5)
    source = quick("site", static_site.address)
    assert run(source, tmp_path).report.resumed == run(source, tmp_path).report.resumed == 0
    assert len(static_site.paths()) == 12
