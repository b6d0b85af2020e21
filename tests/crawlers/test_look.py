"""A first look says what an address is, or why it can't be read."""

import json
import subprocess

import pytest

from crawlers.errors import CrawlError
from crawlers.look import confluence, discourse, dokuwiki, look, repository, wordpress
from crawlers.look.eye import Eye
from crawlers.look.found import Found
from tests.support.mediawiki import MediaWiki


@pytest.mark.servers
def test_it_recognises_a_wiki(mediawiki: MediaWiki):
    found = look(mediawiki.address)
    assert found.kind == "mediawiki" and found.may_read and found.address.endswith("/api.php")
    assert found.message.startswith("MediaWiki 1.") and "you may read them" in found.message


def test_it_recognises_sites_sitemaps_and_feeds(static_site):
    static_site.put("/", '<html><head><title>Docs</title><meta name="generator" content="Hugo 0.1"></head></html>')
    assert look(static_site.address).message == "A site made with Hugo 0.1, you may read it."
    assert look(static_site.address).notes == ()
    static_site.sitemap({"/a": "", "/b": ""})
    found = look(static_site.address)
    assert (found.kind, found.pages, found.address) == ("sitemap", 2, static_site.url("/sitemap.xml"))
    feed = f"<rss><channel><title>B</title><item><link>{static_site.address}</link></item></channel></rss>"
    static_site.put("/feed", feed, "text/xml")
    assert look(static_site.url("/feed")).kind == "feed"
    static_site.put("/robots.txt", "User-agent: *\nDisallow: /", "text/plain")
    assert not look(static_site.address).may_read


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nonsense", "no web address"),
        ("http://127.0.0.1:9/", "can't be reached"),
        ("http://no-such-host.invalid/", "is not known"),
        ("http://169.254.169.254/", "keeps credentials"),
    ],
)
def test_it_says_why_an_address_can_not_be_read(address, words):
    with pytest.raises(CrawlError, match=words):
        look(address, timeout=3)


def test_it_is_not_led_astray(static_site, hostile_site):
    static_site.put("/", "", status=302, headers=(("Location", "http://10.0.0.1/"),))
    with pytest.raises(CrawlError, match="allow_private"):
        look(static_site.address, timeout=3)
    for name, words in [("redirects-in-a-circle", "for ever"), ("no-http-at-all", "reached"), ("forbidden", "403")]:
        with pytest.raises(CrawlError, match=words):
            look(hostile_site.url(f"/{name}/"), timeout=3)


def found_by(detector, address: str) -> Found | None:
    eye = Eye(address)
    return detector.detect(eye, eye.get(address))


def says(site, path: str, data, **more):
    site.put(path, json.dumps(data), "application/json", **more)


def test_it_recognises_wordpress_and_counts(static_site):
    static_site.put(
        "/", '<link rel="https://api.w.org/" href="/wp-json/"><meta name="generator" content="WordPress 6.1">'
    )
    says(static_site, "/wp-json/", {"name": "Our blog", "home": static_site.address, "namespaces": ["wp/v2"]})
    for what, count in (("posts", "210"), ("pages", "8")):
        says(static_site, f"/wp-json/wp/v2/{what}?_fields=id&per_page=1", [], headers=(("X-WP-Total", count),))
    found = found_by(wordpress, static_site.address)
    assert found.message == "WordPress 6.1, 210 posts and 8 pages, you may read them."
    assert (found.kind, found.pages, found.title) == ("wordpress", 218, "Our blog")
    says(static_site, "/wp-json/", {"code": "rest_not_logged_in"}, status=401)
    assert not found_by(wordpress, static_site.address).may_read


def test_it_recognises_dokuwiki_without_its_api(static_site):
    page = '<meta name="generator" content="DokuWiki"><link rel="start" href="/wiki/"><title>start</title>'
    static_site.put("/wiki/doku.php?id=start", page)
    found = found_by(dokuwiki, static_site.url("/wiki/doku.php?id=start"))
    assert (found.kind, found.address, found.pages) == ("dokuwiki", static_site.url("/wiki/"), None)
    assert "API is off" in found.message and "remoteuser" in found.notes[0]


