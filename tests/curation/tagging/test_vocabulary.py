"""A vocabulary is read from any of its formats, written without loss, and its defects are told in sentences."""

import json
from pathlib import Path

import pytest

from curation.errors import CurationError
from curation.tagging.vocabulary import Concept, Vocabulary, check, read_vocabulary, write_vocabulary

TURTLE = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix ex: <https://example.org/> .
ex:scheme a skos:ConceptScheme ; dct:title "Topics"@en ; skos:hasTopConcept ex:work .
ex:work a skos:Concept ; skos:inScheme ex:scheme ; skos:prefLabel "work"@en, "työ"@fi ; skos:topConceptOf ex:scheme .
ex:remote a skos:Concept ; skos:prefLabel "remote work"@en ; skos:altLabel "telework"@en, "working from home"@en ;
  skos:hiddenLabel "wfh"@en ; skos:definition "Work done | elsewhere \\\\ with a bar"@en ; skos:broader ex:work ;
  skos:related ex:it ; skos:notation "R1" ; skos:exactMatch <https://other.org/remote> .
ex:it a skos:Concept ; skos:prefLabel "IT"@en ; skos:notation "7"^^<https://example.org/code> ;
  skos:changeNote [ dct:created "2020-01-01" ; dct:creator "ann" ] .
