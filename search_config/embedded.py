"""The embedded engine: a tantivy index in a folder, one writer at a time, any number of readers, no server."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tantivy import Document, Index, Searcher
from tantivy import Query as TantivyQuery
from tantivy import SearchResult as Found

from search_config.document import SearchDocument
from search_config.embedded_batch import Batch
from search_config.embedded_folder import IndexFolder
from search_config.embedded_query import everything, filtered, prepared, schema, scored
from search_config.errors import IndexUnavailable, SearchError
from search_config.highlight import highlighted, snippet
from search_config.index import FacetCount, Hit, IndexStatus, SearchRequest, SearchResult, WriteReport
from search_config.naming import REBUILD, schema_problem
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
# a generation may vanish between reading the pointer and opening it; twice in a row would take two rebuilds at once
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Opened:
    """A generation open for reading, as of the commit whose meta.json had this stamp."""

    name: str
    stamp: tuple[int, int, int]
    index: Index
    searcher: Searcher


class EmbeddedIndex:
    """SearchIndex on tantivy.

    A deletion leaves a mark with its version, so that a late write of an older version stays without effect, after a
    restart too; a rebuild starts from the record and drops the marks. Writes are visible when the call returns, also
    to other processes.
    """

    def __init__(self, folder: Path, prefix: str = "commonplace") -> None:
        self._folder = IndexFolder(folder, prefix)
        self._schema = schema()
        self._opened: Opened | None = None
        self._opening = threading.Lock()

    def search(self, request: SearchRequest) -> SearchResult:
        """Ranked hits, facets and the total."""
        filters, facets = checked_filters(request.filters), checked_facets(request.facets)
        opened = self._reader()
        query = parse(request)
        if opened is None:
            return SearchResult(0, (), dict.fromkeys(facets, ()))
        with self._engine(opened.name):
            text = scored(self._schema, query)
            found = filtered(self._schema, text, filters)
            order = "newest" if query.everything and request.order == "relevance" else request.order
            total, ranked = self._ranked(opened.searcher, found, page(request), order)
            hits = tuple(self._hit(opened.searcher, address, score, query.marked) for score, address in ranked)
            counts = self._counts(opened.searcher, text, filters, facets)
        return SearchResult(total, hits, counts)

    def suggest(self, prefix: str, limit: int = 8) -> list[str]:
        """Titles and concept labels that continue what was typed, best first."""
        typed, opened = typed_prefix(prefix), self._reader()
        if not typed or opened is None:
            return []
        with self._engine(opened.name):
            found = opened.searcher.terms_with_prefix(
                "suggestions", typed, filter_query=everything(self._schema), limit=SUGGESTIONS_LOOKED_AT
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
        opened = self._reader()
        if opened is None:
            return
        with self._engine(opened.name):
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
        self._reader()

    def status(self) -> IndexStatus:
        """How it is; never raises."""
        name = ""
        try:
            name = self._folder.current() or ""
            if not name:
                return IndexStatus(
                    "embedded", "", 0, f"there is no index at {self._folder.folder} yet; run `commonplace index`"
                )
            opened = self._reader()
            with self._engine(name):
                count = _total(opened.searcher.search(everything(self._schema), 1)) if opened else 0
            return IndexStatus("embedded", name, count)
        except SearchError as problem:
            return IndexStatus("embedded", name, 0, str(problem))

    def close(self) -> None:
        """Release the files."""
        with self._opening:
            self._opened = None

    def _reader(self) -> Opened | None:
        """The newest commit of the generation in use; None before the first write."""
        with self._opening:
            for _ in range(ATTEMPTS):
                name = self._folder.current()
                if name is None:
                    return None
                if problem := schema_problem(name, self._folder.prefix):
                    raise SearchError(problem)
                try:
                    return self._open(name)
                except FileNotFoundError:
                    continue
            raise SearchError(f"the index {name} at {self._folder.folder} is missing; {REBUILD}")

    def _open(self, name: str) -> Opened:
        """The generation as of its last commit; FileNotFoundError where it went away."""
        path = self._folder.path(name)
        status = (path / "meta.json").stat()
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        held = self._opened
        if held is None or held.name != name:
            with self._engine(name):
                index = prepared(Index.open(str(path)))
        elif held.stamp == stamp:
            return held
        else:
            index = held.index
        with self._engine(name):
            index.reload()
            self._opened = Opened(name, stamp, index, index.searcher())
        return self._opened

    def _create(self) -> str:
        name = self._folder.create()
        with self._writing():
            Index(self._schema, str(self._folder.path(name)))
        return name

    def _change(self, change: Callable[[Batch], None]) -> WriteReport:
        with self._folder.lock():
            if self._folder.current() is None:
                self._folder.use(self._create())
            opened = self._reader()
            name = opened.name if opened else ""
            return self._fill(name, change, opened.searcher if opened else None)

    def _fill(self, name: str, change: Callable[[Batch], None], held: Searcher | None = None) -> WriteReport:
        """Run one batch in one commit: all of it or nothing."""
        with self._writing():
            index = prepared(Index.open(str(self._folder.path(name))))
            writer = index.writer(tuning().limit("writer_memory"), 1)
        batch = Batch(self._schema, writer, held)
        try:
            change(batch)
            with self._writing():
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

    @contextmanager
    def _engine(self, name: str) -> Iterator[None]:
        """Say what to do where the engine can't read its files."""
        with _translated(
            lambda problem: SearchError(
                f"the index {name} at {self._folder.folder} can't be read ({problem}); {REBUILD}"
            )
        ):
            yield

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with _translated(
            lambda problem: IndexUnavailable(
                f"the index at {self._folder.folder} can't be written ({problem}); "
                "check free space and permissions and try again"
            )
        ):
            yield


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


@contextmanager
def _translated(error: Callable[[BaseException], SearchError]) -> Iterator[None]:
    """Turn what the engine raises into an error of ours; a Rust panic derives from BaseException alone."""
    try:
        yield
    except (ValueError, OSError) as problem:
        raise error(problem) from problem
    except BaseException as problem:
        if type(problem).__name__ != "PanicException":
            raise
        raise error(problem) from problem
