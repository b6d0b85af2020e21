"""SearchIndex: the one interface both engines keep, with what goes in and what comes out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from search_config.document import SearchDocument

Order = Literal["relevance", "newest", "rating"]
FACETS = ("tag", "source", "author", "year", "language", "kind")


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What a person asks for.

    `text` is as typed: it is parsed by `search_config.query` and never reaches an engine as its query language.
    `filters` maps a facet to the values any of which must hold; the value of "tag" is a concept URI and also finds
    its narrower concepts. `synonyms` maps a lower-cased word or phrase to others that mean the same (from the
    vocabulary's altLabels). `readers` are the names the person goes by: what is restricted to others is neither found
    nor counted. `page` counts from 1; a page past the last is empty.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: Order = "relevance"
    page: int = 1
    page_size: int = 10
    facets: tuple[str, ...] = FACETS
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One resource found: `title` and `snippet` are HTML-escaped with <mark> around what matched."""

    id: str
    score: float
    title: str
    snippet: str


@dataclass(frozen=True, slots=True)
class FacetCount:
    """A value of a facet and how many of the resources found carry it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What was found; a facet's counts leave out that facet's own filter, so that several values can be chosen."""

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What became of a batch: `written` and `stale` (the index held the same or a newer version) are both done;
    `failed` maps the id of a document that can't be indexed to the reason."""

    written: int = 0
    stale: int = 0
    failed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """Which engine, which index, how many documents; `problem` says what is wrong and the next step, if anything."""

    engine: str
    name: str
    documents: int
    problem: str | None = None


class SearchIndex(Protocol):
    """A place where resources are found. Calls raise IndexUnavailable while the engine does not answer."""

    def search(self, request: SearchRequest) -> SearchResult:
        """Ranked hits, facets and the total."""

    def suggest(self, prefix: str, limit: int = 8, readers: tuple[str, ...] = ()) -> list[str]:
        """Titles and concept labels that continue what was typed, of what these readers may find, best first."""

    def write(self, documents: Iterable[SearchDocument]) -> WriteReport:
        """Add or replace; a version that is not newer than the one held changes nothing."""

    def delete(self, versions: Mapping[str, int]) -> WriteReport:
        """Remove these ids, unless the index holds a newer version than the one given."""

    def versions(self) -> Iterator[tuple[str, int]]:
        """The id and version of every document held: what `verify` compares with the record."""

    def rebuild(self, documents: Iterable[SearchDocument]) -> WriteReport:
        """Build a fresh index beside the one in use and swap; searches go on; on failure the old one stays."""

    def refresh(self) -> None:
        """Make everything written so far visible to the next search."""

    def status(self) -> IndexStatus:
        """How it is; never raises."""

    def close(self) -> None:
        """Release files and connections."""