def test_it_recognises_confluence_and_what_it_asks_for(static_site):
    page = (
        '<meta name="ajs-version-number" content="8.5.4"><meta name="ajs-context-path" content=""><title>Docs</title>'
    )
    static_site.put("/display/ENG/Home", page)
    address = static_site.url("/display/ENG/Home")
    shut = found_by(confluence, address)
    assert not shut.may_read and "Bearer TOKEN" in shut.message and shut.wants == ("Authorization",)
    says(static_site, "/rest/api/space?limit=1", {"results": [{"key": "ENG"}]})
    says(static_site, "/rest/api/search?cql=type%3Dpage&limit=1", {"results": [], "totalSize": 1204})
    found = found_by(confluence, address)
    assert found.message == "Confluence 8.5.4, 1,204 pages, you may read them."
    assert found.address == static_site.address.rstrip("/")


def test_it_recognises_discourse_and_its_sign_in(static_site):
    static_site.put(
        "/", '<meta name="generator" content="Discourse 3.2.1 - https://github.com/discourse"><title>Q</title>'
    )
    says(static_site, "/about.json", {"about": {"title": "Questions", "stats": {"topics_count": 1500}}})
    found = found_by(discourse, static_site.address)
    assert found.message == "Discourse 3.2.1, 1,500 topics, you may read them." and found.title == "Questions"
    says(static_site, "/about.json", {"error_type": "not_logged_in"}, status=403)
    assert found_by(discourse, static_site.address).wants == ("Api-Key", "Api-Username")


def test_it_recognises_repositories(static_site, tmp_path):
    reference = b"001e# service=git-upload-pack\n0000" + b"00f8" + b"a" * 40 + b" HEAD\0symref=HEAD:refs/heads/main \n"
    static_site.put("/team/docs.git/info/refs?service=git-upload-pack", reference + b"a" * 40 + b" refs/heads/main\n")
    static_site.put("/team/docs", '<meta property="og:site_name" content="GitLab">')
    for path in ("/team/docs.git", "/team/docs"):
        if path.endswith(".git"):
            static_site.put(path, "", status=302, headers=(("Location", "/team/docs"),))
        found = found_by(repository, static_site.url(path))
        assert found.address == static_site.url("/team/docs.git")
        assert found.message == "A git repository with 1 branch, main is the main one; you may read it."
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "guide.md").write_text("# Guide")
    here = repository.folder(str(tmp_path))
    assert (here.pages, here.address) == (1, tmp_path.as_uri())
    assert repository.folder("https://example.org") is None and repository.folder(str(tmp_path / "none")) is None


def test_it_counts_what_an_index_of_sitemaps_leads_to_and_suggests_terms(static_site):
    static_site.put("/", "<html><title>Big</title></html>")
    static_site.sitemap({f"/{n}": "" for n in range(40_000)}, "/one.xml")
    index = f"<sitemapindex><sitemap><loc>{static_site.url('/one.xml')}</loc></sitemap></sitemapindex>"
    static_site.put("/sitemap.xml", index, "application/xml")
    static_site.put("/robots.txt", "User-agent: *\nCrawl-delay: 3", "text/plain")
    found = look(static_site.address)
    assert found.message == "A site with a sitemap of 40,000 pages, you may read them."
    assert found.terms == {
        "delay": 3.0, "most_pages": 50_000, "least_pages": 20_000, "most_seconds": 42 * 3600, "schedule": "0 3 * * 0",
    }  # fmt: skip


