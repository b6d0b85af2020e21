"""Labels are found as whole words, inflections included, acronyms in capitals, the longest first."""

import pytest

from curation.tagging.concept import Concept, Vocabulary
from curation.tagging.matcher import Matcher, quote


def found(labels: list[str], text: str, language: str = "en", tag: str | None = None) -> list[str]:
    words = Vocabulary.of(Concept(f"u:{label}", pref_labels={tag or language: label}) for label in labels)
    matcher = Matcher(words, language)
    return [match.entry.label for match in matcher.find(matcher.analyser.read(text)) if not match.nested]


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("policy", "Our policies changed."),
        ("open source", "We love open-source tools."),
        ("open source", "an Open\nSource project"),
        ("18f.gsa.gov", "see 18f.gsa.gov for more"),
        ("C++", "written in C++, mostly"),
        ("R&D", "the R&D budget"),
        ("testing", "we tested it"),
        ("stop", "it stopped"),
        ("UK", "in the UK today"),
        ("HR", "ask HR."),
        ("AI", "uses AI"),
        ("ai", "uses AI"),
        ("API", "several APIs"),
        ("JSON", "some json here"),
    ],
)
def test_a_label_is_found(label, text):
    assert found([label], text) == [label]


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("IT", "it is here"),
        ("it", "it is here and It was"),
        ("US", "tell us more"),
        ("WHO", "those who know"),
        ("cat", "the catalogue of categories"),
        ("universe", "the university"),
        ("organ", "an organization"),
        ("open source", "It is open. Source: unknown"),
        ("open source", "open, source"),
        ("IT", "READ IT NOW\nplease"),
        ("art", "party"),
    ],
)
def test_a_label_is_not_found_where_other_words_stand(label, text):
    assert found([label], text) == []


def test_it_the_acronym_is_found_beside_it_the_word():
    assert found(["IT"], "Is it an IT matter?") == ["IT"]


def test_the_longest_label_wins():
    assert found(["open source", "source", "open source software"], "open source software") == ["open source software"]


@pytest.mark.parametrize(
    ("language", "label", "text"),
    [
        ("fi", "kirjasto", "Luin kirjastossa monta kirjaa"),
        ("fi", "tietosuoja", "tietosuojan vuoksi"),
        ("de", "Wohnung", "viele Wohnungen"),
        ("fr", "données ouvertes", "une donnée ouverte"),
        ("fr", "accessibilité", "de l'accessibilité"),
        ("es", "biblioteca", "las bibliotecas"),
        ("sv", "bok", "boken"),
        ("xx", "blorp", "a Blorp there"),
    ],
)
def test_inflections_are_undone_in_other_languages(language, label, text):
    assert found([label], text, language) == [label]


def test_labels_without_language_and_of_other_languages_are_used_where_there_is_no_own():
    assert found(["Python"], "Python on ihana", "fi", tag="en") == ["Python"]
    words = Vocabulary.of([Concept("u", pref_labels={"en": "child", "fi": "lapsi"})])
    matcher = Matcher(words, "fi")
    assert [m.entry.label for m in matcher.find(matcher.analyser.read("child lapsi"))] == ["lapsi"]


def test_concepts_for_people_alone_and_old_ones_are_never_found():
    words = Vocabulary.of(
        [
            Concept("a", pref_labels={"en": "board"}, people_only=True),
            Concept("b", pref_labels={"en": "fax"}, status="deprecated"),
        ]
    )
    matcher = Matcher(words, "en")
    assert matcher.find(matcher.analyser.read("board fax")) == []


def test_a_quote_is_the_words_with_what_is_around_them():
    matcher = Matcher(Vocabulary.of([Concept("u", pref_labels={"en": "policy"})]), "en")
    read = matcher.analyser.read("Before the policies came, all was well.")
    match = matcher.find(read)[0]
    got = quote(read, match.first, match.last)
    assert (got.exact, got.prefix, got.suffix) == ("policies", "Before the ", " came, all was well.")