ex:old a skos:Concept ; skos:prefLabel "telecommuting"@en ; owl:deprecated true ; dct:isReplacedBy ex:remote .
ex:secret a skos:Concept ; skos:prefLabel "board only"@en ; <urn:commonplace:peopleOnly> true .
"""
EX = "https://example.org/"


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return read_vocabulary(TURTLE, "turtle")


@pytest.mark.parametrize("form", ["turtle", "xml", "json-ld", "nt", "csv"])
def test_what_is_exported_reads_back_equal_unknown_statements_and_blank_nodes_included(words, form):
    assert read_vocabulary(write_vocabulary(words, form), form) == words


def test_the_fields_of_a_concept_are_read(words):
    remote = words.concepts[EX + "remote"]
    assert remote.alt_labels == {"en": ("telework", "working from home")}
    assert remote.hidden_labels == {"en": ("wfh",)}
    assert remote.notation == "R1"
    assert remote.broader == (EX + "work",)
    assert words.concepts[EX + "old"].status == "deprecated"
    assert words.concepts[EX + "secret"].people_only
    assert words.concepts[EX + "work"].label("fi") == "työ"
    assert any("exactMatch" in predicate for predicate, _ in remote.extra)


def test_a_concept_survives_json(words):
    for concept in words:
        assert Concept.from_dict(json.loads(json.dumps(concept.to_dict()))) == concept


def test_labels_uris_and_notations_resolve_and_what_was_replaced_leads_onward(words):
    assert words.resolve("Telework") == EX + "remote"
    assert words.resolve("R1") == EX + "remote"
    assert words.resolve(EX + "it") == EX + "it"
    assert words.resolve("telecommuting") == EX + "remote"
    assert words.resolve("nothing like it") is None


def test_broader_is_read_from_either_side_and_closed_over():
    words = Vocabulary.of(
        [
            Concept("a", pref_labels={"": "a"}, narrower=("b",)),
            Concept("b", pref_labels={"": "b"}),
            Concept("c", pref_labels={"": "c"}, broader=("b",)),
        ]
    )
    assert words.broader("c") == ("b", "a")
    assert words.narrower("a") == ("b", "c")


TABLE = """prefLabel@en,altLabel@en,broader,status,replacedBy
Work,,,active,
Remote work,telework|wfh,Work,,
Telecommuting,,,Deprecated,remote work
"""


def test_a_table_with_labels_for_links_is_read():
    words = read_vocabulary(TABLE, "csv")
    remote = words.concepts["urn:concept:remote-work"]
    assert remote.broader == ("urn:concept:work",)
    assert remote.alt_labels == {"en": ("telework", "wfh")}
    assert words.resolve("telecommuting") == remote.uri and words.concepts["urn:concept:work"].status is None
    assert read_vocabulary(write_vocabulary(words, "turtle"), "turtle").concepts == words.concepts


@pytest.mark.parametrize("divider", [";", "\t"])
def test_a_table_as_spreadsheets_of_other_countries_write_it_is_read(divider: str, tmp_path: Path):
    lines = ["prefLabel@de,altLabel@de,broader", "Arbeit,,", '"Fernarbeit",Heimarbeit|Telearbeit,Arbeit']
    (tmp_path / "v.csv").write_text("\ufeff" + "\r\n".join(lines).replace(",", divider), encoding="utf-8")
    words = read_vocabulary(tmp_path / "v.csv")
    assert words.concepts["urn:concept:fernarbeit"].broader == ("urn:concept:arbeit",)
    assert words.resolve("telearbeit") == "urn:concept:fernarbeit"


def test_labels_of_skos_xl_are_no_second_label_and_are_kept(tmp_path: Path):
    xl = "<http://www.w3.org/2008/05/skos-xl#prefLabel>"
    words = read_vocabulary(
        TURTLE + f'ex:it {xl} [ <http://www.w3.org/2008/05/skos-xl#literalForm> "IT"@en ] .', "turtle"
    )
    assert [defect.message for defect in check(words) if defect.severity == "error"] == []
    assert read_vocabulary(write_vocabulary(words, "xml"), "xml") == words


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.ttl", "this is no turtle at all"),
        ("b.ttl", "@prefix ex: <https://example.org/> . ex:a ex:b ex:c ."),
        ("c.rdf", "<html><p>not RDF"),
        ("d.jsonld", "{nonsense"),
        ("remote.jsonld", '{"@context": "https://example.org/context", "@id": "u:a"}'),
        ("e.csv", "name,age\nAnn,3\n"),
        ("twice.csv", "prefLabel@en\nWork\nWork\n"),
        ("own.csv", "prefLabel@en,extra\nWork,see the wiki\n"),
        ("wide.csv", "prefLabel@en\nWork,more\n"),
        ("long.csv", "prefLabel@en\n" + "x" * 200_000),
        ("f.ttl", ""),
        ("g.txt", "skos"),
    ],
)
def test_a_file_that_is_no_skos_is_named_with_the_next_step(tmp_path: Path, name, content):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(CurationError, match=name):
        read_vocabulary(path)


def test_a_missing_file_and_another_encoding_are_told(tmp_path: Path):
    with pytest.raises(CurationError, match=r"nowhere\.ttl"):
        read_vocabulary(tmp_path / "nowhere.ttl")
    (tmp_path / "latin.ttl").write_bytes("ä".encode("latin-1"))
    with pytest.raises(CurationError, match="UTF-8"):
        read_vocabulary(tmp_path / "latin.ttl")


def test_every_defect_is_a_sentence_that_names_the_concepts():
    words = Vocabulary.of(
        [
            Concept("a", pref_labels={"en": "Data"}, broader=("b",)),
            Concept("b", pref_labels={"en": "data"}, broader=("c",)),
            Concept("c", pref_labels={"en": "Maps"}, broader=("a",)),
            Concept("d", pref_labels={"en": "Charts"}, alt_labels={"en": ("maps",)}, related=("gone",)),
            Concept("e", pref_labels={"en": " "}),
            Concept("f"),
            Concept("g", pref_labels={"en": "Trees"}, alt_labels={"en": ("Trees",)}, broader=("h",), related=("h",)),
            Concept("h", pref_labels={"en": "Plants"}, replaced_by="g"),
        ]
    )
    told = [(defect.severity, defect.message) for defect in check(words)]
    for severity, part in [
        ("error", "prefLabel of 2 concepts"),
        ("error", "Broader runs in a circle: “Data” → “data” → “Maps” → “Data”"),
        ("warning", "altLabel of another"),
        ("warning", "gone, which is not in the vocabulary"),
        ("error", "e has an empty label"),
        ("error", "f has no prefLabel"),
        ("warning", "“Charts” stands alone"),
        ("warning", "“Trees” has “Trees” both as prefLabel and as altLabel"),
        ("warning", "“Trees” and “Plants” are related, and one is broader"),
        ("warning", "“Plants” is replaced by another but not out of use"),
    ]:
        assert any(part in message and severity == said for said, message in told), (part, told)
    assert sum("circle" in message for _, message in told) == 1


def test_a_sound_vocabulary_has_no_errors_and_an_empty_one_has_one(words):
    assert [defect for defect in check(words) if defect.severity == "error"] == []
    assert "no SKOS concept" in check(Vocabulary({}))[0].message
