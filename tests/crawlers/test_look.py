"""A first look says what an address is, or why it can't be read."""

import pytest

from crawlers.errors import CrawlError
from crawlers.look import look
from tests.support.mediawiki import MediaWiki


@pytest.mark.servers
def test_it_recognises_a_wiki(mediawiki: MediaWiki):
    found = look(mediawiki.address)
    assert found.kind == "mediawiki" and found.may_read and found.address.endswith("/api.php")
    assert found.message.startswith("MediaWiki 1.") and "you may read them" in found.message


def test_it_recognises_sites_sitemaps_and_feeds(static_site):
    static_site.put("/", '<html><head><title>Docs</title><meta name="generator" content="Hugo 0.1"></head></html>')
    assert look(static_site.address).message == "A site made with Hugo 0.1, you may read it."
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
