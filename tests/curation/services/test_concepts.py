"""A concept with its neighbours, and the tree."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from curation.errors import NotFound
from curation.services import concepts, vocabulary
from curation.tagging.vocabulary import read_vocabulary
from tests.support.corpora import corpus
from tests.support.records import a_concept, a_resource


def test_a_concept_shows_its_words_its_meaning_and_its_neighbours(db: Session) -> None:
    top = a_concept(db, "Quality")
    near = a_concept(db, "Review")
    said = a_concept(
        db,
        "Testing",
        alt=("tests", "QA"),
        broader=(top.uri,),
        related=(near.uri,),
        definitions={"en": "Trying it out."},
    )
    below = a_concept(db, "Unit testing", broader=(said.uri,))
    a_resource(db, tags=(below.uri,))
    for name in (said.slug, said.uri):
        found = concepts.concept(db, name)
        assert (found.label, found.alt_labels, found.definition) == ("Testing", ("tests", "QA"), "Trying it out.")
        assert [ref.label for ref in (*found.broader, *found.narrower, *found.related)] == [
            "Quality", "Unit testing", "Review",
        ]  # fmt: skip
        assert found.count == 1
    assert [ref.slug for ref in concepts.concept(db, "review").related] == ["testing"]


def test_a_replaced_concept_leads_to_what_replaced_it(db: Session) -> None:
    new = a_concept(db, "Deployment")
    a_concept(db, "Roll out", status="deprecated", replaced_by=new.uri)
    assert concepts.concept(db, "roll-out").uri == new.uri
    assert [line.label for line in concepts.all_concepts(db)] == ["Deployment"]


def test_the_tree_stands_top_to_bottom_by_label(db: Session) -> None:
    quality, people = a_concept(db, "Quality"), a_concept(db, "People")
    testing = a_concept(db, "Testing", broader=(quality.uri, people.uri))
    a_concept(db, "Audit", broader=(quality.uri,))
    a_resource(db, tags=(testing.uri,))
    lines = [(line.label, line.depth, line.count) for line in concepts.all_concepts(db)]
    assert lines == [("People", 0, 0), ("Testing", 1, 1), ("Quality", 0, 0), ("Audit", 1, 0)]


def test_concepts_in_a_ring_are_all_listed(db: Session) -> None:
    base = "https://vocabulary.example/"
    a_concept(db, "A", broader=(f"{base}b",))
    a_concept(db, "B", broader=(f"{base}a",))
    assert {line.label for line in concepts.all_concepts(db)} == {"A", "B"}
    assert concepts.concept(db, "a").count == 0


def test_a_top_concept_of_thousands_is_counted(db: Session) -> None:
    top = a_concept(db, "Top")
    below = [a_concept(db, f"Below {number}", broader=(top.uri,)) for number in range(concepts.MANY + 1)]
    a_resource(db, tags=(below[7].uri,))
    assert concepts.count(db, top.uri) == 1


@pytest.mark.parametrize("unknown", ["nothing", "", "a\x00b"])
def test_an_unknown_concept_is_not_found(db: Session, unknown: str) -> None:
    with pytest.raises(NotFound, match="no concept"):
        concepts.concept(db, unknown)


@pytest.mark.corpora
@pytest.mark.parametrize("suffix", ["ttl", "rdf", "jsonld", "nt", "csv"])
def test_a_real_vocabulary_goes_through_the_record_and_back(db: Session, tmp_path: Path, suffix: str) -> None:
    file, out = corpus("tags", "swcarpentry", "vocabulary.ttl"), tmp_path / f"v.{suffix}"
    vocabulary.import_file(db, file)
    out.write_text(vocabulary.export(db, suffix), encoding="utf-8")
    assert read_vocabulary(out) == read_vocabulary(file)
    again = vocabulary.import_file(db, out)
    assert (again.added, again.changed) == (0, 0)


def test_no_subject_has_the_address_of_a_page_that_stands_among_them(db: Session) -> None:
    assert [vocabulary.slug(label, set()) for label in ("Proposals", "Changes", "Reports")] == [
        "proposals-2",
        "changes-2",
        "reports",
    ]
