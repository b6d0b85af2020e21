"""What spiders share that read a system through its JSON API: answers with their errors, and pages with their hints."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from scrapy.http import Response

from crawlers.journal import now
from crawlers.known import Known, content_hash
from crawlers.page import Page
from crawlers.spiders.base import SourceSpider
from crawlers.urls import canonical

# Characters that join the parts of a page's mark, which stands in its `etag`: the system's own id, then digests.
SEPARATOR = ":"
# Bytes of a digest. Reason: it tells two states of one page apart, not all pages of the world.
DIGEST = 6


def digest(said: Any) -> str:
    """A short name for plain data: equal data have equal names."""
    text = json.dumps(said, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.blake2b(text.encode("ascii"), digest_size=DIGEST).hexdigest()


class JsonApiSpider(SourceSpider):
    """Asks an API and keeps pages under the system's own lasting ids.

    A known page's `etag` is its mark, "ID:LISTED:HANDED": the id, a digest of what a listing says of it, and one of
    what is handed on beside its text (labels, comments, likes, readers).
    """

    system = "The API"
    """How messages name the system."""
    refused_access = False
    """Whether the system has turned our credentials away, after which nothing it says means absence."""

    _by_id: dict[str, Known] | None = None

    @property
    def by_id(self) -> dict[str, Known]:
        """What is known, by the system's own ids."""
        if self._by_id is None:
            self._by_id = {known.etag.partition(SEPARATOR)[0]: known for known in self.known.values()}
        return self._by_id

    @property
    def sweeping(self) -> bool:
        """Whether everything is read again, because change feeds forget."""
        return self.sweep or not self.known

    # --- answers ------------------------------------------------------------------------------------------------------

    def read(self, response: Response) -> Any:
        """The JSON of an answer; None where it is an error or something else."""
        try:
            return json.loads(response.body) if response.status == 200 else None
        except ValueError:
            return None

    def said(self, response: Response, subject: str = "") -> Any:
        """The same, and what is wrong is noted. `subject` is the page that it is about."""
        found = self.read(response)
        if found is None and (response.status == 401 or (response.status == 403 and not subject)):
            self.turned_away(response)
        elif found is None:
            error = "something that is no JSON" if response.status == 200 else f"with an error ({response.status})"
            self._amiss(f"answers {error}", response, subject)
        return found

    def _amiss(self, what: str, response: Response, subject: str) -> None:
        self.journal.errors[str(response.status)] += 1
        self.journal.troubles.add(f"{self.system} {what}", subject or response.url.partition("?")[0], bool(subject))
        self.lists_all = self.lists_all and bool(subject)

    def turned_away(self, response: Response) -> None:
        """Note that we may not read here, and what to do about it; nothing of this run means absence any more."""
        self.lists_all, self.refused_access = False, True
        self.journal.errors[str(response.status)] += 1
        names = " and ".join(sorted(set(self.source.headers.values())))
        self.journal.troubles.add(
            f"{self.system} does not accept the credentials in {names} ({response.status}). Renew the token there"
            if names
            else f"{self.system} wants a sign-in ({response.status}). Name the variable with a token under headers",
            self.source.address,
        )
        self.stop("turned_away")

    # --- pages --------------------------------------------------------------------------------------------------------

    def listed_mark(self, known: Known | None) -> str:
        """What a listing said of a known page when it was last read."""
        parts = (known.etag if known else "").split(SEPARATOR)
        return parts[1] if len(parts) > 1 else ""

    def same(self, number: str, url: str, listed: str) -> bool:
        """Note that a page is as it was, where its listing says so and no sweep asks for more. Whether it is."""
        known = self.by_id.get(number)
        if self.sweeping or known is None or known.url != url or self.listed_mark(known) != listed:
            return False
        self.unchanged(url)
        return True

    def hand_in(self, number: str, url: str, html: str, listed: str, hints: dict[str, Any]) -> None:
        """Keep a page under its lasting id: as read, as unchanged, or as moved from where it was known."""
        url, html = canonical(url), html.replace("\x00", "")
        if self.journal.full or url in self.seen:
            return
        self.seen.add(url)
        self.journal.body(html.encode("utf-8", "replace"))
        filled = {"system_id": number, **{key: value for key, value in hints.items() if value}}
        mark = SEPARATOR.join((number, listed, digest(filled)))
        known = self.by_id.get(number)
        if known is not None and known.url != url:
            self.gone(known.url, 301, url)
        same = known is not None and known.url == url and known.etag == mark
        if same and known is not None and known.content_hash == content_hash(html):
            self._unchanged(known)
            return
        modified = str(hints.get("modified") or "")
        self.journal.write(Page(self.source.name, url, html, "read", 200, "text/html", now(), mark, modified, filled))

    def withdrawn(self, number: str, status: int) -> None:
        """Note that a known page is no longer there for us."""
        known = self.by_id.get(number)
        if known is not None and known.url not in self.seen:
            self.gone(known.url, status)

    def rest_unchanged(self, numbers: Iterable[str] = ()) -> None:
        """Note that all other known pages are as they were: the change feed does not name them."""
        if self.lists_all and not self.stopping:
            busy = set(numbers)
            for number, known in self.by_id.items():
                if known.url not in self.seen and number not in busy:
                    self.unchanged(known.url)
