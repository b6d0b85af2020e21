"""Sites, sitemaps and feeds on a real server: all of it once, then only what changed."""

import gzip

import pytest

from crawlers.checks import judge
from tests.support.crawling import quick, run


@pytest.fixture
def handbook(static_site):
    static_site.page(
        "/handbook/", "Handbook", links=("a.html", "b.html?utm_source=x#top", "sub/", "/blog/", "mailto:x@y.z")
    )
    static_site.page("/handbook/a.html", "A", links=("b.html", "missing.html"))
    static_site.page("/handbook/b.html", "B", links=("./", "file.pdf"))
    static_site.page("/handbook/sub/", "Sub", links=("../a.html", "deep.html"))
    static_site.page("/handbook/sub/deep.html", "Deep")
    static_site.page("/blog/", "Blog")
    return static_site


PAGES = ("/handbook/", "/handbook/a.html", "/handbook/b.html", "/handbook/sub/", "/handbook/sub/deep.html")


def test_a_site_is_read_within_its_prefix_and_each_page_once(handbook, tmp_path):
    crawled = run(quick("site", handbook.url("/handbook/")), tmp_path)
    assert crawled.in_state("read") == sorted(map(handbook.url, PAGES))
    assert crawled.report.complete and crawled.report.errors == {"404": 1}
    assert "/blog/" not in handbook.paths() and len(handbook.paths()) == len(set(handbook.paths()))
    page = crawled.page(handbook.url("/handbook/a.html"))
    assert page.etag and page.last_modified and page.fetched_at.endswith("Z") and "<h1>A</h1>" in page.html


def test_a_second_crawl_is_told_what_changed_and_what_is_gone(handbook, tmp_path):
    source = quick("site", handbook.url("/handbook/"))
    first = run(source, tmp_path)
    handbook.page("/handbook/b.html", "B", "changed", links=("new.html",))
    handbook.page("/handbook/new.html", "New")
    handbook.remove("/handbook/sub/deep.html")
    handbook.put("/handbook/a.html", b"", status=301, headers=(("Location", "/handbook/new.html"),))
    second = run(source, tmp_path, [first])
    assert second.in_state("read") == [handbook.url("/handbook/b.html"), handbook.url("/handbook/new.html")]
    assert second.in_state("unchanged") == [handbook.url("/handbook/"), handbook.url("/handbook/sub/")]
    assert second.in_state("gone") == [handbook.url("/handbook/a.html"), handbook.url("/handbook/sub/deep.html")]
    assert second.page(handbook.url("/handbook/a.html")).hints == {"moved_to": handbook.url("/handbook/new.html")}


def test_a_body_that_is_the_same_is_unchanged_where_the_server_knows_no_etag(static_site, tmp_path):
    static_site.page("/", "Home", etag=False)
    source = quick("site", static_site.address)
    first = run(source, tmp_path)
    assert run(source, tmp_path, [first]).report.unchanged == 1


def test_robots_are_obeyed_and_their_delay_and_sitemaps_used(static_site, tmp_path):
    static_site.page("/", "Home", links=("/open.html", "/secret/x.html"))
    static_site.page("/open.html", "Open")
    static_site.page("/secret/x.html", "Secret")
    static_site.page("/orphan.html", "Orphan")
    static_site.sitemap({"/orphan.html": ""}, "/map.xml")
    rules = f"User-agent: *\nDisallow: /secret\nCrawl-delay: 0.2\nSitemap: {static_site.url('/map.xml')}\n"
    static_site.put("/robots.txt", rules, "text/plain")
    crawled = run(quick("site", static_site.address), tmp_path)
    assert crawled.in_state("read") == sorted(map(static_site.url, ("/", "/open.html", "/orphan.html")))
    assert "/secret/x.html" not in static_site.paths() and crawled.report.forbidden == 1
    assert static_site.requests[0][1]["User-Agent"] == "Commonplace/0.1"


def test_a_page_that_asks_not_to_be_kept_is_left_out_unless_the_source_says_otherwise(static_site, tmp_path):
    static_site.put("/", '<html><meta name="robots" content="noindex"><body><a href="/a.html">a</a></body></html>')
    static_site.page("/a.html", "A")
    assert run(quick("site", static_site.address), tmp_path).in_state("read") == [static_site.url("/a.html")]
    ignoring = quick("site", static_site.address, ignore_robots_meta=True)
    assert run(ignoring, tmp_path).report.pages_read == 2


