"""Real edits of a real handbook in their order, and two wikis that they are made to again."""

import gzip
import html
import json
import re
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode
from urllib.request import urlopen

from tests.support.corpora import corpus
from tests.support.dokuwiki import DokuWiki
from tests.support.mediawiki import MediaWiki


@dataclass(frozen=True)
class Edit:
    """One edit: the page's path and what it says from then on; no text means that it was deleted."""

    path: str
    text: str


def edits() -> list[Edit]:
    """All of them, in order."""
    with gzip.open(corpus("18f-handbook-history.jsonl.gz"), "rt", encoding="utf-8") as lines:
        said = [json.loads(line) for line in lines]
    return [Edit(_name(one["path"]), one.get("markdown") or "") for one in said]


def before(made: list[Edit], others: int) -> dict[str, str]:
    """The handbook before these edits: what they change or delete without adding it, and some pages they leave alone.

    What a page said before its first edit is not recorded; it is taken to have lacked the last paragraph.
    """
    with gzip.open(corpus("18f-handbook-history.jsonl.gz"), "rt", encoding="utf-8") as lines:
        first = {}
        for one in map(json.loads, lines):
            first.setdefault(_name(one["path"]), one["status"])
    pages = {}
    for edit in made:
        if first[edit.path] != "added":
            pages.setdefault(edit.path, edit.text.rpartition("\n\n")[0] or "Before its first edit.")
    with corpus("18f-handbook.jsonl").open(encoding="utf-8") as lines:
        rest = {_name(one["path"]): one["markdown"] for one in map(json.loads, lines)}
    left = {path: text for path, text in rest.items() if path not in first and text.strip()}
    return pages | dict(list(left.items())[:others])


def _name(path: str) -> str:
    return path.removeprefix("pages/").removesuffix(".md").lower()


def words(text: str) -> list[str]:
    """The words of a text, in order."""
    return re.findall(r"\w+", text)


class Wiki(Protocol):
    """What a replay needs of a wiki. Pages are named by their path in the handbook."""

    kind: str
    address: str

    def load(self, pages: dict[str, str]) -> None:
        """Bring in the first pages."""

    def make(self, edit: Edit) -> None:
        """Write or delete a page."""

    def listed(self) -> set[str]:
        """The paths of all pages, by the wiki's own account."""

    def path(self, url: str) -> str:
        """The path of the page at an address."""


def _blocks(text: str, mark: str) -> str:
    """The text as it stands, whatever a wiki makes of its signs."""
    return "\n\n".join(mark.format(block.strip()) for block in re.split(r"\n\s*\n", text) if block.strip())


class OnMediaWiki:
    """The handbook as pages of the main namespace."""

    kind = "mediawiki"

    def __init__(self, wiki: MediaWiki) -> None:
        self.wiki, self.address = wiki, wiki.address
        wiki.delete("Main Page")

    def load(self, pages: dict[str, str]) -> None:
        self.wiki.load({self._title(path): self._text(text) for path, text in pages.items()})

    def make(self, edit: Edit) -> None:
        if edit.text:
            self.wiki.edit(self._title(edit.path), self._text(edit.text))
        else:
            self.wiki.delete(self._title(edit.path))

    def listed(self) -> set[str]:
        asked = {"action": "query", "list": "allpages", "aplimit": "max", "format": "json", "formatversion": 2}
        with urlopen(f"{self.wiki.api}?{urlencode(asked)}", timeout=60) as answer:
            said = json.load(answer)
        assert "continue" not in said
        return {page["title"].lower() for page in said["query"]["allpages"]}

    def path(self, url: str) -> str:
        return url.partition("/index.php/")[2].lower()

    def _title(self, path: str) -> str:
        return path[:1].upper() + path[1:]

    def _text(self, text: str) -> str:
        return _blocks(html.escape(text), "<nowiki>{}</nowiki>")


class OnDokuWiki:
    """The handbook with its folders as namespaces."""

    kind = "dokuwiki"

    def __init__(self, wiki: DokuWiki) -> None:
        self.wiki, self.address = wiki, wiki.address

    def load(self, pages: dict[str, str]) -> None:
        for path, text in pages.items():
            self.make(Edit(path, text))

    def make(self, edit: Edit) -> None:
        self.wiki.write(edit.path.replace("/", ":"), _blocks(edit.text, "<nowiki>{}</nowiki>"))

    def listed(self) -> set[str]:
        pages = (self.wiki.folder / "data" / "pages").rglob("*.txt")
        return {str(page.relative_to(self.wiki.folder / "data" / "pages"))[:-4] for page in pages}

    def path(self, url: str) -> str:
        return url.partition("?id=")[2].replace(":", "/")
