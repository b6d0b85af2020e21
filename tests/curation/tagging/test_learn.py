"""Examples are learned from a file: bad lines named, unknown tags told; figures have their usual definitions."""

import json

import pytest

from curation.errors import CurationError
from curation.tagging.evaluate import calibration_error, evaluate_tags, figures_of
from curation.tagging.keeping import load_model
from curation.tagging.learn import learn_file
from curation.tagging.vocabulary import read_vocabulary

VOCABULARY = "uri,prefLabel@en\nu:sea,sea\nu:hill,hill\n"


def test_good_lines_are_learned_and_bad_ones_named(tmp_path):
    (tmp_path / "v.csv").write_text(VOCABULARY)
    good = [
        {"id": n, "title": "t", "text": f"waves {n}", "tags": ["sea", "moon"], "rejected": ["u:hill"]} for n in range(4)
    ]
    bad = ["{", "[]", json.dumps({"id": 1, "text": "x"}), json.dumps({"id": 1, "text": 3, "tags": []})]
    (tmp_path / "e.jsonl").write_text("\n".join([json.dumps(good[0]), *bad, *map(json.dumps, good[1:])]))
    said: list[str] = []
    learn_file(tmp_path / "e.jsonl", tmp_path / "v.csv", tmp_path / "model", said.append)
    assert [line.split(" is passed over")[0][-6:] for line in said[:4]] == [f"line {n}" for n in (2, 3, 4, 5)]
    assert any("moon" in line for line in said)
    assert len(load_model(tmp_path / "model", read_vocabulary(tmp_path / "v.csv"), pytest.fail)) == 4


def test_a_file_without_anything_to_learn_is_an_error_that_names_it(tmp_path):
    (tmp_path / "v.csv").write_text(VOCABULARY)
    (tmp_path / "e.jsonl").write_text(json.dumps({"id": 1, "text": "x", "tags": ["moon"]}))
    with pytest.raises(CurationError, match=r"e\.jsonl"):
        learn_file(tmp_path / "e.jsonl", tmp_path / "v.csv", tmp_path / "model", lambda _: None)
    with pytest.raises(CurationError, match=r"none\.jsonl"):
        learn_file(tmp_path / "none.jsonl", tmp_path / "v.csv", tmp_path / "model", lambda _: None)


def test_figures_follow_their_definitions():
    figures = figures_of([({"a", "b"}, [("a", 0.9), ("x", 0.5), ("b", 0.4)]), ({"c"}, [])])
    assert figures["F1@1"] == pytest.approx((2 / 3) / 2, abs=1e-4)
    assert figures["F1@5"] == pytest.approx((4 / 5) / 2, abs=1e-4)
    assert figures["nDCG@5"] == pytest.approx((1 + 0.5) / (1 + 0.6309) / 2, abs=1e-3)
    assert figures["precision@1"] == 0.5
    assert figures["recall@5"] == 0.5


def test_calibration_is_the_distance_of_score_and_share():
    assert calibration_error([(0.85, True), (0.85, True), (0.85, True), (0.85, False)]) == pytest.approx(0.1)
    assert calibration_error([]) == 0


def test_a_document_without_suggestions_counts_as_nothing_and_a_bad_line_is_named(tmp_path):
    gold, given = tmp_path / "g.jsonl", tmp_path / "s.jsonl"
    gold.write_text('{"id": 1, "tags": ["a"]}\n{"id": 2, "tags": ["a"]}\n')
    given.write_text('{"id": 1, "suggestions": [{"concept": "a", "score": 1}]}\n')
    assert evaluate_tags(gold, given)["F1@1"] == 0.5
    given.write_text('{"id": 1}\n')
    with pytest.raises(CurationError, match="line 1 lacks"):
        evaluate_tags(gold, given)
