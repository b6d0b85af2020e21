"""Evaluation counts as trec_eval does, reads the usual files, and names the line of a bad one."""

import math
from pathlib import Path

import pytest

from search_config.errors import SearchError
from search_config.evaluate import evaluate, ndcg, read_documents, read_qrels, read_queries, recall, reciprocal_rank
from search_config.index import SearchIndex


def test_ndcg_is_discounted_gain_over_the_best_order() -> None:
    gained = 3 / math.log2(2) + 1 / math.log2(4)
    best = 3 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(["a", "x", "c"], {"a": 3, "b": 2, "c": 1, "x": 0}, 10) == pytest.approx(gained / best)
    assert ndcg(["a", "b"], {"a": 1, "b": 1}, 10) == 1
    assert ndcg(["x"], {"a": 1, "x": -1}, 10) == 0
    assert ndcg(["x", "a"], {"a": 1}, 1) == 0


def test_recall_and_reciprocal_rank() -> None:
    assert recall(["a", "x"], {"a": 1, "b": 2, "x": 0}) == 0.5
    assert reciprocal_rank(["x", "a"], {"a": 1}) == 0.5
    assert reciprocal_rank(["x"], {"a": 1}) == 0


@pytest.mark.parametrize(
    "content",
    [
        "q1 0 d1 2\nq1 0 d2 0\n",
        "q1\t0\td1\t2\nq1\t0\td2\t0\n",
        "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n",
        '{"query_id": "q1", "doc_id": "d1", "relevance": 2}\n\n{"query_id": "q1", "doc_id": "d2", "relevance": 0}\n',
    ],
)
def test_qrels_are_read_in_every_usual_form(tmp_path: Path, content: str) -> None:
    (tmp_path / "qrels").write_text(content)
    assert read_qrels(tmp_path / "qrels") == {"q1": {"d1": 2, "d2": 0}}


@pytest.mark.parametrize(
    "content",
    ["q1 0 d1 2\nq1 d1\n", "q1 0 d1 2\nq1 0 d1 high\n", 'q1 0 d1 2\n{"query_id": 1}\n', "q1 0 d1 2\n{broken\n"],
)
def test_a_bad_judgement_is_named_by_file_and_line(tmp_path: Path, content: str) -> None:
    (tmp_path / "qrels.tsv").write_text(content)
    with pytest.raises(SearchError, match=r"qrels\.tsv line 2: expected `query 0 document grade`"):
        read_qrels(tmp_path / "qrels.tsv")


@pytest.mark.parametrize("content", ['{"id": "a"}\nbroken\n', '{"id": "a"}\n[1]\n', '{"id": "a"}\n{"title": "x"}\n'])
def test_a_bad_document_is_named_by_file_and_line(tmp_path: Path, content: str) -> None:
    (tmp_path / "docs.jsonl").write_text(content)
    with pytest.raises(SearchError, match=r"docs\.jsonl line 2"):
        list(read_documents(tmp_path / "docs.jsonl"))


def test_a_document_whose_title_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "docs.jsonl").write_text('{"id": "a", "title": 3}\n')
    with pytest.raises(SearchError, match="line 1: title and body must be text"):
        list(read_documents(tmp_path / "docs.jsonl"))


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(SearchError, match="nowhere can't be read"):
        read_queries(tmp_path / "nowhere")
    (tmp_path / "latin").write_bytes(b'{"id": "1", "text": "caf\xe9"}')
    with pytest.raises(SearchError, match="is not UTF-8"):
        read_queries(tmp_path / "latin")
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(SearchError, match="holds no judgement"):
        read_qrels(tmp_path / "empty")


def test_an_evaluation_goes_through_the_index(index: SearchIndex, tmp_path: Path) -> None:
    (tmp_path / "docs").write_text(
        '{"id": "1", "title": "Wings", "body": "lift"}\n{"id": 2, "body": "lift and drag"}\n'
    )
    (tmp_path / "queries").write_text('{"id": 1, "text": "drag"}\n{"id": "unjudged", "text": "lift"}\n')
    figures = evaluate(index, read_documents(tmp_path / "docs"), read_queries(tmp_path / "queries"), {"1": {"2": 1}})
    assert (figures.ndcg_10, figures.recall_100, figures.mrr, figures.queries) == (1, 1, 1, 1)
    assert figures.p50_ms > 0 and figures.p95_ms >= figures.p50_ms and figures.indexed_per_second > 0


def test_an_evaluation_without_judged_queries_says_so(index: SearchIndex) -> None:
    with pytest.raises(SearchError, match="no query has a relevant document"):
        evaluate(index, [], {"1": "wing"}, {"2": {"a": 1}})
