"""Pinned floors of tag suggestions on real posts: untrained, quickly trained, calibrated, learning at once."""

import random

import pytest

from curation.tagging.fit import fit
from curation.tagging.tagger import Tagger
from curation.tagging.vocabulary import read_vocabulary
from tests.support.corpora import corpus
from tests.support.tagged import examples, measured

pytestmark = pytest.mark.corpora


def blog(name: str):
    folder = corpus("tags", name)
    return read_vocabulary(folder / "vocabulary.ttl"), examples(folder / "train.jsonl"), examples(folder / "test.jsonl")


@pytest.mark.parametrize(("name", "f1", "ndcg"), [("18f", 0.36, 0.51), ("swcarpentry", 0.145, 0.26)])
def test_the_untrained_tagger_keeps_its_floor(name, f1, ndcg):
    words, _, test = blog(name)
    figures = measured(Tagger(words), test)
    assert figures["F1@5"] >= f1
    assert figures["nDCG@5"] >= ndcg
    assert figures["calibration error"] <= 0.08


@pytest.mark.parametrize(("name", "total", "f1", "ndcg"), [("18f", 351, 0.555, 0.73), ("swcarpentry", 400, 0.32, 0.60)])
def test_the_trained_tagger_keeps_its_floor_and_is_calibrated(name, total, f1, ndcg):
    words, train, test = blog(name)
    random.Random(0).shuffle(train)
    model = fit(words, train[:total])
    figures = measured(Tagger(words, model), test)
    assert figures["F1@5"] >= f1
    assert figures["nDCG@5"] >= ndcg
    assert figures["calibration error"] <= 0.07
    assert model.figures["calibration error"] <= 0.05


def test_fifty_documents_decided_one_by_one_lift_the_next_ones():
    words, train, test = blog("18f")
    random.Random(0).shuffle(train)
    tagger = Tagger(words)
    before = measured(tagger, test)["nDCG@5"]
    for one in train[:50]:
        for uri in one.tags:
            tagger.learn(one.document, uri, True)
    assert measured(tagger, test)["nDCG@5"] >= before + 0.06
