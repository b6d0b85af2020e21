"""Reads the pages that an RSS or Atom feed announces."""

from scrapy.http import Response

from crawlers.spiders.base import SourceSpider
from crawlers.spiders.entries import FeedEntry, read_feed
from crawlers.spiders.moments import older
from crawlers.urls import canonical

# Known pages asked for again in each run, those not seen for longest first. Reason: a feed shows only what is new, so
# corrections and removals of older posts are found this way, at a cost that does not grow. Source: judgement.
RECHECKED = 25
# Feed documents that follow one another. Reason: the first run wants a blog's past; RFC 5005 has no limit.
MOST_DOCUMENTS = 200


class FeedSpider(SourceSpider):
    """`address` is a feed. Entries may lie on any host the address rules allow: a feed names its pages itself."""

    name = "feed"
    lists_all = False
    documents = 0

    def begin(self) -> None:
        """Ask for the feed."""
        self.ask(self.source.address, "feed")

    def belongs(self, url: str) -> bool:
        """What a feed announces is part of it."""
        return super().belongs(url) or url.startswith(("http://", "https://"))

    def feed(self, response: Response) -> None:
        """Put the entries of one feed document on the frontier."""
        self.documents += 1
        if response.status != 200:
            self.refused(response, response.url)
            return
        found = read_feed(response.body)
        if found.problem:
            self.journal.troubles.add(found.problem, response.url, True)
        fresh = [self.announced(entry, response.url, found.language) for entry in found.entries]
        older_feed = canonical(found.next, response.url) if found.next else ""
        # Older documents are worth their request only while they still tell something new.
        if older_feed and any(fresh) and older_feed not in self.seen and self.documents < MOST_DOCUMENTS:
            self.seen.add(older_feed)
            self.ask(older_feed, "feed")

    def announced(self, entry: FeedEntry, base: str, language: str) -> bool:
        """Ask for an entry's page, unless it is known and the feed says it has not changed. Whether it is new."""
        url = canonical(entry.url, base)
        known = self.known.get(url)
        if known is not None and url not in self.seen and older(entry.modified, known.last_seen):
            self.unchanged(url)
            return False
        asked = self.want(
            url,
            title=entry.title,
            authors=list(entry.authors),
            published=entry.published,
            modified=entry.modified,
            tags=list(entry.tags),
            language=language,
            kind="post",
        )
        return asked and known is None

    def afterwards(self) -> None:
        """Ask for some known pages that the feed no longer announces."""
        waiting = [known for url, known in self.known.items() if url not in self.seen]
        for known in sorted(waiting, key=lambda k: k.last_seen)[:RECHECKED]:
            self.want(known.url)
