"""Reads a Confluence, Cloud or Data Center: the pages that its spaces list, or those that changed."""

from datetime import datetime, timedelta
from typing import Any

from scrapy.http import Response

from crawlers.spiders.confluence_page import ConfluencePages
from crawlers.spiders.confluence_words import DETAILS, WORDS, PageFacts, Word, facts_of, readers_of, word_of
from crawlers.spiders.json_api import digest
from crawlers.spiders.moments import MARGIN, moment
from crawlers.urls import canonical, skipped

# Entries of one list. Sources: the most that version 2 gives; what Data Center's own documentation gives for its lists;
# and, of a search that asks for bodies, the most that both give.
CLOUD_LIMIT, CENTER_LIMIT, SEARCH_LIMIT = 250, 100, 50
# Reason: the language of searches takes a time without its zone, in the zone of whoever asks. The zone furthest behind
# UTC is 12 hours away, so this reaches back far enough wherever we are said to be.
ZONES = timedelta(hours=12)


class ConfluenceSpider(ConfluencePages):
    """`address` is the Confluence, one of its spaces or pages. Personal and archived spaces are left out.

    A sweep lists every page and reads it again, because no change feed tells of restrictions, labels, likes or what a
    macro shows. Between sweeps a search for what was changed or commented is believed.
    """

    name = "confluence"

    def begin(self) -> None:
        """Look for the interface."""
        self.spaces: dict[str, str] = {}
        self.wanted: dict[str, bool] = {}
        moments = [moment(known.last_seen) for known in self.known.values()]
        oldest = min((m for m in moments if m is not None), default=None)
        self.since: datetime | None = None if self.sweeping or None in moments or oldest is None else oldest
        self.names: dict[str, str] = {}
        super().begin()

    def welcome(self) -> None:
        """Ask for the spaces."""
        limit = CLOUD_LIMIT if self.cloud else CENTER_LIMIT
        asked: dict[str, Any] = {"status": "current", "limit": limit}
        if self.source.spaces:
            asked |= {"keys": ",".join(self.source.spaces)} if self.cloud else {"spaceKey": list(self.source.spaces)}
        self.query("listed_spaces", "api/v2/spaces" if self.cloud else "rest/api/space", asked)

    def listed_spaces(self, response: Response, asked: dict[str, Any]) -> None:
        """The spaces; after the last of them, their pages or what changed in them."""
        said = self.said(response)
        if not isinstance(said, dict):
            return
        for space in said.get("results", []):
            if space.get("type") != "personal" or space["key"] in self.source.spaces:
                self.spaces[str(space["key"])] = str(space["id"])
        if self.go_on(said, asked):
            return
        for key in self.source.spaces:
            if key not in self.spaces:
                self.lists_all = False
                self.journal.troubles.add(
                    f"Confluence shows us no space {key}. Is its key spelt right, may we read it?"
                )
        if self.since is not None:
            self._ask_changes(self.since)
        else:
            self._ask_lists()

    def _portions(self) -> list[list[str]]:
        """The keys of the spaces, as many at a time as one question may name."""
        keys = list(self.spaces)
        return [keys[start : start + SEARCH_LIMIT] for start in range(0, len(keys), SEARCH_LIMIT)]

    # --- which pages --------------------------------------------------------------------------------------------------

    def _ask_lists(self) -> None:
        kinds = ("page", "blogpost")
        for keys in self._portions() if self.cloud else [[key] for key in self.spaces]:
            for kind in kinds:
                if self.cloud:
                    ids = ",".join(self.spaces[key] for key in keys)
                    asked = {"space-id": ids, "status": "current", "limit": CLOUD_LIMIT}
                    self.query("listed", f"api/v2/{kind}s", asked)
                else:
                    asked = {"spaceKey": keys[0], "type": kind, "status": "current", "limit": CENTER_LIMIT}
                    self.query("listed", "rest/api/content", asked)

    def listed(self, response: Response, asked: dict[str, Any]) -> None:
        """One part of the list of pages."""
        said = self.said(response)
        if isinstance(said, dict):
            numbers = [str(one["id"]) for one in said.get("results", []) if one.get("status", "current") == "current"]
            self._want(numbers)
            if len(self.wanted) < self.source.most_pages:
                self.go_on(said, asked)

    def _ask_changes(self, since: datetime) -> None:
        moment_said = f"{since - ZONES - MARGIN:%Y-%m-%d %H:%M}"
        for keys in self._portions():
            named = ",".join(f'"{key}"' for key in keys)
            kinds = "page,blogpost,comment,attachment"
            cql = f'type in ({kinds}) and space in ({named}) and lastmodified >= "{moment_said}"'
            self.search("changes", cql, "version,container", CENTER_LIMIT)
            if self.cloud:
                ids = ",".join(self.spaces[key] for key in keys)
                asked = {"space-id": ids, "status": "trashed", "sort": "-modified-date", "limit": CLOUD_LIMIT}
                self.query("trashed", "api/v2/pages", asked)

    def changes(self, response: Response, asked: dict[str, Any]) -> None:
        """One part of what was changed: pages, and comments and files that hang on pages."""
        said = self.said(response)
        if isinstance(said, dict):
            held = [one if one.get("type") in {"page", "blogpost"} else one.get("container") or {}
                    for one in said.get("results", [])]  # fmt: skip
            self._want([str(one["id"]) for one in held if one.get("type") in {"page", "blogpost"}])
            self.go_on(said, asked)

    def trashed(self, response: Response, asked: dict[str, Any]) -> None:
        """What was thrown away of late, as far as one part of that list tells."""
        said = self.read(response)
        for page in said.get("results", []) if isinstance(said, dict) else []:
            self.withdrawn(str(page["id"]), 410)

    def _want(self, numbers: list[str]) -> None:
        """Ask for the details of pages not yet wanted."""
        fresh = [number for number in dict.fromkeys(numbers) if number not in self.wanted]
        room = self.source.most_pages - len(self.wanted)
        if len(fresh) > room:
            self.lists_all = False
            self.journal.troubles.add(f"Confluence has more than {self.source.most_pages:,} pages (most_pages)")
        for start in range(0, len(fresh[:room]), SEARCH_LIMIT):
            batch = fresh[:room][start : start + SEARCH_LIMIT]
            self.wanted.update(dict.fromkeys(batch, True))
            self.search("details", f"id in ({','.join(batch)})", DETAILS, SEARCH_LIMIT, batch=batch, facts=[])

    # --- what hangs on them -------------------------------------------------------------------------------------------

    def details(self, response: Response, asked: dict[str, Any], batch: list[str], facts: list[Any]) -> None:
        """Versions, people, labels and readers of some pages; then what was said on them and which files they have."""
        said = self.said(response)
        if not isinstance(said, dict):
            self._failed_batch(batch)
            return
        facts = [*facts, *(facts_of(one, self.root) for one in said.get("results", []))]
        if self.go_on(said, asked, batch=batch, facts=facts):
            return
        there = {one["id"] for one in facts}
        self._failed_batch([number for number in batch if number not in there])
        if there:
            cql = f"type in (comment,attachment) and container in ({','.join(sorted(there))})"
            self.search("words", cql, WORDS, SEARCH_LIMIT, facts=facts, found=[])

    def _failed_batch(self, numbers: list[str]) -> None:
        """Pages that are listed and of which the search knows nothing yet: who may read them is not known either."""
        for number in numbers:
            known = self.by_id.get(number)
            said = "A page is not in Confluence's search yet, so the next run reads it"
            self.journal.troubles.add(said, known.url if known else f"{self.root}/pages/{number}", True)

    def words(self, response: Response, asked: dict[str, Any], facts: list[PageFacts], found: list[Word]) -> None:
        """Comments and files of some pages; then each page whose text, people or readers may have changed."""
        said = self.said(response)
        if not isinstance(said, dict):
            self._failed_batch([one["id"] for one in facts])
            return
        found = [*found, *(word_of(one, self.root) for one in said.get("results", []))]
        if self.go_on(said, asked, facts=facts, found=found):
            return
        words = {word["id"]: word for word in found}
        for one in {one["id"]: one for one in facts}.values():
            self._decide(one, sorted((w for w in words.values() if w["on"] == one["id"]), key=lambda w: int(w["id"])))

    def _decide(self, facts: PageFacts, words: list[Word]) -> None:
        number, url = facts["id"], canonical(facts["url"])
        if facts["status"] != "current" or facts["space"] not in self.spaces or skipped(url, self.source.skip):
            return
        readers = readers_of(facts)
        if readers is not None and (self.source.restricted == "skip" or not readers):
            self.journal.troubles.add("A page is only for some readers, left out (restricted: skip)", url)
            self.withdrawn(number, 403)
            return
        facts["readers"] = readers or []
        listed = digest([facts, words])
        if not self.same(number, url, listed):
            self.ask_body(facts, words, listed)

    # --- what is no longer there --------------------------------------------------------------------------------------

    def afterwards(self) -> None:
        """Ask after known pages that no list names any more, or tell that what did not change is as it was."""
        if not self.root or self.refused_access:
            return
        if self.since is not None:
            self.rest_unchanged(self.wanted)
        elif self.lists_all:
            for number, known in self.by_id.items():
                if number and number not in self.wanted:
                    url = self.body_address(number, "page", "storage")
                    self.ask(url, "absent", number=number, subject=known.url)

    def absent(self, response: Response, number: str, subject: str) -> None:
        """What became of a page that is no longer listed; without an answer it is only missed."""
        said = self.read(response)
        if response.status == 401:
            self.turned_away(response)
        elif response.status in {403, 404, 410}:
            self.withdrawn(number, response.status)
        elif isinstance(said, dict) and said.get("status", "current") != "current":
            self.withdrawn(number, 410)
