"""Phrases that recur and that no label names become proposals, with examples and the nearest concepts."""

from collections.abc import Iterable

import pytest

from curation.settings import settings
from curation.tagging.concept import Concept, Vocabulary
from curation.tagging.model import Example
from curation.tagging.phrases import PhraseReader
from curation.tagging.proposals import LabelProposal, Proposal, propose, propose_labels
from curation.tagging.suggestion import Document

WORDS = Vocabulary.of(
    [Concept("u:data", pref_labels={"en": "data"}), Concept("u:remote", pref_labels={"en": "remote work"})]
)


@pytest.fixture(scope="module")
def reader() -> PhraseReader:
    return PhraseReader(settings().spacy_model)


def proposed(
    reader: PhraseReader, texts: Iterable[str], language: str = "en", words: Vocabulary = WORDS, **more
) -> list[Proposal]:
    documents = [Document(str(n), "", text, language) for n, text in enumerate(texts)]
    said = [(one.id, reader.read(one)) for one in documents]
    return propose(lambda: said, lambda ids: {one.id: one.text for one in documents}, words, language, **more)


def labels(reader: PhraseReader, examples: list[Example], others: Iterable[str] = ()) -> list[LabelProposal]:
    documents = [
        *(one.document for one in examples),
        *(Document(f"o{n}", "", text, "en") for n, text in enumerate(others)),
    ]
    said = [(one.id, reader.read(one)) for one in documents]
    return propose_labels(lambda: said, examples, WORDS, "en")


def test_a_recurring_phrase_is_proposed_with_examples_and_near_concepts(reader):
    texts = [f"In year {n} the team built a data catalogue for everyone. Nobody used the fax." for n in range(4)]
    found = {one.label: one for one in proposed(reader, texts)}
    catalogue = found["data catalogue"]
    assert catalogue.documents == 4
    assert catalogue.nearest == ("u:data",)
    quote = catalogue.examples[0][1]
    assert (quote.exact, quote.prefix) == ("data catalogue", "In year 0 the team built a ")
    assert quote.suffix.startswith(" for everyone")
    assert "data" not in found and "catalogue" not in found


def test_what_few_documents_say_a_label_names_or_a_person_is_called_is_not_proposed(reader):
    texts = ["We like remote work. Red Ada Park came." + (" A zeppelin came." if n < 2 else "") for n in range(4)]
    found = {one.label for one in proposed(reader, texts, people={"red ada park", "ada park"})}
    assert not {"zeppelin", "remote work", "Ada Park"} & found
    assert proposed(reader, texts, least=5) == []


def test_days_numbers_of_lists_and_cells_of_tables_are_no_phrases(reader):
    text = "The crew meets every Monday in June.\n2. Forecast\nTicket Office | Extension 4\nSee the Berth Plan of 2024."
    found = {one.label for one in proposed(reader, [text] * 4)}
    assert not {"Monday", "June", "2. Forecast", "Ticket Office | Extension"} & found and "Berth Plan" in found


def test_a_phrase_people_mean_by_a_concept_becomes_a_label_proposal(reader):
    with_it = [Example(Document(str(n), "", f"She chose the home office on day {n}."), ("u:remote",)) for n in range(4)]
    without = [Example(Document(f"x{n}", "", f"Lunch was soup on day {n}."), ("u:data",)) for n in range(30)]
    found = labels(reader, [*with_it, *without])
    assert [(one.concept, one.label, one.together, one.without) for one in found] == [("u:remote", "home office", 4, 0)]
    assert found[0].examples[0][1].exact == "home office" and found[0].examples[0][1].prefix == "She chose the "
    assert [one.label for one in labels(reader, with_it, (f"Lunch was soup on day {n}." for n in range(30)))] == [
        "home office"
    ]
    assert labels(reader, with_it, (f"A home office again, day {n}." for n in range(30))) == []


@pytest.mark.parametrize(
    ("language", "text", "wanted", "not_wanted"),
    [
        (
            "de",
            "Die hydraulische Rampe ist im Hof. Am Tag {} war sie bei der Wartung.",
            "hydraulische Rampe",
            "Die hydraulische",
        ),
        ("fi", "Tänään {} hydraulinen ramppi on pihalla ja se on rikki.", "hydraulinen ramppi", "ramppi on"),
        ("fr", "Le jour {}, la rampe hydraulique est dans la cour.", "rampe hydraulique", "la rampe"),
        ("es", "El día {} la rampa hidráulica está en el patio.", "rampa hidráulica", "la rampa"),
    ],
)
def test_languages_without_a_parser_are_divided_at_their_stop_words(reader, language, text, wanted, not_wanted):
    found = {one.label: one for one in proposed(reader, (text.format(n) for n in range(4)), language)}
    assert found[wanted].documents == 4 and found[wanted].language == language and not_wanted not in found
    assert reader.method(language).startswith("stop words") and reader.method("en").startswith(reader.model)


def test_inflected_forms_are_one_phrase_and_labels_of_its_language_count(reader):
    forms = ["hydraulinen ramppi", "hydraulisen rampin", "hydraulisella rampilla", "hydrauliset rampit"]
    texts = [f"Se on {form} ja se on rikki." for form in forms]
    assert [one.documents for one in proposed(reader, texts, "fi")] == [4]
    known = Vocabulary.of([Concept("u:ramp", pref_labels={"fi": "hydraulinen ramppi", "en": "hydraulic ramp"})])
    assert proposed(reader, texts, "fi", known) == []


def test_a_language_that_is_none_is_divided_too(reader):
    found = reader.read(Document("1", "", "open government data", "char_classes"))
    assert "open government data" in [phrase.written for phrase in found]


def test_without_a_parser_english_is_divided_too():
    reader = PhraseReader("no_such_model")
    assert reader.language == "" and reader.method("en").startswith("stop words")
    found = proposed(reader, (f"On day {n} we were at the hydraulic ramp." for n in range(3)))
    assert [one.label for one in found] == ["hydraulic ramp"]
