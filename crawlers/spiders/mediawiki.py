"""Reads a MediaWiki through its action API: the list of pages, then only those whose revision changed."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from scrapy.http import Response

from crawlers.journal import now
from crawlers.known import Known, content_hash
from crawlers.page import Page
from crawlers.spiders.action_api import ActionApiSpider
from crawlers.spiders.json_api import digest
from crawlers.spiders.moments import MARGIN, moment
from crawlers.urls import canonical, skipped

# Pages in one question about their revisions and authors. Source: the API's limit for accounts without special rights.
BATCH = 50
# Reason: MediaWiki forgets recent changes after 90 days by default ($wgRCMaxAge), many wikis after 30.
MEMORY = timedelta(days=30)
# Namespaces whose pages change other pages. Source: MediaWiki's numbers for Template and Module.
TEMPLATES = (10, 828)


class MediaWikiSpider(ActionApiSpider):
    """`address` is the wiki, one of its pages, its index.php or its api.php.

    A page's `etag` holds the number of its revision and a digest of its categories and files, which templates change
    without a revision. Pages that use a changed template are read again too. Deleted and moved pages come from the
    wiki's logs. Talk pages are pages of their own, read where `namespaces` names theirs.
    """

    name = "mediawiki"
    changes_only = False
    """Whether the change feed alone is believed: what it does not name is unchanged."""

    def begin(self) -> None:
        """Look for the API."""
        self.facts: dict[str, Any] = {}
        self.spaces: tuple[int, ...] = ()
        self.changed: dict[int, None] = {}
        self.stale: set[int] = set()
        self.departed: dict[str, str] = {}
        self.since: datetime | None = self._since()
        self.templates: list[str] = []
        self.files: dict[str, dict[str, Any]] = {}
        super().begin()

    def _since(self) -> datetime | None:
        """From when changes must be asked for; None where everything must be listed and compared."""
        moments = [moment(known.last_seen) for known in self.known.values()]
        oldest = min((m for m in moments if m is not None), default=None)
        too_old = oldest is None or None in moments or datetime.now(UTC) - oldest > MEMORY
        return None if too_old or oldest is None else oldest - MARGIN

    def siteinfo(self, said: dict[str, Any]) -> None:
        """Note what wiki this is; then ask what changed, or for the whole list."""
        general = said["general"]
        rights = said.get("rightsinfo", {})
        self.facts = {
            "generator": general.get("generator", "MediaWiki"),
            "language": str(general.get("lang", ""))[:2],
            "licence": self.source.licence or rights.get("url") or rights.get("text") or "",
        }
        content = [int(n["id"]) for n in said["namespaces"].values() if n.get("content")]
        self.spaces = self.source.namespaces or tuple(content or [0])
        if self.since is not None:
            self._ask_changes()
        else:
            self._ask_list(0)

    # --- what changed -------------------------------------------------------------------------------------------------

    def _ask_changes(self) -> None:
        assert self.since is not None
        since = self.since.strftime("%Y-%m-%dT%H:%M:%SZ")
        spaces = "|".join(map(str, (*self.spaces, *TEMPLATES)))
        changes = {"rcend": since, "rctype": "edit|new|log", "rcprop": "title|ids", "rcnamespace": spaces}
        self.query("changes", list="recentchanges|logevents", rclimit="max", **changes, leend=since, lelimit="max")

    def changes(self, response: Response, asked: dict[str, Any]) -> None:
        """Collect edited pages, edited templates, and pages that were deleted or moved."""
        said = self.answer(response)
        for change in said.get("query", {}).get("recentchanges", []):
            if change.get("ns") in TEMPLATES:
                self.templates.append(change["title"])
            elif change.get("pageid"):
                self.changed[int(change["pageid"])] = None
        for event in said.get("query", {}).get("logevents", []):
            if event.get("type") in {"delete", "move"} and event.get("ns") in self.spaces:
                self.departed.setdefault(event["title"], str(event.get("params", {}).get("target_title", "")))
        if "continue" in said:
            self.query("changes", _merge=said["continue"], **asked)
        elif said:
            self.templates = list(dict.fromkeys(self.templates))
            self._ask_users()

    def _ask_users(self) -> None:
        """Ask which pages use the next changed template; after the last of them, go on to the list."""
        if self.templates:
            spaces, title = "|".join(map(str, self.spaces)), self.templates.pop()
            self.query("users", list="embeddedin", eititle=title, einamespace=spaces, eilimit="max")
        elif len(self.known) > self.source.list_below and not self.sweep:
            self.changes_only = True
        else:
            self._ask_list(0)

    def users(self, response: Response, asked: dict[str, Any]) -> None:
        """Pages that use a changed template."""
        said = self.answer(response)
        self.stale.update(int(p["pageid"]) for p in said.get("query", {}).get("embeddedin", []))
        if "continue" in said:
            self.query("users", _merge=said["continue"], **asked)
        elif said:
            self._ask_users()

    # --- the whole list -----------------------------------------------------------------------------------------------

    def _ask_list(self, index: int) -> None:
        self.query(
            "listed",
            generator="allpages",
            gapnamespace=self.spaces[index],
            gapfilterredir="nonredirects",
            gaplimit="max",
            prop="info",
            inprop="url",
        )

    def listed(self, response: Response, asked: dict[str, Any]) -> None:
        """Compare one part of the list of all pages with what is known."""
        said = self.answer(response)
        for page in said.get("query", {}).get("pages", []):
            self._compare(page)
        index = self.spaces.index(int(asked["gapnamespace"]))
        if len(self.changed) >= self.source.most_pages:
            self.lists_all = False
            self.journal.troubles.add(f"The wiki has more than {self.source.most_pages:,} pages to read (most_pages)")
        elif "continue" in said:
            self.query("listed", _merge=said["continue"], **asked)
        elif said and index + 1 < len(self.spaces):
            self._ask_list(index + 1)

    def _compare(self, page: dict[str, Any]) -> None:
        url = canonical(page["canonicalurl"])
        if skipped(url, self.source.skip) or url in self.seen:
            return
        known, number = self.known.get(url), int(page["pageid"])
        same = known is not None and _revision(known) == str(page.get("lastrevid")) and number not in self.stale
        if same and known is not None and (self.since is None or self.sweep):
            # Without a change feed that reaches back far enough, only `touched` tells of changed templates.
            touched, seen = moment(str(page.get("touched", ""))), moment(known.last_seen)
            same = touched is not None and seen is not None and touched <= seen
        if same:
            self.changed.pop(number, None)
            self.unchanged(url)
        else:
            self.changed[number] = None

    # --- reading ------------------------------------------------------------------------------------------------------

    def afterwards(self) -> None:
        """Once the lists are in: ask after departed pages, then read what changed, then tell what did not."""
        self.step += 1
        if self.step == 1:
            pairs = [[old, new] if new else [old] for old, new in self.departed.items()]
            for start in range(0, len(pairs), BATCH // 2):
                titles = dict.fromkeys(t for pair in pairs[start : start + BATCH // 2] for t in pair)
                self.query("departures", titles="|".join(titles), prop="info", inprop="url")
            self.changed.update(dict.fromkeys(sorted(self.stale)))
            numbers = list(self.changed)[: self.source.most_pages]
            for start in range(0, len(numbers), BATCH):
                self._ask_details("|".join(map(str, numbers[start : start + BATCH])))
            self._ended = False
        if (self.step == 2 or not self.frontier) and self.changes_only and self.lists_all:
            for url in [url for url in self.known if url not in self.seen]:
                self.unchanged(url)

    def _ask_details(self, numbers: str) -> None:
        parameters = {"prop": "info|revisions|contributors|images", "inprop": "url", "rvprop": "ids|timestamp|user"}
        limits = {"pclimit": "max", "imlimit": "max"}
        asked = {"action": "query", "format": "json", "formatversion": 2, "pageids": numbers, **limits}
        self.frontier.append((f"{self.api}?{urlencode({**asked, **parameters})}", "details", {}))

    def departures(self, response: Response, asked: dict[str, Any]) -> None:
        """Which of the deleted and moved pages are really gone from where they were."""
        pages = self.answer(response).get("query", {}).get("pages", [])
        places = {page["title"]: canonical(page["canonicalurl"]) for page in pages if "canonicalurl" in page}
        for page in pages:
            url = places.get(page["title"], "")
            moved_to = places.get(self.departed.get(page["title"], ""), "")
            if url in self.known and url not in self.seen and (page.get("missing") or page.get("redirect")):
                self.gone(url, 301 if moved_to else 410, moved_to)

    def details(self, response: Response) -> None:
        """Revisions, authors and files of up to fifty pages; each is then asked for itself."""
        wanted = [page for page in self.answer(response).get("query", {}).get("pages", []) if self._wants(page)]
        titles = {image["title"] for page in wanted for image in page.get("images", [])}
        self._ask_files(sorted(titles - set(self.files)), wanted)

    def _wants(self, page: dict[str, Any]) -> bool:
        url = canonical(page.get("canonicalurl", ""))
        known = self.known.get(url)
        if not url or url in self.seen or page.get("missing") or page.get("redirect"):
            if page.get("redirect") and known is not None and url not in self.seen:
                self.gone(url, 301)
            return False
        if known is not None and _revision(known) == str(page["lastrevid"]) and page["pageid"] not in self.stale:
            self.unchanged(url)
            return False
        return page.get("ns") in self.spaces

    def _ask_files(self, titles: list[str], pages: list[dict[str, Any]]) -> None:
        """Ask what these files are, so many at a time, and for the pages that use them once that is known."""
        if titles:
            asked = {"prop": "imageinfo", "iiprop": "url|size|mime", "titles": "|".join(titles[:BATCH])}
            query = {"action": "query", "format": "json", "formatversion": 2, **asked}
            self.ask(f"{self.api}?{urlencode(query)}", "described", titles=titles[BATCH:], pages=pages)
            return
        for page in pages:
            url = canonical(page["canonicalurl"])
            if url not in self.seen:
                self.seen.add(url)
                self._ask_page(page, url)

    def described(self, response: Response, titles: list[str], pages: list[dict[str, Any]]) -> None:
        """Where some files lie, and how large they are. A file that is only named has no place."""
        for file in self.answer(response).get("query", {}).get("pages", []):
            for info in file.get("imageinfo") or []:
                name, place = file["title"].partition(":")[2], canonical(info.get("url") or "")
                self.files[file["title"]] = {
                    "name": name,
                    "url": place,
                    "media_type": info.get("mime", ""),
                    "bytes": info.get("size", 0),
                }
        self._ask_files(titles, pages)

    def _ask_page(self, page: dict[str, Any], url: str) -> None:
        asked = {"action": "parse", "format": "json", "formatversion": 2, "pageid": page["pageid"]}
        options = {"disablelimitreport": 1, "disableeditsection": 1, "disabletoc": 1}
        address = f"{self.api}?{urlencode({**asked, 'prop': 'text|categories|revid', **options})}"
        files = [self.files[image["title"]] for image in page.get("images", []) if image["title"] in self.files]
        self.ask(address, "article", facts={**_facts(page), "attachments": files}, subject=url)

    def article(self, response: Response, facts: dict[str, Any], subject: str) -> None:
        """Keep one page as the wiki renders it."""
        said = self.answer(response).get("parse")
        if not said or self.journal.full:
            if not said:
                self.journal.troubles.add("A page could not be read through the API", subject, True)
            return
        html = str(said["text"]).replace("\x00", "")
        self.journal.body(html.encode("utf-8", "replace"))
        tags = [c["category"].replace("_", " ") for c in said.get("categories", []) if not c.get("hidden")]
        etag = f"{said.get('revid', '')}-{digest([tags, facts['attachments']])}"
        known, modified = self.known.get(subject), str(facts.get("modified", ""))
        # A new revision with the same text may change what the text does not show: authors, the date.
        if known is not None and known.etag == etag and known.content_hash == content_hash(html):
            self._unchanged(Known(subject, etag, modified))
            return
        hints = {**self.facts, **facts, "tags": tags, "kind": "wiki", "html_is_content": True}
        filled = {key: value for key, value in hints.items() if value}
        self.journal.write(
            Page(self.source.name, subject, html, "read", 200, "text/html", now(), etag, modified, filled)
        )


def _revision(known: Known) -> str:
    return known.etag.partition("-")[0]


def _facts(page: dict[str, Any]) -> dict[str, Any]:
    revision = (page.get("revisions") or [{}])[0]
    authors = [c["name"] for c in page.get("contributors", [])]
    return {
        "system_id": str(page["pageid"]),
        "title": page["title"],
        "authors": authors or ([revision["user"]] if revision.get("user") else []),
        "modified": revision.get("timestamp", ""),
        "language": str(page.get("pagelanguage", ""))[:2],
    }
