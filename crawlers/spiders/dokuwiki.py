"""Reads a DokuWiki through its XML-RPC API, or where that is off through the index, feed and export every one has."""

from dataclasses import astuple, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from scrapy.http import Response

from crawlers.extract.decode import decode
from crawlers.spiders.dokuwiki_exports import FEED, RESTRICTED, ExportSpider, iso_of
from crawlers.spiders.dokuwiki_pages import LANGUAGE, LICENCE, index_of, places_of
from crawlers.spiders.moments import MARGIN, moment
from crawlers.spiders.remote_calls import Fault, answered, call_of
from crawlers.urls import skipped

# DokuWiki trims its changes to this by default ($conf['recent_days']); a day less, because clocks and habits differ.
MEMORY = timedelta(days=6)
# Pages that left the list and are asked after one by one; of more, absence is believed. Source: judgement.
MOST_DEPARTED = 200
NO_WIKI = "The address is no DokuWiki that answers us. Give the address of its first page, or use the kind site"
API_OFF = (
    "The wiki's XML-RPC API is not open to us, so its pages are read as it exports them, and only recent changes name "
    "their authors. Its keeper can switch it on (remote, remoteuser), or name credentials under headers"
)


class DokuWikiSpider(ExportSpider):
    """`address` is the wiki or one of its pages.

    A page's `etag` holds when it was written, and its size where the API tells. What the wiki hides from its own
    index is left out, although the API lists it.
    """

    name = "dokuwiki"

    def begin(self) -> None:
        """Look at the wiki."""
        super().begin()
        self.api = True
        self.wanted: list[str] = []
        self.visible: set[str] | None = set()
        self.left: dict[str, int] = {}
        self.moves: dict[str, str] = {}
        self.since = self._since()
        self.ask(self.source.address, "front")

    def _since(self) -> datetime | None:
        moments = [moment(known.last_seen) for known in self.known.values()]
        oldest = min((m for m in moments if m is not None), default=None)
        too_old = oldest is None or None in moments or datetime.now(UTC) - oldest > MEMORY
        return None if too_old or oldest is None else oldest - MARGIN

    def front(self, response: Response) -> None:
        """A page of the wiki: it shows where everything lies."""
        markup = decode(response.body, "")
        places = places_of(markup, response.url)
        if places is None:
            self.lists_all = False
            self.journal.errors["no wiki"] += 1
            self.journal.troubles.add(NO_WIKI, self.source.address)
            return
        slashes = places.style != "query" and any("/" in places.rest(url) for url in self.known)
        self.place = astuple(replace(places, slash=slashes))
        language, licence = LANGUAGE.search(markup), LICENCE.search(markup)
        self.facts = {
            "generator": "DokuWiki",
            "language": language[1][:2].lower() if language else "",
            "licence": self.source.licence or (licence[1] or licence[2] if licence else ""),
        }
        if self.since is not None and len(self.known) > self.source.list_below and not self.sweep:
            self.call("changes", "wiki.getRecentChanges", int(self.since.timestamp()))
        else:
            self.call("listed", "dokuwiki.getPagelist", "", {})

    # --- the API ------------------------------------------------------------------------------------------------------

    def call(self, method: str, remote: str, *parameters: Any, **arguments: Any) -> None:
        """Call the API; the answer goes to `method`."""
        self.ask(f"{self.places.base}lib/exe/xmlrpc.php", method, post=call_of(remote, *parameters), **arguments)

    def changes(self, response: Response, post: str) -> None:
        """What was written or deleted since the last run, where the whole list would be long."""
        said = answered(response.body)
        if response.status != 200 or (isinstance(said, Fault) and said.code != 321):
            self._no_api(response, said)
            return
        self.changes_only = True
        # This release answers an empty struct, or fault 321, where nothing changed.
        for change in said if isinstance(said, list) else []:
            if change.get("size") is False:
                self._leaves(str(change["name"]), 410)
            else:
                self.found[str(change["name"])] = f"{change.get('version')}.{change.get('size')}"

    def listed(self, response: Response, post: str) -> None:
        """Every page we may read, with its time and size; of new ones the index says whether they are shown at all."""
        said = answered(response.body)
        if response.status != 200 or not isinstance(said, list):
            self._no_api(response, said)
            return
        self.found = {str(p["id"]): f"{p.get('rev')}.{p.get('size')}" for p in said if p.get("id")}
        if self.places.style == "query" or self.known:
            self._ask_index()
        else:
            # Only the wiki's own links tell whether it writes a:b or a/b.
            deepest = max((page.rpartition(":")[0] for page in self.found), key=len, default="")
            self.ask(self.places.index(deepest), "indexed", first=True)

    def _ask_index(self) -> None:
        fresh = {page.rpartition(":")[0] for page in self.found if self.places.of(page) not in self.known}
        # Opened at a:b, the index shows a as well.
        above = {space.rpartition(":")[0] for space in fresh if space}
        for space in fresh - above:
            self.ask(self.places.index(space), "indexed")

    def indexed(self, response: Response, first: bool = False) -> None:
        """Part of the index: the pages shown in it."""
        index = index_of(decode(response.body, ""), response.url)
        if index is None or self.visible is None:
            self.visible = None
        else:
            self.visible.update(index.pages)
            self.learn(index.pages)
        if first:
            self._ask_index()

    def _no_api(self, response: Response, said: Any) -> None:
        if response.status >= 500:
            self.lists_all = False
            self.refused(response, response.url)
            return
        self.api = False
        if not self.known or (response.status in {401, 403} and self.source.headers):
            self.journal.troubles.add(API_OFF, f"{self.places.base}lib/exe/xmlrpc.php")
        if self.since is not None and not self.sweep:
            self.ask(f"{self.places.base}{FEED}", "feed")
        else:
            self.ask(self.places.index(), "walk")

    # --- reading ------------------------------------------------------------------------------------------------------

    def afterwards(self) -> None:
        """Once the lists are in: see what changed, read it, then tell what went and what did not change."""
        self.take_steps(self._compare, self._ask_pages, self._tell)

    def _tell(self) -> None:
        for page, status in self.left.items():
            self.gone(self.places.of(page), status, self.places.of(self.moves[page]) if page in self.moves else "")
        for url in [url for url in self.known if self.changes_only and url not in self.seen]:
            self.unchanged(url)

    def _compare(self) -> None:
        self.wanted = [page for page, version in self.found.items() if self._wants(page, version)]
        if len(self.wanted) > self.source.most_pages:
            self.lists_all = False
            self.journal.troubles.add(f"The wiki has more than {self.source.most_pages:,} pages to read (most_pages)")
            del self.wanted[self.source.most_pages :]
        self.seen.update(map(self.places.of, self.wanted))
        if self.api and self.wanted:
            self.call("files", "wiki.getAttachments", "", {})
        listed = set(map(self.places.of, self.found))
        departed = [self.places.page(url) for url in self.known if url not in listed and not self.changes_only]
        for page in departed[:MOST_DEPARTED] if self.lists_all else []:
            if self.api:
                self.call("departed", "wiki.getPageInfo", page, page=page)
            else:
                self.ask(self.places.exported(page), "exported", page=page)

    def _ask_pages(self) -> None:
        for page in self.wanted:
            if self.api:
                self.call("written", "wiki.getPageVersions", page, 0, page=page)
            else:
                self.ask(self.places.exported(page), "exported", page=page)

    def _wants(self, page: str, version: str) -> bool:
        url = self.places.of(page)
        known = self.known.get(url)
        if not url or skipped(url, self.source.skip) or url in self.seen:
            return False
        if (
            known is not None
            and version
            and (known.etag if self.api else known.etag.partition(".")[0] + ".") == version
        ):
            self.unchanged(url)
            return False
        hidden = self.api and known is None and not self.changes_only and page not in (self.visible or {page})
        if hidden:
            self.journal.troubles.add("The wiki hides a page from its own index, left out", url)
        return not hidden

    def _leaves(self, page: str, status: int) -> None:
        if self.places.of(page) in self.known and self.places.of(page) not in self.seen:
            self.left[page] = status

    def departed(self, response: Response, post: str, page: str) -> None:
        """Whether a page that left the list was deleted, or closed to us."""
        if response.status in {401, 403}:
            self.journal.troubles.add(RESTRICTED, self.places.of(page))
            self._leaves(page, response.status)
            return
        said = answered(response.body)
        if response.status == 200 and (said == {} or (isinstance(said, Fault) and said.code)):
            self._leaves(page, 410)

    def files(self, response: Response, post: str) -> None:
        """The wiki's files and their sizes."""
        said = answered(response.body)
        self.sizes = {str(f["id"]): int(f["size"]) for f in said if "id" in f} if isinstance(said, list) else {}

    def written(self, response: Response, post: str, page: str) -> None:
        """Who wrote a page and when; its content is asked for next."""
        said = answered(response.body)
        revisions = said if isinstance(said, list) else []
        facts: dict[str, Any] = {
            "authors": list(dict.fromkeys(str(r["user"]) for r in revisions if r.get("user"))),
            "published": next((iso_of(r["version"]) for r in revisions if r.get("type") == "C"), ""),
        }
        if self.places.of(page) not in self.known:
            # The move plugin writes the old and the new name into the summary of both.
            words = {word for r in revisions for word in str(r.get("sum", "")).split()}
            self.moves.update({old: page for old in self.left if old in words and page in words})
        self.call("content", "wiki.getPageHTML", page, page=page, facts=facts)

    def content(self, response: Response, post: str, page: str, facts: dict[str, Any]) -> None:
        """A page as the API renders it."""
        said = answered(response.body)
        if response.status == 200 and isinstance(said, str):
            self.keep_page(page, said, facts)
        elif response.status in {401, 403}:
            self.withdraw(page, response.status)
        else:
            self.journal.errors[str(response.status)] += 1
            self.journal.troubles.add("A page could not be read through the API", self.places.of(page), True)
