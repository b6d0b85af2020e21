"""The Elasticsearch engine: versioned indices behind one alias, for an organisation with several machines."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from search_config.document import SearchDocument
from search_config.elastic_bulk import Bulk, deleted, written
from search_config.elastic_query import Json, index_body, search_body, suggestion_body
from search_config.elastic_server import Server
from search_config.errors import SearchError
from search_config.highlight import highlighted, snippet
from search_config.index import FacetCount, Hit, IndexStatus, SearchRequest, SearchResult, WriteReport
from search_config.naming import checked_prefix, new_name, own_names, schema_problem
from search_config.query import Query, parse
from search_config.request import best_suggestions, checked_facets, checked_filters, page, typed_prefix

# values looked at before the best few suggestions are chosen
SUGGESTIONS_LOOKED_AT = 500
# versions fetched in one request: ids and numbers only, about 100 bytes each
VERSIONS_A_REQUEST = 5000


class ElasticIndex:
    """SearchIndex on an Elasticsearch 9 server.

    Readers and writers go through the alias `prefix`. During a rebuild a second alias names the index that is being
    filled, and every write goes to both, so that nothing written meanwhile is lost at the swap. The server remembers
    a deletion's version for a day (index.gc_deletes); after that only the record's tombstones stop a late write.
    """

    def __init__(self, url: str, prefix: str = "commonplace") -> None:
        self._alias = checked_prefix(prefix)
        # a dot is not allowed in a prefix, so no other index can be called so
        self._next = f"{prefix}.next"
        self._server = Server(url)
        self._readable: str | None = None

    def search(self, request: SearchRequest) -> SearchResult:
        """Ranked hits, facets and the total."""
        filters, facets = checked_filters(request.filters), checked_facets(request.facets)
        query = parse(request)
        if not self._exists():
            return SearchResult(0, (), dict.fromkeys(facets, ()))
        order = "newest" if query.everything and request.order == "relevance" else request.order
        wanted = page(request)
        body = search_body(query, filters, facets, order, request.readers)
        answer = self._search(body, from_=wanted.start, size=wanted.size)
        hits = tuple(_hit(found, query) for found in answer["hits"]["hits"])
        counts = {facet: _counts(answer["aggregations"][facet]) for facet in facets}
        return SearchResult(int(answer["hits"]["total"]["value"]), hits, counts)

    def suggest(self, prefix: str, limit: int = 8, readers: tuple[str, ...] = ()) -> list[str]:
        """Titles and concept labels that continue what was typed, best first."""
        typed = typed_prefix(prefix)
        if not typed or not self._exists():
            return []
        answer = self._search(suggestion_body(typed, SUGGESTIONS_LOOKED_AT, readers))
        buckets = answer["aggregations"]["values"]["buckets"]
        return best_suggestions(((bucket["key"], bucket["doc_count"]) for bucket in buckets), limit)

    def write(self, documents: Iterable[SearchDocument]) -> WriteReport:
        """Add or replace; a version that is not newer than the one held changes nothing."""
        return self._change(written(documents))

    def delete(self, versions: Mapping[str, int]) -> WriteReport:
        """Remove these ids, unless the index holds a newer version than the one given."""
        return self._change(deleted(versions))

    def versions(self) -> Iterator[tuple[str, int]]:
        """The id and version of every document held."""
        body: Json = {"query": {"match_all": {}}, "sort": [{"key": "asc"}], "_source": ["id", "version"]}
        while self._exists():
            hits = self._search(body, size=VERSIONS_A_REQUEST)["hits"]["hits"]
            yield from ((str(hit["_source"]["id"]), int(hit["_source"]["version"])) for hit in hits)
            if len(hits) < VERSIONS_A_REQUEST:
                return
            body["search_after"] = hits[-1]["sort"]

    def rebuild(self, documents: Iterable[SearchDocument]) -> WriteReport:
        """Build a fresh index beside the one in use and swap; searches go on; on failure the old one stays."""
        old = self._indices()
        # what a broken-off rebuild left
        self._drop(name for name, aliases in old.items() if self._alias not in aliases)
        name = self._create(self._next, {"index.refresh_interval": "-1"})
        try:
            report = Bulk(self._server, self._next).run(written(documents))
            self._swap(name, [other for other, aliases in old.items() if self._alias in aliases])
        except BaseException:
            self._drop([name])
            raise
        self._drop(other for other in old if self._alias in old[other])
        return report

    def refresh(self) -> None:
        """Make everything written so far visible to the next search."""
        if self._exists():
            self._server.ask(lambda client: client.indices.refresh(index=self._alias))

    def status(self) -> IndexStatus:
        """How it is; never raises."""
        name = ""
        try:
            name = self._current() or ""
            if not name:
                problem = f"there is no index {self._alias} at {self._server.address} yet; run `commonplace index`"
                return IndexStatus("elasticsearch", "", 0, problem)
            count = int(self._server.ask(lambda client: client.count(index=self._alias))["count"])
            return IndexStatus("elasticsearch", name, count, schema_problem(name, self._alias))
        except SearchError as problem:
            return IndexStatus("elasticsearch", name, 0, str(problem))

    def close(self) -> None:
        """Close the connections."""
        self._server.close()

    def _exists(self) -> bool:
        """Whether there is an index to read; looked up once, then known. SearchError where it is of another schema."""
        if self._readable is None:
            name = self._current()
            if name and (problem := schema_problem(name, self._alias)):
                raise SearchError(problem)
            self._readable = name
        return self._readable is not None

    def _search(self, body: Json, **page: int) -> Any:
        request: Any = {**body, **page}
        try:
            answer = self._server.ask(lambda client: client.search(index=self._alias, track_total_hits=True, **request))
        except SearchError:
            # perhaps removed by another process: look again before the next request
            self._readable = None
            raise
        if any(hit["_index"] != self._readable for hit in answer["hits"]["hits"]):
            # swapped by another process, perhaps of another version of Commonplace
            self._readable = None
            self._exists()
        return answer

    def _change(self, actions: Iterable[Any]) -> WriteReport:
        current = self._indices()
        if not any(self._alias in aliases for aliases in current.values()):
            self._first()
        else:
            self._exists()
        beside = self._next if any(self._next in aliases for aliases in current.values()) else None
        return Bulk(self._server, self._alias, beside).run(actions)

    def _first(self) -> None:
        """Create the first index; where two processes do so at once, the older one stays."""
        name = self._create(self._alias, {})
        chosen = self._current()
        if chosen != name:
            self._drop([name])
        self._readable = chosen

    def _create(self, alias: str, settings: Json) -> str:
        name, body = new_name(self._alias), index_body()
        body["settings"].update(settings)
        self._server.ask(lambda client: client.indices.create(index=name, aliases={alias: {}}, **body))
        return name

    def _swap(self, name: str, old: list[str]) -> None:
        """Give the alias to the filled index in one step."""
        usual: Json = {"index.refresh_interval": None}
        self._server.ask(lambda client: client.indices.put_settings(index=name, settings=usual))
        self._server.insist(lambda client: client.indices.refresh(index=name))
        actions: list[Json] = [{"remove": {"index": other, "alias": self._alias}} for other in old]
        actions += [{"remove": {"index": name, "alias": self._next}}, {"add": {"index": name, "alias": self._alias}}]
        self._server.ask(lambda client: client.indices.update_aliases(actions=actions))
        self._readable = name

    def _drop(self, names: Iterable[str]) -> None:
        gone = list(names)
        if gone:
            self._server.ask(lambda client: client.indices.delete(index=gone, ignore_unavailable=True))

    def _current(self) -> str | None:
        return min((name for name, aliases in self._indices().items() if self._alias in aliases), default=None)

    def _indices(self) -> dict[str, set[str]]:
        """Every index of this prefix with its aliases."""
        found = self._server.ask(lambda client: client.indices.get_alias(index=f"{self._alias}-v*"))
        ours = own_names(self._alias)
        return {name: set(about["aliases"]) for name, about in found.items() if ours.fullmatch(name)}


def _hit(found: Json, query: Query) -> Hit:
    held = found["_source"]
    return Hit(
        id=held["id"],
        score=float(found["_score"] or 0),
        title=highlighted(held["title"], query.marked),
        snippet=snippet(held["text"], held["summary"], query.marked),
    )


def _counts(aggregation: Json) -> tuple[FacetCount, ...]:
    values = [FacetCount(bucket["key"], bucket["doc_count"]) for bucket in aggregation["values"]["buckets"]]
    return tuple(sorted(values, key=lambda value: (-value.count, value.value)))