def test_it_warns_of_pages_that_are_not_what_they_seem(static_site):
    static_site.put("/", "<html><title>Page not found</title><body>Sorry.</body></html>")
    assert "is it the right page?" in look(static_site.address).notes[0]
    static_site.put("/", "<html><title>App</title><body><div id='app'></div><script src='a.js'></script></body></html>")
    assert "add it with --set javascript=true" in look(static_site.address).notes[0]
    static_site.patterns.append(("/no-such", lambda handler: handler.answer(200, b"<html>Welcome</html>")))
    static_site.page("/", "Welcome", "Read on here.")
    assert "may not be noticed" in look(static_site.address).notes[0]
    static_site.put("/form", '<html><form><input type="password"></form></html>')
    found = look(static_site.url("/form"))
    assert not found.may_read and found.wants == ("Cookie",)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ({"body": "%PDF-1.7", "kind": "application/pdf"}, "is a PDF file, not a source by itself"),
        ({"body": "{}", "kind": "application/json"}, "which is no page"),
        ({"body": "No.", "status": 401, "headers": (("WWW-Authenticate", "Bearer realm=x"),)}, "It takes Bearer"),
        ({"body": "Gone", "status": 404}, "is not there"),
    ],
)
def test_it_says_what_to_give_instead(static_site, page, words):
    static_site.put("/", **page)
    with pytest.raises(CrawlError, match=words):
        look(static_site.address)


def test_credentials_come_from_the_environment_and_stay_at_home(static_site, monkeypatch):
    from tests.support.static_site import StaticSite

    other = StaticSite()
    other.page("/", "Elsewhere")
    static_site.put("/", "", status=302, headers=(("Location", other.address.replace("127.0.0.1", "localhost")),))
    with pytest.raises(CrawlError, match="DOCS_TOKEN, which is not set"):
        look(static_site.address, headers={"Authorization": "DOCS_TOKEN"})
    monkeypatch.setenv("DOCS_TOKEN", "Bearer secret")
    found = look(static_site.address, ("loopback",), headers={"Authorization": "DOCS_TOKEN"})
    assert "sends on to" in found.notes[0] and "secret" not in str(found)
    sent = [dict(headers).get("Authorization") for _, headers in static_site.requests]
    assert sent == ["Bearer secret"] and not [h for _, h in other.requests if "Authorization" in h]
    other.routes["/"] = lambda handler: handler.answer(401, b"No.")
    with pytest.raises(CrawlError, match="give the address it ends at"):
        look(static_site.address, ("loopback",), headers={"Authorization": "DOCS_TOKEN"})
    other.stop()


@pytest.mark.servers
@pytest.mark.parametrize(("remote", "words"), [(1, "2 pages, you may read them."), (0, "Its XML-RPC API is off")])
def test_it_recognises_a_real_dokuwiki_with_and_without_its_api(dokuwiki, remote, words):
    dokuwiki.settings(remote=remote)
    for page in ("guide:start", "guide:more"):
        dokuwiki.write(page, "====== Guide ======\nHow we work.")
    found = look(dokuwiki.address + "doku.php?id=guide:start")
    assert (found.kind, found.address, found.may_read) == ("dokuwiki", dokuwiki.address, True)
    assert found.message.startswith("DokuWiki 20" if remote else "DokuWiki") and words in found.message


def test_a_forum_that_is_shut_says_which_headers_open_it(forum):
    forum.closed = True
    found = look(forum.address)
    assert (found.kind, found.may_read, found.wants) == ("discourse", False, ("Api-Key", "Api-Username"))


def test_it_recognises_the_confluence_that_is_crawled(confluence):
    path = "/" + confluence.address.rstrip("/").partition("://")[2].partition("/")[2]
    page = b'<html><meta name="ajs-version-number" content="9.2.0"><title>Ours</title></html>'
    for front in {path, path.rstrip("/") + "/"}:
        confluence.site.routes[front] = lambda handler: handler.answer(200, page)
    found = look(confluence.address)
    assert (found.kind, found.may_read, found.address) == ("confluence", True, confluence.address.rstrip("/"))
    assert found.message.startswith("Confluence Cloud" if confluence.cloud else "Confluence 9.2.0")
