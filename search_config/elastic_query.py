"""Our clauses as Elasticsearch queries, and its mapping from fields.yaml: fixed templates only."""

from collections.abc import Mapping
from typing import Any

from search_config.entry import facet_values, readable_by
from search_config.query import Best, Clause, Phrase, Query, Some, Title, Weighted, Word
from search_config.tuning import tuning

Json = dict[str, Any]
# how long the engine remembers deletions; its default of 60 s let a late write bring a deleted document back
DELETES_REMEMBERED = "24h"
TYPES: Mapping[str, Json] = {
    # the id of the document itself; kept as a field too, to sort equal scores
    "key": {"type": "keyword"},
    # analysed before they come here; the engine only splits at spaces
    "words": {"type": "text", "analyzer": "whitespace"},
    "exact": {"type": "keyword"},
    "facet": {"type": "keyword"},
    "prefix": {"type": "keyword"},
    "number": {"type": "long"},
    "decimal": {"type": "float"},
    "shown": {"type": "text", "index": False},
}
# what is only searched need not come back with a hit
UNKEPT = frozenset({"words", "exact", "prefix"})


def index_body() -> Json:
    """Settings and strict mapping of a fresh index."""
    fields = tuning().fields
    return {
        "settings": {
            "index.gc_deletes": DELETES_REMEMBERED,
            "index.max_result_window": tuning().limit("deepest_hit"),
            "index.mapping.total_fields.limit": len(fields) + 10,
        },
        "mappings": {
            "dynamic": "strict",
            "_source": {"excludes": [field.name for field in fields if field.behaviour in UNKEPT]},
            "properties": {field.name: TYPES[field.behaviour] for field in fields},
        },
    }


def search_body(
    query: Query,
    filters: Mapping[str, tuple[str, ...]],
    facets: tuple[str, ...],
    order: str,
    readers: tuple[str, ...] = (),
) -> Json:
    """The whole request but for its page; what is restricted to others is no part of it."""
    body: Json = {"query": scored(query), "aggs": {facet: _counted(facet, filters) for facet in facets}}
    body["post_filter"] = {"bool": {"filter": _chosen(filters)}}
    if order == "relevance":
        body["query"] = _weighed(body["query"])
        body["sort"] = ["_score", {"key": "asc"}]
    else:
        body["sort"] = [{"newest" if order == "newest" else "best_rated": "desc"}, {"key": "asc"}]
    body["query"] = {"bool": {"must": [body["query"]], "filter": [_readable(readers)]}}
    return body


def scored(query: Query) -> Json:
    """The text part of a request."""
    must = [_clause(clause) for clause in query.required]
    should = [_clause(clause) for clause in query.lifts]
    words = [_clause(clause) for clause in query.any_of]
    if query.everything:
        must.append({"match_all": {}})
    elif words and query.required:
        # beside a quoted phrase the other words only add to the score
        should += words
    elif words:
        must.append({"bool": {"should": words}})
    else:
        should = [] if not must else should
    if not must:
        return {"match_none": {}}
    return {"bool": {"must": must, "should": should, "must_not": [_clause(clause) for clause in query.excluded]}}


def suggestion_body(typed: str, limit: int, readers: tuple[str, ...] = ()) -> Json:
    """The values of the suggestions field that begin with what was typed, most frequent first."""
    values = {"field": "suggestions", "include": f"{_escaped(typed)}.*", "size": limit}
    query = {"bool": {"filter": [{"prefix": {"suggestions": typed}}, _readable(readers)]}}
    return {"size": 0, "query": query, "aggs": {"values": {"terms": values}}}


def _readable(readers: tuple[str, ...]) -> Json:
    return {"terms": {"reader": readable_by(readers)}}


def _weighed(query: Json) -> Json:
    """Multiply the score by `request.rating_factor`: linear in the rating, as a sum of the engine's two functions."""
    neutral, slope = tuning().boost("rating_neutral"), tuning().boost("rating_weight") / 2
    rating = {"field": "rating", "factor": slope, "missing": neutral}
    functions = [{"field_value_factor": rating}, {"weight": 1 - slope * neutral}]
    return {"function_score": {"query": query, "functions": functions, "score_mode": "sum", "boost_mode": "multiply"}}


def _counted(facet: str, filters: Mapping[str, tuple[str, ...]]) -> Json:
    """A facet's values under all filters but its own."""
    others = {name: values for name, values in filters.items() if name != facet}
    terms = {"field": facet, "size": tuning().limit("facet_values")}
    return {"filter": {"bool": {"filter": _chosen(others)}}, "aggs": {"values": {"terms": terms}}}


def _chosen(filters: Mapping[str, tuple[str, ...]]) -> list[Json]:
    return [{"terms": {facet: facet_values(values)}} for facet, values in filters.items()]


def _escaped(typed: str) -> str:
    """The text as a Lucene regular expression that matches only itself."""
    return "".join(f"\\{sign}" if sign.isascii() and not sign.isalnum() and sign != " " else sign for sign in typed)


def _clause(clause: Clause) -> Json:
    match clause:
        case Word(term):
            return {"term": {"words": term}}
        case Phrase(terms):
            return {"match_phrase": {"words": " ".join(terms)}}
        case Some(clauses):
            return {"bool": {"should": [_clause(inner) for inner in clauses]}}
        case Best(clauses):
            return {"dis_max": {"queries": [_clause(inner) for inner in clauses]}}
        case Weighted(weighed, factor):
            return {"bool": {"must": [_clause(weighed)], "boost": factor}}
        case Title(title, score):
            return {"constant_score": {"filter": {"term": {"title_exact": title}}, "boost": score}}
