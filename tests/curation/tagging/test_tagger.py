"""The tagger suggests from the first document, says why, and counts every decision at once."""

import subprocess
import sys

import pytest

from curation.tagging.concept import Concept, Vocabulary
from curation.tagging.fit import fit
from curation.tagging.model import Example
from curation.tagging.suggestion import Document
from curation.tagging.tagger import Tagger, open_tagger

LABELS = ["accessibility", "procurement", "design", "security", "IT", "HR", "remote work", "open source"]


@pytest.fixture
def words() -> Vocabulary:
    concepts = [Concept(f"u:{label}", pref_labels={"en": label}) for label in LABELS]
    return Vocabulary.of([*concepts, Concept("u:board", pref_labels={"en": "board"}, people_only=True)])


def topics(tagger: Tagger, text: str, title: str = "", **more) -> list[str]:
    return [one.concept for one in tagger.suggest(Document("d", title, text, **more))]


def test_an_untrained_tagger_names_what_stands_in_the_text_with_its_quote(words):
    first = Tagger(words).suggest(Document("d", "Procurement basics", "How procurement works. A word on design."))[0]
    assert (first.concept, first.method, first.label) == ("u:procurement", "label", "procurement")
    assert first.quote is not None and first.quote.exact == "procurement"
    assert 0 < first.score < 1


def test_concepts_that_only_people_may_set_are_never_suggested(words):
    assert "u:board" not in topics(Tagger(words), "The board met. Board, board.", source_tags=("board",))


def test_the_tags_of_the_source_count_and_say_so(words):
    found = Tagger(words).suggest(Document("d", "A day", "Nothing to see.", source_tags=("Security",)))
    assert (found[0].concept, found[0].method) == ("u:security", "source-tag")


def test_the_answer_is_the_same_one_by_one_and_in_a_batch(words):
    tagger = Tagger(words)
    documents = [Document(str(n), label, f"{label} and design in {n} ways") for n, label in enumerate(LABELS)]
    assert tagger.suggest_many(documents) == [tagger.suggest(one) for one in reversed(documents)][::-1]


def test_a_trained_tagger_too_answers_the_same_one_by_one_and_in_a_batch(words):
    tagger = Tagger(words, fit(words, examples()))
    documents = [Document(str(n), label, f"{label} with captions and bids, {n}") for n, label in enumerate(LABELS)]
    assert tagger.suggest_many(documents) == [tagger.suggest(one) for one in reversed(documents)][::-1]


def test_a_limit_is_kept(words):
    text = " ".join(LABELS)
    assert len(Tagger(words).suggest(Document("d", "", text), limit=2)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "word",
        "🎉🎉🎉",
        "\ud800 broken \udfff design",
        "слова на другом языке",
        "\x00\x01",
        "設計について書く" * 50,
        "e\u0301" * 200,
    ],
)
def test_odd_texts_are_no_trouble(words, text):
    for language in (None, "en", "tlh", "zh-Hant", ""):
        for one in Tagger(words).suggest(Document("d", text, text, language)):
            assert one.quote is None or one.quote.exact.encode()


def test_a_text_of_fifty_megabytes_is_read_up_to_the_cap(words):
    assert topics(Tagger(words), "design matters. " * 3_300_000)[0] == "u:design"


def test_a_decision_counts_for_the_next_suggestion(words):
    tagger = Tagger(words)
    version = tagger.version
    texts = [f"Vendors sign contracts for bids and tenders, part {n}, with invoices." for n in range(6)]
    before = topics(tagger, "Vendors sign contracts for tenders with invoices.")
    for n, text in enumerate(texts):
        tagger.learn(Document(str(n), "", text), "u:procurement", True)
    after = tagger.suggest(Document("new", "", "Vendors sign contracts for tenders with invoices."))
    assert "u:procurement" not in before
    assert after[0].concept == "u:procurement"
    assert after[0].method in ("similar", "learned")
    assert tagger.version != version


def test_rejections_lower_a_concept_for_the_next_document(words):
    tagger = Tagger(words)
    question = Document("q", "", "A note. Security badges are at the desk.")
    before = tagger.suggest(question)[0].score
    for n in range(8):
        tagger.learn(Document(str(n), "", f"Security badges, desk {n}."), "u:security", False)
    after = {one.concept: one.score for one in tagger.suggest(question)}
    assert after.get("u:security", 0) < before / 2


def examples(total: int = 60) -> list[Example]:
    topics = {
        "u:procurement": "vendors contracts tenders bids",
        "u:accessibility": "screen readers captions contrast keyboards",
        "u:security": "passwords attackers patches keys",
    }
    found = []
    for n in range(total):
        uri, about = list(topics.items())[n % 3]
        text = f"Week {n}. Everybody spoke of {about} and other things like lunch number {n % 7}."
        found.append(Example(Document(str(n), "", text), (uri,)))
    return found


def test_a_fit_learns_concepts_that_no_text_names(words):
    tagger = Tagger(words, fit(words, examples()))
    found = tagger.suggest(Document("new", "", "We need captions and contrast for screen readers."))
    assert found[0].concept == "u:accessibility"
    assert found[0].score > 0.5
    assert tagger.model.figures["F1@1"] > 0.9


def test_a_decision_after_a_fit_counts_too_for_a_known_document_as_for_a_new_one(words):
    tagger = Tagger(words, fit(words, examples()))
    known = examples()[0].document
    assert "u:HR" not in [one.concept for one in tagger.suggest(known)]
    tagger.learn(known, "u:HR", True)
    assert "u:HR" in [one.concept for one in tagger.suggest(known)]


def test_a_fit_of_nothing_or_little_is_an_untrained_tagger_or_near_it(words):
    assert len(fit(words, [])) == 0
    for few in (1, 2, 5):
        tagger = Tagger(words, fit(words, examples(few)))
        assert topics(tagger, "All about design")[0] == "u:design"


def test_a_fit_passes_over_unknown_tags_and_takes_labels(words):
    document = Document("a", "", "design")
    model = fit(words, [Example(document, ("Design", "no such thing")), Example(document, ("no such thing",))])
    assert len(model) == 0 or model.memory.labels == [{model.number["u:design"]: 1.0}]


def test_the_untrained_tagger_imports_no_heavy_library():
    code = """
import sys
from curation.tagging.concept import Concept, Vocabulary
from curation.tagging.suggestion import Document
from curation.tagging.tagger import open_tagger
words = Vocabulary.of([Concept('u', pref_labels={'en': 'design'})])
assert open_tagger(words).suggest(Document('d', '', 'a design'))
print([name for name in ('sklearn', 'scipy', 'spacy', 'rdflib') if name in sys.modules])
"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_without_a_model_folder_the_tagger_is_untrained_and_says_so(words, tmp_path):
    said: list[str] = []
    assert len(open_tagger(words, tmp_path / "none", said.append).model) == 0
    assert "commonplace learn" in said[0]
