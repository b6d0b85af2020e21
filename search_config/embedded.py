"""The embedded engine: a tantivy index in a folder, one writer at a time, any number of readers, no server."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from tantivy import Document, Index, Searcher
from tantivy import Query as TantivyQuery
from tantivy import SearchResult as Found

from search_config.document import SearchDocument
from search_config.embedded_batch import Batch
from search_config.embedded_folder import IndexFolder
from search_config.embedded_query import everything, filtered, prepared, readable, schema, scored
from search_config.embedded_reader import Reader
from search_config.errors import SearchError
from search_config.highlight import highlighted, snippet
from search_config.index import FacetCount, Hit, IndexStatus, SearchRequest, SearchResult, WriteReport
from search_config.query import parse
from search_config.request import (
    Page,
    best_suggestions,
    checked_facets,
    checked_filters,
    page,
    rating_factor,
    typed_prefix,
)
from search_config.tuning import tuning

# looked up before the best few are chosen; a prefix of one letter continues in thousands of ways
SUGGESTIONS_LOOKED_AT = 500


class EmbeddedIndex:
    """SearchIndex on tantivy.

    A deletion leaves a mark with its version, so that a late write of an older version stays without effect, after a
    restart too; a rebuild starts from the record and drops the marks. Writes are visible when the call returns, also
    to other processes.
    """

    def __init__(self, folder: Path, prefix: str = "commonplace") -> None:
        self._folder = IndexFolder(folder, prefix)
        self._schema = schema()
        self._reader = Reader(self._folder)

    def search(self, request: SearchRequest) -> SearchResult:
        """Ranked hits, facets and the total."""
        filters, facets = checked_filters(request.filters), checked_facets(request.facets)
        opened = self._reader.newest()
        query = parse(request)
        if opened is None:
            return SearchResult(0, (), dict.fromkeys(facets, ()))
        with self._reader.explained(opened.name):
            text = readable(self._schema, scored(self._schema, query), request.readers)
            found = filtered(self._schema, text, filters)
            order = "newest" if query.everything and request.order == "relevance" else request.order
            total, ranked = self._ranked(opened.searcher, found, page(request), order)
            hits = tuple(self._hit(opened.searcher, address, score, query.marked) for score, address in ranked)
            counts = self._counts(opened.searcher, text, filters, facets)
        return SearchResult(total, hits, counts)

    def suggest(self, prefix: str, limit: int = 8, readers: tuple[str, ...] = ()) -> list[str]:
        """Titles and concept labels that continue what was typed, best first."""
        typed, opened = typed_prefix(prefix), self._reader.newest()
        if not typed or opened is None:
            return []
        with self._reader.explained(opened.name):
            among = readable(self._schema, everything(self._schema), readers)
            found = opened.searcher.terms_with_prefix(
                "suggestions", typed, filter_query=among, limit=SUGGESTIONS_LOOKED_AT
            )
        return best_suggestions(found, limit)

    def write(self, documents: Iterable[SearchDocument]) -> WriteReport:
        """Add or replace; a version that is not newer than the one held changes nothing."""
        return self._change(lambda batch: batch.write(documents))

    def delete(self, versions: Mapping[str, int]) -> WriteReport:
        """Remove these ids, unless the index holds a newer version than the one given."""
        return self._change(lambda batch: batch.delete(versions))

    def versions(self) -> Iterator[tuple[str, int]]:
        """The id and version of every document held."""
        opened = self._reader.newest()
        if opened is None:
            return
        with self._reader.explained(opened.name):
            searcher = opened.searcher
            found = searcher.search(everything(self._schema), max(1, searcher.num_docs), count=False)
            addresses = [address for _, address in found.hits]
            numbers = searcher.fast_field_values("version", addresses)
        for address, version in zip(addresses, numbers, strict=True):
            yield _shown(searcher.doc(address), "id"), int(version or 0)

    def rebuild(self, documents: Iterable[SearchDocument]) -> WriteReport:
        """Build a fresh index beside the one in use and swap; searches go on; on failure the old one stays."""
        with self._folder.lock():
            name = self._create()
            try:
                report = self._fill(name, lambda batch: batch.write(documents))
                self._folder.use(name)
            except BaseException:
                self._folder.drop(name)
                raise
            return report

    def refresh(self) -> None:
        """Make everything written so far visible to the next search: here it already is."""
        self._reader.newest()

    def status(self) -> IndexStatus:
        """How it is; never raises."""
        name = ""
        try:
            name = self._folder.current() or ""
            if not name:
                return IndexStatus(
                    "embedded", "", 0, f"there is no index at {self._folder.folder} yet; run `commonplace index`"
                )
            opened = self._reader.newest()
            with self._reader.explained(name):
                count = _total(opened.searcher.search(everything(self._schema), 1)) if opened else 0
            return IndexStatus("embedded", name, count)
        except SearchError as problem:
            return IndexStatus("embedded", name, 0, str(problem))

    def close(self) -> None:
        """Release the files."""
        self._reader.close()

    def _create(self) -> str:
        name = self._folder.create()
        with self._folder.writing():
            Index(self._schema, str(self._folder.path(name)))
        return name

    def _change(self, change: Callable[[Batch], None]) -> WriteReport:
        with self._folder.lock():
            if self._folder.current() is None:
                self._folder.use(self._create())
            opened = self._reader.newest()
            name = opened.name if opened else ""
            return self._fill(name, change, opened.searcher if opened else None)

    def _fill(self, name: str, change: Callable[[Batch], None], held: Searcher | None = None) -> WriteReport:
        """Run one batch in one commit: all of it or nothing."""
        with self._folder.writing():
            index = prepared(Index.open(str(self._folder.path(name))))
            writer = index.writer(tuning().limit("writer_memory"), 1)
        batch = Batch(self._schema, writer, held)
        try:
            change(batch)
            with self._folder.writing():
                writer.commit()
        except BaseException:
            writer.rollback()
            raise
        finally:
            # also gives the writer's lock back
            writer.wait_merging_threads()
        return batch.report()

    def _ranked(
        self, searcher: Searcher, found: TantivyQuery, wanted: Page, order: str
    ) -> tuple[int, list[tuple[float, Any]]]:
        """The total and the hits of the page, as score and address."""
        if wanted.size == 0 or wanted.start >= searcher.num_docs:
            return _total(searcher.search(found, 1)), []
        if order != "relevance":
            field = "newest" if order == "newest" else "best_rated"
            result = searcher.search(found, wanted.size, order_by_field=field, offset=wanted.start)
            return _total(result), [(0.0, address) for _, address in result.hits]
        window = int(tuning().boost("rating_window"))
        if wanted.start >= window:
            result = searcher.search(found, wanted.size, offset=wanted.start)
            return _total(result), result.hits
        result = searcher.search(found, max(window, wanted.end))
        weighed = _weighed(searcher, result.hits[:window]) + result.hits[window:]
        return _total(result), weighed[wanted.start : wanted.end]

    def _counts(
        self, searcher: Searcher, text: TantivyQuery, filters: Mapping[str, tuple[str, ...]], facets: tuple[str, ...]
    ) -> dict[str, tuple[FacetCount, ...]]:
        """The values of each facet among what the other filters leave; facets without a filter share one pass."""
        shared = tuple(facet for facet in facets if facet not in filters)
        counted: dict[str, Any] = {}
        for group in (shared, *((facet,) for facet in facets if facet in filters)):
            if group:
                query = filtered(self._schema, text, filters, without=group[0])
                counted.update(searcher.aggregate(query, {facet: _values(facet) for facet in group}))
        return {facet: _most_frequent(counted[facet]["buckets"]) for facet in facets}

    def _hit(self, searcher: Searcher, address: Any, score: float, marked: frozenset[str]) -> Hit:
        held = searcher.doc(address)
        title, text, summary = (_shown(held, field) for field in ("title", "text", "summary"))
        return Hit(_shown(held, "id"), score, highlighted(title, marked), snippet(text, summary, marked))


def _weighed(searcher: Searcher, hits: list[tuple[float, Any]]) -> list[tuple[float, Any]]:
    """The hits with their scores multiplied by their rating's factor, best first."""
    ratings = searcher.fast_field_values("rating", [address for _, address in hits])
    weighed = [
        (score * rating_factor(float(rating or 0)), address)
        for (score, address), rating in zip(hits, ratings, strict=True)
    ]
    return sorted(weighed, key=lambda hit: -hit[0])


def _values(facet: str) -> dict[str, Any]:
    # some more than shown: the engine breaks ties at the cut as it likes
    return {"terms": {"field": facet, "size": tuning().limit("facet_values") * 4}}


def _most_frequent(buckets: list[dict[str, Any]]) -> tuple[FacetCount, ...]:
    counts = (FacetCount(bucket["key"], bucket["doc_count"]) for bucket in buckets)
    return tuple(sorted(counts, key=lambda value: (-value.count, value.value))[: tuning().limit("facet_values")])


def _total(result: Found) -> int:
    # missing in the library's type stubs
    return int(cast(Any, result).count)


def _shown(document: Document, field: str) -> str:
    return bytes(document.get_first(field) or b"").decode("utf-8")
