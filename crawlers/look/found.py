"""What a look found, and what stands in a page about the system that made it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.filter import SoupStrainer

# Bytes of a page that are parsed. Reason: what it says of itself stands in its head. Source: judgement.
HEAD = 200_000


@dataclass(frozen=True)
class Answer:
    """What an address answered: the last address after redirects, status, headers in lower case, and the body."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes

    @cached_property
    def head(self) -> BeautifulSoup:
        """Title, meta and link elements, as far as the page has any."""
        return BeautifulSoup(self.body[:HEAD], "lxml", parse_only=SoupStrainer(["title", "meta", "link", "input"]))

    @property
    def title(self) -> str:
        """The page's title, with white space folded."""
        return " ".join(self.head.title.get_text().split()) if self.head.title else ""

    @property
    def generator(self) -> str:
        """The system that made it, as it says itself."""
        return self.said("meta[name=generator i]", "content")

    def said(self, selector: str, attribute: str) -> str:
        """An attribute of the first element that fits, with white space folded; empty where there is none."""
        found = self.head.select_one(selector)
        return " ".join(str(found.get(attribute) or "").split()) if isinstance(found, Tag) else ""

    def data(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass(frozen=True)
class Found:
    """What a look found; `pages` is None where the source does not say how many; `message` is one sentence.

    `notes` are further sentences for the person who adds it, `terms` what is suggested beside the kind's defaults,
    `wants` the headers that would let us in.
    """

    kind: str
    address: str
    title: str = ""
    generator: str = ""
    pages: int | None = None
    may_read: bool = True
    message: str = ""
    notes: tuple[str, ...] = ()
    terms: Mapping[str, Any] = field(default_factory=dict)
    wants: tuple[str, ...] = ()


def locked(kind: str, address: str, system: str, how: str, wants: tuple[str, ...] = ("Authorization",)) -> Found:
    """A system that lets in only people it knows; `how` says what the headers it `wants` take."""
    message = f"{system} that may be read only by those it knows. {how}"
    return Found(kind, address, generator=system, may_read=False, message=message, wants=wants)


def made_with(generator: str) -> str:
    """The generator as part of a sentence."""
    return f" made with {generator}" if generator else ""


def counted(number: int, one: str) -> str:
    """A number with its noun: "1 page", "1,204 pages"."""
    return f"{number:,} {one if number == 1 else one + 's'}"
