"""Phrases that recur and that no label names become proposals, with examples and the nearest concepts."""

import pytest

from curation.errors import CurationError
from curation.settings import settings
from curation.tagging.concept import Concept, Vocabulary
from curation.tagging.model import Example
from curation.tagging.proposals import load_parser, propose, propose_labels
from curation.tagging.suggestion import Document

WORDS = Vocabulary.of(
    [Concept("u:data", pref_labels={"en": "data"}), Concept("u:remote", pref_labels={"en": "remote work"})]
)


@pytest.fixture(scope="module")
def parser():
    return load_parser(settings().spacy_model)


def test_a_recurring_phrase_is_proposed_with_examples_and_near_concepts(parser):
    texts = [f"In year {n} the team built a data catalogue for everyone. Nobody used the fax." for n in range(4)]
    documents = [Document(str(n), "", text) for n, text in enumerate(texts)]
    found = {one.label: one for one in propose(documents, WORDS, parser)}
    catalogue = found["data catalogue"]
    assert catalogue.documents == 4
    assert catalogue.nearest == ("u:data",)
    assert catalogue.examples[0][1].exact == "data catalogue"
    assert "data" not in found and "catalogue" not in found


def test_what_few_documents_say_or_a_label_names_is_not_proposed(parser):
    documents = [
        Document(str(n), "", "We like remote work." + (" A zeppelin came." if n < 2 else "")) for n in range(4)
    ]
    assert not {"zeppelin", "remote work"} & {one.label for one in propose(documents, WORDS, parser)}


def test_a_phrase_people_mean_by_a_concept_becomes_a_label_proposal(parser):
    with_it = [Example(Document(str(n), "", f"She chose the home office on day {n}."), ("u:remote",)) for n in range(4)]
    without = [Example(Document(f"x{n}", "", f"Lunch was soup on day {n}."), ("u:data",)) for n in range(30)]
    found = propose_labels([*with_it, *without], WORDS, parser)
    assert [(one.concept, one.label, one.together, one.without) for one in found] == [("u:remote", "home office", 4, 0)]


def test_a_missing_spacy_model_is_named():
    with pytest.raises(CurationError, match="no_such_model"):
        load_parser("no_such_model")
