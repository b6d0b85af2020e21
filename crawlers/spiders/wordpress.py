"""Reads a WordPress through its REST API: posts, pages and other public types, with comments and files."""

from datetime import datetime, timedelta
from typing import Any

from scrapy.http import Response

from crawlers.known import Known
from crawlers.spiders.moments import MARGIN, moment
from crawlers.spiders.wordpress_api import WordPressApiSpider
from crawlers.spiders.wordpress_items import (
    FILE,
    REMARK,
    hints_of,
    in_batches,
    number_of,
    parts_of,
    state_of,
)
from crawlers.urls import canonical, skipped

# Entries in one answer. Source: the API's limit for lists; a fifth of it where posts come whole, because an answer has
# a cap and a post may be long (judgement).
LISTED, WHOLE = 100, 20
# Known posts that left the list and are asked after one by one; of more, absence is believed. Source: judgement.
MOST_DEPARTED = 200
# The API compares with the site's own clock, whose offset may have been another in summer.
SUMMER = timedelta(hours=1)
CLOSED = "A post may no longer be read by us and is withdrawn"
PASSWORD = "A post is behind a password, left out"  # noqa: S105 - a sentence


class WordPressSpider(WordPressApiSpider):
    """`address` is the site, one of its pages, or its REST API.

    A listing says when a post was changed, how many comments it has and which is the newest (see state_of). Between
    sweeps only what was changed since is asked for, and how many posts and comments there are: where that differs
    from what is known, the ids are listed and compared, which shows what was deleted, hidden or approved late.
    """

    name = "wordpress"

    def begin(self) -> None:
        """Prepare what is kept between answers."""
        moments = [moment(known.last_seen) for known in self.known.values()]
        oldest = min((m for m in moments if m is not None), default=None)
        self.since: datetime | None = None if self.sweeping or None in moments or oldest is None else oldest - MARGIN
        self.wanted: dict[str, None] = {}
        self.there: dict[str, None] = {}
        self.totals: dict[str, int] = {}
        self.uncertain: dict[str, None] = {}
        self.fresh: list[int] = []
        self.newest = 0
        self.talk: dict[str, list[int]] = {}
        self.remarks: dict[str, list[dict[str, Any]]] = {}
        self.files: dict[str, list[dict[str, Any]]] = {}
        super().begin()

    def ready(self) -> None:
        """Ask for everything, or for what changed."""
        if self.since is None:
            self._ask_list("comments", "remark", _fields=REMARK, orderby="id", order="asc")
            self._ask_list("media", "media", _fields=FILE, orderby="id", order="asc")
            return
        after = (self.since + timedelta(hours=self.offset) - SUMMER).strftime("%Y-%m-%dT%H:%M:%S")
        self._ask_list("comments", "news", after=after, _fields="id,post,_links")
        for base in self.bases.values():
            self._ask_list(base, "changed", modified_after=after, _fields="id,modified_gmt")
        for base in ("comments", *self.bases.values()):
            newest = {"per_page": 1, "_fields": "id,link", "orderby": "id", "order": "desc"}
            self.ask(self.at(f"wp/v2/{base}", **newest), "counted", base=base)

    # --- lists --------------------------------------------------------------------------------------------------------

    def _ask_list(self, base: str, use: str, page: int = 1, per_page: int = LISTED, **asked: Any) -> None:
        url = self.at(f"wp/v2/{base}", per_page=per_page, page=page, **asked)
        self.ask(url, "listed", base=base, use=use, page=page, asked={"per_page": per_page, **asked})

    def listed(self, response: Response, base: str, use: str, page: int, asked: dict[str, Any]) -> None:
        """One part of a list; each entry goes where the list is used for, and the next part is asked for."""
        if response.status == 400 and page > 1:
            # The list became shorter while it was read.
            self.lists_all = False
            return
        if base in {"comments", "media"} and response.status in {401, 403, 404}:
            return
        said = self.said(response)
        for item in said if isinstance(said, list) else []:
            getattr(self, f"_{use}")(base, item)
        if said and page < _figure(response, "X-WP-TotalPages") and not self.journal.full:
            self._ask_list(base, use, page + 1, **asked)

    def counted(self, response: Response, base: str) -> None:
        """How many there are of a type. A newest post at another address than we know means that all have moved."""
        if response.status != 200:
            return
        self.totals[base] = _figure(response, "X-WP-Total")
        for item in self.said(response) or []:
            if base == "comments":
                self.newest = int(item["id"])
                continue
            known = self.by_id.get(number_of(base, item))
            if known is not None and known.url != canonical(str(item.get("link") or "")):
                self.uncertain[base] = None

    def _remark(self, base: str, remark: dict[str, Any]) -> None:
        number = self._subject(remark)
        if number:
            self.remarks.setdefault(number, []).append(remark)

    def _media(self, base: str, file: dict[str, Any]) -> None:
        self.files.setdefault(str(file.get("post") or ""), []).append(file)

    def _news(self, base: str, remark: dict[str, Any]) -> None:
        number, known = self._subject(remark), self.by_id.get(self._subject(remark))
        if known is None or int(remark["id"]) > self._state(known)[2]:
            self.fresh.append(int(remark["id"]))
            self.wanted.update({number: None} if known is not None else {})

    def _spoken(self, base: str, remark: dict[str, Any]) -> None:
        count, newest = self.talk.get(self._subject(remark), [0, 0])
        self.talk[self._subject(remark)] = [count + 1, max(newest, int(remark["id"]))]

    def _changed(self, base: str, item: dict[str, Any]) -> None:
        known = self.by_id.get(number_of(base, item))
        when = parts_of(state_of(str(item.get("modified_gmt") or ""), []))[0]
        if known is None or self._state(known)[0] != when:
            self.wanted[number_of(base, item)] = None

    def _present(self, base: str, item: dict[str, Any]) -> None:
        number = number_of(base, item)
        self.there[number] = None
        known = self.by_id.get(number)
        if known is not None and known.url != canonical(str(item.get("link") or "")):
            self.wanted[number] = None

    def _subject(self, remark: dict[str, Any]) -> str:
        above = ((remark.get("_links") or {}).get("up") or [{}])[0]
        base = self.bases.get(str(above.get("post_type") or ""))
        return f"{base}/{remark.get('post')}" if base else ""

    def _state(self, known: Known) -> tuple[str, int, int]:
        return parts_of(self.listed_mark(known))

    # --- step by step -------------------------------------------------------------------------------------------------

    def afterwards(self) -> None:
        """Once one step's answers are in, take the next."""
        if not self.bases or self.refused_access:
            return
        everything = (self._ask_all, self._ask_departed)
        news = (self._look_closer, self._ask_around, self._ask_wanted, self._ask_departed, self.rest_unchanged)
        self.take_steps(*(everything if self.since is None else news))

    def _ask_all(self) -> None:
        for base in self.bases.values():
            self._ask_list(base, "whole", per_page=WHOLE, orderby="id", order="asc", _embed="author,wp:term")

    def _look_closer(self) -> None:
        """List the ids of what there are not as many of as there should be."""
        known = [number.rpartition("/")[0] for number in self.by_id]
        fresh = [number.rpartition("/")[0] for number in self.wanted if number not in self.by_id]
        for base in self.bases.values():
            if base in self.uncertain or self.totals.get(base, -1) != known.count(base) + fresh.count(base):
                self.uncertain[base] = None
                self._ask_list(base, "present", _fields="id,link", orderby="id", order="asc")
        states = [self._state(known) for known in self.by_id.values()]
        expected = sum(state[1] for state in states) + len(self.fresh)
        newest = max([0, *(state[2] for state in states), *self.fresh])
        if (self.totals.get("comments", 0), self.newest) != (expected, newest):
            self.uncertain["comments"] = None
            self._ask_list("comments", "spoken", _fields="id,post,_links", orderby="id", order="asc")

    def _ask_around(self) -> None:
        """Ask for the comments and files of what will be read."""
        if "comments" in self.uncertain:
            for number, known in self.by_id.items():
                if list(self._state(known)[1:]) != self.talk.get(number, [0, 0]):
                    self.wanted[number] = None
        for batches in in_batches(self.wanted, LISTED).values():
            for posts in batches:
                self._ask_list("comments", "remark", post=",".join(posts), _fields=REMARK, orderby="id", order="asc")
                self._ask_list("media", "media", parent=",".join(posts), _fields=FILE)

    def _ask_wanted(self) -> None:
        for base, batches in in_batches(self.wanted, WHOLE).items():
            for posts in batches:
                self._ask_list(base, "whole", per_page=WHOLE, include=",".join(posts), _embed="author,wp:term")

    def _ask_departed(self) -> None:
        """Ask after known posts that are not in a list of all there are."""
        bases = set(self.bases.values()) if self.since is None else set(self.uncertain)
        departed = [
            number
            for number, known in self.by_id.items()
            if number.rpartition("/")[0] in bases and number not in self.there and known.url not in self.seen
        ]
        for number in departed[:MOST_DEPARTED] if self.lists_all else []:
            subject = self.by_id[number].url
            self.ask(self.at(f"wp/v2/{number}", _fields="id"), "alone", number=number, subject=subject)

    def alone(self, response: Response, number: str, subject: str) -> None:
        """Whether a post that left the list was deleted, or closed to us."""
        if response.status in {404, 410}:
            self.withdrawn(number, 410)
        elif response.status in {401, 403}:
            self.journal.troubles.add(CLOSED, subject)
            self.withdrawn(number, response.status)

    def _whole(self, base: str, item: dict[str, Any]) -> None:
        number, url = number_of(base, item), canonical(str(item.get("link") or ""))
        if not url or skipped(url, self.source.skip):
            return
        content = item.get("content") or {}
        if content.get("protected"):
            self.journal.troubles.add(PASSWORD, url)
            self.withdrawn(number, 403)
            return
        remarks = self.remarks.pop(number, [])
        files = self.files.pop(str(item["id"]), [])
        listed = state_of(str(item.get("modified_gmt") or ""), remarks)
        hints = {**self.facts, **hints_of(item, remarks, files)}
        self.hand_in(number, url, str(content.get("rendered") or ""), listed, hints)


def _figure(response: Response, header: str) -> int:
    said = (response.headers.get(header) or b"").decode("latin-1")
    return int(said) if said.isdigit() else 0
