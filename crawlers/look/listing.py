"""Feeds and sitemaps: addresses that list others."""

from crawlers.look.eye import MOST_BYTES, Eye
from crawlers.look.found import Answer, Found, counted, made_with
from crawlers.spiders.entries import read_feed
from crawlers.spiders.maps import read_sitemap
from crawlers.urls import canonical

# Sitemaps of an index that are read to estimate the rest. Source: judgement.
TRIED = 3


def detect(eye: Eye, answer: Answer) -> Found | None:
    """The feed or sitemap at this address."""
    start = answer.body[:2000]
    if b"<rss" in start or b"<feed" in start or b"<rdf:RDF" in start:
        return _feed(eye, answer)
    if b"<urlset" in start or b"<sitemapindex" in start or start.startswith(b"\x1f\x8b"):
        return sitemap(eye, answer)
    return None


def _feed(eye: Eye, answer: Answer) -> Found | None:
    feed = read_feed(answer.body)
    if feed.problem and not feed.title:
        return None
    noun = "entry" if len(feed.entries) == 1 else "entries"
    message = f"A feed with {len(feed.entries):,} {noun}{made_with(feed.generator)}."
    return Found("feed", eye.home, feed.title, feed.generator, len(feed.entries), message=message)


def sitemap(eye: Eye, answer: Answer) -> Found | None:
    """The sitemap in an answer, counted, or estimated from the first few where it is an index."""
    found = read_sitemap(answer.body, MOST_BYTES) if answer.status == 200 else None
    if found is None or not (found.pages or found.maps):
        return None
    if found.pages:
        count = len(found.pages)
        return Found("sitemap", answer.url, pages=count, message=f"A sitemap of {counted(count, 'page')}.")
    tried = [canonical(place, answer.url) for place in [entry.url for entry in found.maps[:TRIED]]]
    counts = [len(read_sitemap(eye.get(place).body, MOST_BYTES).pages) for place in tried if place]
    if not counts:
        return None
    count = round(sum(counts) / len(counts) * len(found.maps))
    about = "about " if len(found.maps) > TRIED else ""
    message = (
        f"A sitemap index that leads to {counted(len(found.maps), 'sitemap')} with {about}{counted(count, 'page')}."
    )
    return Found("sitemap", answer.url, pages=count, message=message)
