"""Measure search as it is: nDCG@10, recall@100, MRR and latency of any index, through the site's own search."""

import json
import math
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import mean, quantiles

from search_config.document import SearchDocument
from search_config.errors import SearchError
from search_config.index import SearchIndex, SearchRequest

Queries = Mapping[str, str]
Qrels = Mapping[str, Mapping[str, int]]
# deep enough for recall@100, the depth TREC collections are usually compared at
DEPTH = 100


@dataclass(frozen=True, slots=True)
class Figures:
    """How well and how fast; latencies in milliseconds for a page of ten with its facets, as the site asks."""

    ndcg_10: float
    recall_100: float
    mrr: float
    queries: int
    p50_ms: float
    p95_ms: float
    indexed_per_second: float


def evaluate(index: SearchIndex, documents: Iterable[SearchDocument], queries: Queries, qrels: Qrels) -> Figures:
    """Rebuild the index from the documents and judge every query that has a relevant document.

    SearchError where no query can be judged or a document can't be indexed.
    """
    judged = [query for query in queries if any(grade > 0 for grade in qrels.get(query, {}).values())]
    if not judged:
        raise SearchError("no query has a relevant document: compare the ids in the queries and qrels files")
    began = time.perf_counter()
    report = index.rebuild(documents)
    seconds = time.perf_counter() - began
    if report.failed:
        name, reason = next(iter(report.failed.items()))
        raise SearchError(f"{len(report.failed)} documents can't be indexed; {name}: {reason}")
    index.refresh()
    return score(index, {query: queries[query] for query in judged}, qrels, report.written / seconds)


def score(index: SearchIndex, queries: Queries, qrels: Qrels, indexed_per_second: float = 0.0) -> Figures:
    """Judge an index as it stands; every query must have a relevant document."""
    ranked = {name: _ranking(index, text) for name, text in queries.items()}
    times = [_milliseconds(index, text) for text in queries.values()]
    cuts = quantiles(times, n=20, method="inclusive") if len(times) > 1 else times * 19
    return Figures(
        ndcg_10=mean(ndcg(ranked[name], qrels[name], 10) for name in queries),
        recall_100=mean(recall(ranked[name], qrels[name]) for name in queries),
        mrr=mean(reciprocal_rank(ranked[name], qrels[name]) for name in queries),
        queries=len(queries),
        p50_ms=cuts[9],
        p95_ms=cuts[18],
        indexed_per_second=indexed_per_second,
    )


def ndcg(ranking: list[str], grades: Mapping[str, int], depth: int) -> float:
    """Normalised discounted cumulative gain with the grade as gain (Järvelin and Kekäläinen 2002) as in trec_eval."""
    best = sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:depth]
    gained = _discounted(max(0, grades.get(name, 0)) for name in ranking[:depth])
    return gained / _discounted(best) if best else 0.0


def recall(ranking: list[str], grades: Mapping[str, int]) -> float:
    """The share of the relevant documents that was found at all."""
    relevant = {name for name, grade in grades.items() if grade > 0}
    return len(relevant.intersection(ranking)) / len(relevant)


def reciprocal_rank(ranking: list[str], grades: Mapping[str, int]) -> float:
    """One divided by the place of the first relevant document, 0 where none was found."""
    places = (place for place, name in enumerate(ranking, 1) if grades.get(name, 0) > 0)
    return 1 / next(places, math.inf)


def read_documents(path: Path) -> Iterator[SearchDocument]:
    """Documents from JSONL `{"id", "title", "body"}`; SearchError names file and line of a bad one."""
    for line, record in _records(path, ("id",)):
        title, body = record.get("title") or "", record.get("body") or record.get("text") or ""
        if not isinstance(title, str) or not isinstance(body, str):
            raise SearchError(f"{path} line {line}: title and body must be text")
        yield SearchDocument(id=str(record["id"]), version=1, title=title, text=body)


def read_queries(path: Path) -> dict[str, str]:
    """Queries from JSONL `{"id", "text"}`; SearchError names file and line of a bad one."""
    return {str(record["id"]): str(record["text"]) for _, record in _records(path, ("id", "text"))}


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Judgements as query -> document -> grade.

    Either TREC's `query 0 document grade`, separated by tabs or spaces, or JSONL `{"query_id", "doc_id", "relevance"}`,
    or the three columns of BEIR with their heading. SearchError names file and line of a bad one.
    """
    qrels: dict[str, dict[str, int]] = {}
    for line, text in _lines(path):
        query, document, grade = _judgement(path, line, text)
        if grade is not None:
            qrels.setdefault(query, {})[document] = grade
    if not qrels:
        raise SearchError(f"{path} holds no judgement")
    return qrels


def _judgement(path: Path, line: int, text: str) -> tuple[str, str, int | None]:
    """Query, document and grade of a line; the grade is None in a heading."""
    try:
        if text.startswith("{"):
            record = json.loads(text)
            return str(record["query_id"]), str(record["doc_id"]), int(record["relevance"])
        parts = text.split("\t") if "\t" in text else text.split()
        if line == 1 and len(parts) == 3 and not parts[-1].strip().lstrip("-").isdigit():
            return parts[0], parts[1], None
        query, document, grade = (parts[0], *parts[-2:]) if len(parts) in (3, 4) else ("", "", "")
        return query.strip(), document.strip(), int(grade)
    except (ValueError, KeyError, TypeError):
        raise SearchError(f"{path} line {line}: expected `query 0 document grade`, not {text[:80]!r}") from None


def _records(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, object]]]:
    for line, text in _lines(path):
        try:
            record = json.loads(text)
        except ValueError as problem:
            raise SearchError(f"{path} line {line} is no JSON: {problem}") from None
        if not isinstance(record, dict) or any(name not in record for name in needed):
            raise SearchError(f"{path} line {line}: expected an object with {', '.join(needed)}")
        yield line, record


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8") as file:
            for line, text in zip(count(1), file, strict=False):
                if text.strip():
                    yield line, text.strip()
    except OSError as problem:
        raise SearchError(f"{path} can't be read: {problem.strerror}") from problem
    except UnicodeDecodeError as problem:
        raise SearchError(f"{path} is not UTF-8: {problem}") from problem


def _ranking(index: SearchIndex, text: str) -> list[str]:
    return [hit.id for hit in index.search(SearchRequest(text=text, page_size=DEPTH, facets=())).hits]


def _milliseconds(index: SearchIndex, text: str) -> float:
    began = time.perf_counter()
    index.search(SearchRequest(text=text))
    return (time.perf_counter() - began) * 1000


def _discounted(grades: Iterable[int]) -> float:
    return sum(grade / math.log2(place + 1) for place, grade in enumerate(grades, 1))
