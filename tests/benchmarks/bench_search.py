"""Our two engines beside SQLite FTS5 and tantivy's own query parser: quality and speed on the same input, in one run.

`python -m tests.benchmarks.bench_search [collection ...]`; ELASTICSEARCH_URL adds Elasticsearch. Prints, never gates.
"""

import os
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from uuid import uuid4

import tantivy

from search_config.document import SearchDocument
from search_config.evaluate import ndcg, read_documents, read_qrels, read_queries, recall
from search_config.index import SearchRequest
from search_config.open import open_index
from tests.support.corpora import SHARED

# hits asked for when quality is judged (recall@100), and when time is taken: a page as a reader sees it
DEPTH, PAGE = 100, 10
Search = Callable[[str, int], list[str]]
Build = Callable[[list[SearchDocument], Path], Search]


@dataclass(frozen=True)
class Row:
    name: str
    ndcg_10: float
    recall_100: float
    milliseconds: float
    indexed_per_second: float


def ours(address: str) -> Build:
    """The way the site searches, highlights included, facets left out as no peer counts any."""

    def build(documents: list[SearchDocument], folder: Path) -> Search:
        index = open_index(folder, address, f"bench-{uuid4().hex[:8]}")
        index.rebuild(documents)
        return lambda text, size: [hit.id for hit in index.search(SearchRequest(text, page_size=size, facets=())).hits]

    return build


def fts5(documents: list[SearchDocument], folder: Path) -> Search:
    """SQLite FTS5 with the porter stemmer and any word matching, weights 2:1, as a careful user would set it up."""
    database = sqlite3.connect(folder / "fts5.sqlite")
    database.execute("create virtual table pages using fts5(id unindexed, title, text, tokenize='porter unicode61')")
    with database:
        rows = ((document.id, document.title, document.text) for document in documents)
        database.executemany("insert into pages values (?, ?, ?)", rows)
    ranked = "select id from pages where pages match ? order by bm25(pages, 0, 2, 1) limit ?"

    def search(text: str, size: int) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", text))
        return [row[0] for row in database.execute(ranked, (words, size))]

    return search


def bare_tantivy(documents: list[SearchDocument], folder: Path) -> Search:
    """tantivy as its tutorial has it: English stemming, both fields, its own query parser on cleaned text."""
    builder = tantivy.SchemaBuilder().add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("title", tokenizer_name="en_stem")
    builder.add_text_field("text", tokenizer_name="en_stem")
    (folder / "bare").mkdir()
    index = tantivy.Index(builder.build(), str(folder / "bare"))
    writer = index.writer(64_000_000, 1)
    for document in documents:
        writer.add_document(tantivy.Document(id=document.id, title=document.title, text=document.text))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(text: str, size: int) -> list[str]:
        query = index.parse_query(" ".join(re.findall(r"\w+", text.lower())), ["title", "text"])
        return [searcher.doc(address)["id"][0] for _, address in searcher.search(query, size).hits]

    return search


def measured(name: str, build: Build, documents: list[SearchDocument], data: Path) -> Row:
    queries, qrels = read_queries(data / "queries.jsonl"), read_qrels(data / "qrels.jsonl")
    judged = {query: text for query, text in queries.items() if query in qrels}
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        search = build(documents, Path(folder))
        built = time.perf_counter() - began
        ranked = {query: search(text, DEPTH) for query, text in judged.items()}
        times = list(timed(search, list(judged.values())))
    return Row(
        name,
        mean(ndcg(ranked[query], qrels[query], 10) for query in judged),
        mean(recall(ranked[query], qrels[query]) for query in judged),
        median(times) * 1000,
        len(documents) / built,
    )


def timed(search: Search, texts: list[str]) -> Iterator[float]:
    for text in texts:
        began = time.perf_counter()
        search(text, PAGE)
        yield time.perf_counter() - began


def main(collections: list[str]) -> None:
    engines: dict[str, Build] = {"ours, embedded": ours(""), "SQLite FTS5": fts5, "tantivy alone": bare_tantivy}
    if address := os.environ.get("ELASTICSEARCH_URL"):
        engines["ours, Elasticsearch"] = ours(address)
    for collection in collections:
        data = SHARED / "corpora" / "search" / collection
        documents = list(read_documents(data / "docs.jsonl"))
        rows = [measured(name, build, documents, data) for name, build in engines.items()]
        print(f"\n{collection}: {len(documents)} documents; ratios are to ours, embedded")
        print(f"{'':22}{'nDCG@10':>9}{'ratio':>7}{'R@100':>8}{'p50 ms':>9}{'ratio':>7}{'docs/s':>9}{'ratio':>7}")
        for row in rows:
            print(
                f"{row.name:22}{row.ndcg_10:9.4f}{row.ndcg_10 / rows[0].ndcg_10:7.2f}{row.recall_100:8.4f}"
                f"{row.milliseconds:9.2f}{row.milliseconds / rows[0].milliseconds:7.2f}"
                f"{row.indexed_per_second:9.0f}{row.indexed_per_second / rows[0].indexed_per_second:7.2f}"
            )


if __name__ == "__main__":
    main(sys.argv[1:] or ["cranfield", "vaswani"])
