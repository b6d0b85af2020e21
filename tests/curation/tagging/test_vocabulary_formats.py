"""Export loses nothing: whatever a vocabulary says comes back from every format."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.tagging.vocabulary import FORMATS, Concept, Vocabulary, read_vocabulary, write_vocabulary
from tests.support.corpora import corpus

FORMS = sorted(set(FORMATS.values()))
AWKWARD = ["a|b", "a\\b", "a\\|b", " spaced ", "\ttab", '"quoted"', "two\nlines", "comma, semicolon;", "<b>&amp;",
           "työ", "@en", "\\", "|", "=1+1", "𝒳"]  # fmt: skip
TEXT = st.sampled_from(AWKWARD) | st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12
)
LANGUAGE = st.sampled_from(["en", "fi", "de", "en-GB", "sr-Latn", ""])
URI = st.sampled_from([*(f"https://v.example/{n}" for n in range(5)), "urn:x:ä", "https://v.example/a(b)#c"])
URIS = st.lists(URI, max_size=3, unique=True).map(lambda uris: tuple(sorted(uris)))
LABELS = st.dictionaries(
    LANGUAGE, st.lists(TEXT, min_size=1, max_size=3, unique=True).map(lambda texts: tuple(sorted(texts))), max_size=3
)
FIELDS = {
    "scheme": st.none() | URI,
    "alt_labels": LABELS,
    "hidden_labels": LABELS,
    "definitions": st.dictionaries(LANGUAGE, TEXT, max_size=3),
    "broader": URIS,
    "narrower": URIS,
    "related": URIS,
    "notation": st.none() | TEXT,
    "status": st.sampled_from([None, "deprecated"]),
    "replaced_by": st.none() | URI,
    "people_only": st.booleans(),
}
NAMES = st.dictionaries(LANGUAGE, TEXT, min_size=1, max_size=3)
CONCEPTS = st.builds(Concept, uri=URI, pref_labels=NAMES, **FIELDS)
# What a vocabulary may say beside: of a concept, and of other things.
MORE = st.sampled_from([(), (("<http://www.w3.org/2004/02/skos/core#exactMatch>", "<https://other.example/x>"),)])


def said(words: Vocabulary) -> dict[str, Concept]:
    """The concepts without the order in which labels and links happen to stand."""
    return {uri: Concept.from_dict(_in_order(concept.to_dict())) for uri, concept in words.concepts.items()}


def _in_order(value):
    if isinstance(value, dict):
        return {key: _in_order(one) for key, one in sorted(value.items())}
    return sorted(value, key=repr) if isinstance(value, list) else value


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(concepts=st.lists(CONCEPTS, min_size=1, max_size=4), more=MORE)
def test_any_vocabulary_comes_back_from_any_format(form: str, concepts: list[Concept], more: tuple) -> None:
    words = Vocabulary.of([replace(concept, extra=more) for concept in concepts])
    back = read_vocabulary(write_vocabulary(words, form), form)
    assert said(back) == said(words)
    assert read_vocabulary(write_vocabulary(back, form), form) == back


@pytest.mark.corpora
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["18f", "swcarpentry"])
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_real_vocabularies_enriched_by_chance_come_back(form: str, name: str, data: st.DataObject) -> None:
    plain = read_vocabulary(corpus("tags", name, "vocabulary.ttl"))
    uris = sorted(plain.concepts)
    chosen = data.draw(st.lists(st.sampled_from(uris), min_size=5, max_size=20, unique=True))
    for uri in chosen:
        more = {key: data.draw(field) for key, field in FIELDS.items() if key != "scheme"}
        plain.concepts[uri] = replace(plain.concepts[uri], **more)
    back = read_vocabulary(write_vocabulary(plain, form), form)
    assert said(back) == said(plain) and sorted(back.extra) == sorted(plain.extra)


def test_a_backslash_that_people_end_a_cell_with_is_one() -> None:
    (drive,) = read_vocabulary("prefLabel@en,altLabel@en\nSystem drive,first disk|C:\\\n", "csv")
    assert [text for _, _, text in drive.labels()] == ["System drive", "first disk", "C:\\"]
