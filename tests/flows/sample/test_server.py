"""The sample answers like a real wiki and a real blog."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urljoin, urlsplit

import feedparser
import httpx
import pytest
from bs4 import BeautifulSoup
from lxml import etree

from flows.sample.server import SampleSite
from flows.sample.texts import texts

SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def soup(answer: httpx.Response) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "lxml")


def test_a_wiki_page_says_what_it_is_and_wears_a_frame(ask):
    answer = ask.get("/wiki/runbook-sailing-cancellation-v2")
    page = soup(answer)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert page.html["lang"] == "en"
    assert page.find("meta", {"name": "generator"})["content"] == "Lighthouse Wiki 3.2"
    assert page.find("meta", {"name": "author"})["content"] == "Callum Raeburn, Eilidh Manson"
    assert page.find("meta", property="article:published_time")["content"] == "2024-02-19T09:00:00+00:00"
    assert page.find("link", rel="license")["href"].endswith("/by-sa/4.0/")
    assert page.find("link", rel="predecessor-version")["href"] == "/wiki/runbook-sailing-cancellation"
    assert len(page.select("main table")) == 2
    assert "quayside sailing close" in page.select_one("main pre").text
    for frame in ("header", "aside.sidebar", "nav.breadcrumbs", ".tools", ".related", "footer"):
        assert page.select_one(frame), frame


def test_a_blog_post_carries_linked_data_and_another_frame(ask):
    page = soup(ask.get("/blog/we-moved-the-ticket-database-on-a-tuesday"))
    said = json.loads(page.find("script", type="application/ld+json").string)
    assert said["@type"] == "BlogPosting"
    assert [a["name"] for a in said["author"]] == ["Priya Nathwani", "Hamish Dow"]
    assert said["datePublished"].startswith("2024-05-23")
    assert page.find("meta", {"name": "generator"})["content"].startswith("Foghorn")
    for frame in (".masthead", ".author-box", ".newsletter", ".related-posts", ".neighbours", ".cookie-notice"):
        assert page.select_one(frame), frame


@pytest.mark.parametrize(
    ("path", "language"), [("/wiki/landstrom-liegeplatz-2", "de"), ("/wiki/accueil-equipages-bretons", "fr")]
)
def test_pages_in_other_languages_say_so(ask, path, language):
    assert soup(ask.get(path)).html["lang"] == language


def test_who_has_the_page_already_gets_a_304(ask):
    first = ask.get("/wiki/tide-tables")
    etag, modified = first.headers["etag"], first.headers["last-modified"]
    assert modified == "Mon, 05 Jan 2026 09:00:00 GMT"
    for headers in (
        {"If-None-Match": etag},
        {"If-None-Match": f'"other", W/{etag}'},
        {"If-Modified-Since": modified},
    ):
        again = ask.get("/wiki/tide-tables", headers=headers)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)


@pytest.mark.parametrize(
    "headers",
    [
        {"If-None-Match": '"other"'},
        {"If-None-Match": '"other"', "If-Modified-Since": "Fri, 30 Oct 2026 09:00:00 GMT"},
        {"If-Modified-Since": "Mon, 05 Jan 2025 09:00:00 GMT"},
        {"If-Modified-Since": "yesterday"},
    ],
)
def test_who_has_another_copy_or_none_gets_the_page(ask, headers):
    assert ask.get("/wiki/tide-tables", headers=headers).status_code == 200


def test_head_answers_like_get_without_the_body(ask):
    got, headed = ask.get("/blog/"), ask.head("/blog/")
    assert headed.content == b""
    assert headed.headers["content-length"] == got.headers["content-length"]
    assert headed.headers["etag"] == got.headers["etag"]


def test_an_unknown_address_is_a_404_with_a_page(ask):
    answer = ask.get("/wiki/no-such-page")
    assert answer.status_code == 404
    assert "Page not found" in answer.text
    assert "etag" not in answer.headers


def test_a_missing_slash_is_added(ask):
    answer = ask.get("/wiki")
    assert (answer.status_code, answer.headers["location"]) == (301, "/wiki/")


def test_the_feed_holds_every_post_in_full(ask, site):
    feed = feedparser.parse(ask.get("/blog/feed.xml").content)
    assert feed.bozo is False
    assert feed.version == "atom10"
    assert len(feed.entries) == 25
    assert len({entry.id for entry in feed.entries}) == 25
    assert [e.published for e in feed.entries] == sorted((e.published for e in feed.entries), reverse=True)
    for entry in feed.entries:
        assert entry.link.startswith(f"{site.base}/blog/")
        assert entry.authors and entry.tags and entry.updated and entry.summary
        assert len(entry.content[0].value) > 1000
        assert 'href="/' not in entry.content[0].value


def test_the_sitemaps_list_every_text_with_its_last_change(ask, site):
    index = etree.fromstring(ask.get("/sitemap.xml").content)
    maps = index.xpath("s:sitemap/s:loc/text()", namespaces=SITEMAP)
    assert maps == [f"{site.base}/wiki/sitemap.xml", f"{site.base}/blog/sitemap.xml"]
    found = {}
    for address in maps:
        for url in etree.fromstring(ask.get(address).content).xpath("s:url", namespaces=SITEMAP):
            found[url.findtext("s:loc", namespaces=SITEMAP)] = url.findtext("s:lastmod", namespaces=SITEMAP)
    assert found == {site.base + t.path: t.modified.isoformat() for t in (*texts("wiki"), *texts("blog"))}


def test_robots_txt_points_at_the_sitemap_and_keeps_crawlers_from_editing(ask, site):
    robots = ask.get("/robots.txt")
    assert robots.headers["content-type"].startswith("text/plain")
    assert f"Sitemap: {site.base}/sitemap.xml" in robots.text
    assert "Disallow: /wiki/edit/" in robots.text


def test_every_link_on_every_page_resolves(ask, site):
    waiting, seen, broken, anchors = ["/"], {"/"}, [], []
    while waiting:
        path = waiting.pop()
        answer = ask.get(path, follow_redirects=True)
        if answer.status_code != 200:
            broken.append(path)
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        page = soup(answer)
        anchors += [
            f"{path}{a['href']}"
            for a in page.select("a[href^='#']")
            if a["href"] != "#" and not page.find(id=a["href"][1:])
        ]
        for element in page.select("[href], [src], form[action]"):
            target = element.get("href") or element.get("src") or element.get("action")
            parts = urlsplit(urljoin(site.base + path, target))
            if f"{parts.scheme}://{parts.netloc}" == site.base and parts.path not in seen:
                seen.add(parts.path)
                waiting.append(parts.path)
    assert broken == []
    assert anchors == []
    assert {t.path for t in (*texts("wiki"), *texts("blog"))} <= seen


def test_nothing_is_loaded_from_elsewhere(ask, site):
    for path in ("/", "/wiki/tide-tables", "/blog/", "/blog/plugging-in-a-ferry"):
        page = soup(ask.get(path))
        loaded = [e.get("src") or e["href"] for e in page.select("[src], link[rel=stylesheet]")]
        assert loaded
        assert all(urljoin(site.base + path, address).startswith(site.base + "/") for address in loaded)


def test_no_page_shows_unrendered_markdown_or_a_placeholder(ask):
    for text in (*texts("wiki"), *texts("blog")):
        page = soup(ask.get(text.path))
        for code in page.select("code, pre"):
            code.decompose()
        words = page.select_one("main, article").text
        assert not re.search(r"\*\*|\]\(|\{\w*\}|\|---|^#+ ", words, re.MULTILINE), text.path


def test_two_sites_stand_side_by_side_and_stop_when_told():
    with SampleSite() as first, SampleSite() as second:
        assert first.base != second.base
        for served in (first, second):
            page = soup(httpx.get(f"{served.base}/wiki/on-call", trust_env=False))
            assert page.find("link", rel="canonical")["href"] == f"{served.base}/wiki/on-call"
    with pytest.raises(httpx.ConnectError):
        httpx.get(first.base, trust_env=False)


def test_many_can_ask_at_once(site):
    paths = [t.path for t in texts("wiki")]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda p: httpx.get(site.base + p, trust_env=False).status_code, paths[:32]))
    assert answers == [200] * 32


def test_a_taken_port_is_said_in_a_sentence(site):
    from click.testing import CliRunner

    from flows.sample.server import main

    said = CliRunner().invoke(main, ["--port", site.base.rpartition(":")[2]])
    assert said.exit_code == 1
    assert "Choose another with --port" in said.output