def test_caps_and_patterns_bound_a_run(static_site, tmp_path):
    links = tuple(f"/p{n}.html" for n in range(50))
    static_site.page("/", "Home", links=links)
    for link in links:
        static_site.page(link, link)
    capped = run(quick("site", static_site.address, most_pages=10), tmp_path)
    assert capped.report.pages_read == 10 and capped.report.finish_reason == "most_pages" and not capped.report.complete
    skipping = run(quick("site", static_site.address, skip=["/p1*", "/p2*"]), tmp_path)
    assert skipping.report.pages_read == 51 - 22


def test_a_sitemap_reads_what_it_lists_and_again_what_it_says_has_changed(static_site, tmp_path):
    for name in "abc":
        static_site.page(f"/docs/{name}.html", name.upper(), links=("/docs/unlisted.html",))
    static_site.sitemap({"/docs/a.html": "2023-01-05", "/docs/b.html": "2023-01-05T10:00:00Z", "/docs/c.html": ""})
    packed = gzip.compress(static_site.pages["/sitemap.xml"].body)
    static_site.put("/all.xml.gz", packed, "application/gzip")
    index = f"<sitemapindex><sitemap><loc>{static_site.url('/all.xml.gz')}</loc></sitemap></sitemapindex>"
    static_site.put("/index.xml", index, "application/xml")
    source = quick("sitemap", static_site.url("/index.xml"))
    first = run(source, tmp_path)
    assert first.report.pages_read == 3 and first.report.complete
    assert first.page(static_site.url("/docs/a.html")).hints["modified"] == "2023-01-05"
    static_site.forget()
    static_site.remove("/docs/c.html")
    second = run(source, tmp_path, [first])
    assert second.report.unchanged == 2 and second.in_state("gone") == [static_site.url("/docs/c.html")]
    assert sorted(static_site.paths()) == ["/all.xml.gz", "/docs/c.html", "/index.xml", "/robots.txt"]


FEED = """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Blog</title><language>en-GB</language>
<item><title>One &amp; all</title><link>{base}/posts/1?utm_medium=feed</link><dc:creator>Ann</dc:creator>
<category>travel</category><category>money</category><pubDate>Tue, 03 Jan 2023 10:00:00 +0200</pubDate></item>
<item><title>Two</title><link>{base}/posts/2</link><author>bo@example.org (Bo)</author></item>
<atom:link rel="next" href="{base}/feed-2.xml"/></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Old</title><entry><title>Three</title>
<link href="{base}/posts/3"/><updated>2022-05-01T00:00:00Z</updated><author><name>Cy</name></author></entry></feed>"""


def test_a_feed_leads_to_its_pages_and_their_facts(static_site, tmp_path):
    base = static_site.address.rstrip("/")
    static_site.put("/feed.xml", FEED.format(base=base), "application/rss+xml")
    static_site.put("/feed-2.xml", ATOM.format(base=base), "application/atom+xml")
    for number in (1, 2, 3):
        static_site.page(f"/posts/{number}", f"Post {number}")
    source = quick("feed", static_site.url("/feed.xml"))
    first = run(source, tmp_path)
    assert first.report.pages_read == 3 and not first.report.complete
    hints = first.page(static_site.url("/posts/1")).hints
    assert hints["title"] == "One & all" and list(hints["authors"]) == ["Ann"] and hints["language"] == "en"
    assert list(hints["tags"]) == ["travel", "money"] and hints["published"] == "2023-01-03T08:00:00Z"
    assert list(first.page(static_site.url("/posts/2")).hints["authors"]) == ["Bo"]
    static_site.forget()
    static_site.remove("/posts/3")
    static_site.page("/posts/2", "Post 2", "mended")
    second = run(source, tmp_path, [first])
    assert second.in_state("read") == [static_site.url("/posts/2")]
    assert second.in_state("gone") == [static_site.url("/posts/3")]
    assert judge(second.report, source, [3]).believable
