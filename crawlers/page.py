"""What a crawl hands on: Page (as read), Article (as understood), and their JSON Lines."""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Literal, TypeVar, cast

import orjson

from crawlers.errors import CrawlError
from crawlers.lines import More, lines_of, never

PageState = Literal["read", "unchanged", "gone"]


@dataclass(frozen=True, slots=True)
class Page:
    """One address as a source answered for it.

    `state` is "read" (html holds the body), "unchanged" (the source says the copy we know still holds; html is
    empty) or "gone" (an explicit 404, 410 or deletion log). `hints` holds what the system's own interface said
    (title, authors, published, modified, tags, language, licence, generator, kind, html_is_content), which
    outranks anything read from the markup. Times are ISO 8601 in UTC. Also in `hints`, and passed on as they are:

    `system_id`: the system's own lasting id of the page; the same id at another address is a page that was moved;
    `moved_to`: on a page that is gone, the canonical address of a rename or redirect;
    `comments`: {id, author, at, body (plain text or Markdown), parent (an id or ""), kind (comment or answer),
    accepted}; in a forum the page is the question (kind "question") and its answers are comments;
    `reactions`: {person, stars (1 to 5), at}, attributable ones only (a like is 5 stars);
    `attachments`: {name, url, media_type, bytes};
    `readers`: names of the people and groups who may read it; absent or empty is everyone.
    """

    source: str
    url: str
    html: str = ""
    state: PageState = "read"
    status: int = 200
    content_type: str = "text/html"
    fetched_at: str = ""
    etag: str = ""
    last_modified: str = ""
    hints: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Article:
    """A page understood: its own words, without the frame around them.

    `text` is plain text, one block (paragraph, heading, list item, code block) a line or run of lines; `html` is
    the same content with its structure (headings, lists, code, tables), not yet sanitised for display.
    `published` and `modified` are ISO 8601 dates or times; `language` is ISO 639-1; `kept` is the share (0 to 1)
    of the page's visible words that are in `text`; `tags` are the source's own words for it; `evidence` says
    where each fact came from, such as {"title": "og:title"}. The last five fields are what the page's system
    handed on beside it (see Page).
    """

    url: str
    title: str
    text: str
    source: str = ""
    html: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    licence: str | None = None
    kind: str = "page"
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    generator: str | None = None
    kept: float | None = None
    evidence: dict[str, str] = field(default_factory=dict)
    system_id: str = ""
    comments: tuple[dict[str, Any], ...] = ()
    reactions: tuple[dict[str, Any], ...] = ()
    attachments: tuple[dict[str, Any], ...] = ()
    readers: tuple[str, ...] = ()


# The fields of an article that its system alone can tell.
HANDED_ON = ("system_id", "comments", "reactions", "attachments", "readers")
Record = TypeVar("Record", Page, Article)


def open_text(path: Path, mode: Literal["r", "w", "a"] = "r") -> IO[str]:
    """Open a text file in UTF-8, through gzip where its name ends in .gz."""
    if path.suffix == ".gz":
        return cast(IO[str], gzip.open(path, mode + "t", encoding="utf-8"))
    return path.open(mode, encoding="utf-8")


def to_line(record: Page | Article) -> str:
    """One record as a line of JSON, without the line end; lone surrogates become question marks, never an error."""
    try:
        return orjson.dumps(record).decode("utf-8")
    except TypeError:
        # Lone surrogates, or a number that is no 64-bit one.
        return json.dumps(asdict(record), ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


def read_lines(path: Path, kind: type[Record], more: More = never) -> Iterator[Record]:
    """The records of a JSON Lines file, one at a time; `more` as for `crawlers.lines`.

    Raises:
        CrawlError: a line is no JSON object or lacks a field; it names the file and the line.
        OSError: the file can't be read.
    """
    for number, line in enumerate(lines_of(path, more), 1):
        try:
            yield from_dict(orjson.loads(line), kind)
        except (ValueError, TypeError, AttributeError) as error:
            raise CrawlError(f"{path}, line {number}: no {kind.__name__.lower()} record ({error})") from error


def from_dict(said: Mapping[str, Any], kind: type[Record]) -> Record:
    """A record from what JSON says of it; unknown fields are left out.

    Raises:
        TypeError, AttributeError: it is no object or lacks a field.
    """
    known = kind.__dataclass_fields__
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in said.items() if k in known}
    return cast(Callable[..., Record], kind)(**values)
