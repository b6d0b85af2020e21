"""The common language grows from what people write, and only what changed is read for it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from curation.database import ArticleRow, PhraseRow, ResourceRow
from curation.services import propose, review
from curation.settings import Settings
from curation.tagging.phrases import PhraseReader
from tests.support.records import a_concept, a_resource, an_account


@pytest.fixture(scope="module")
def reader() -> PhraseReader:
    return PhraseReader(Settings().spacy_model)


def read(db: Session, reader: PhraseReader) -> list[str]:
    """Read what waits; whose texts that were."""
    ids = []
    while texts := propose.next_unread(db, reader):
        propose.keep_phrases(db, reader, [(text, reader.read(text.document)) for text in texts])
        ids += [text.document.id for text in texts]
    return ids


def test_a_phrase_that_recurs_and_has_no_concept_is_proposed_with_where_it_stands(either, reader):
    db = either
    a_concept(db, "Fog")
    for day in range(4):
        a_resource(db, f"Day {day}", text=f"We repaired the hydraulic ramp before the fog came on day {day}.")
    a_resource(db, "Once", text="A rubber duck was found.")
    assert len(read(db, reader)) == 5
    found = propose.concepts(db, least=3)
    labels = [one.label.lower() for one in found]
    assert any("hydraulic ramp" in label for label in labels)
    assert not any("fog" in label or "duck" in label for label in labels)
    assert found[0].documents >= 3 and found[0].examples[0][1].suffix.startswith(" before the fog")


def test_only_what_is_new_or_changed_is_read_and_another_method_reads_all_of_its_language(either, reader):
    db = either
    first, second = (a_resource(db, f"Day {n}", text=f"The hydraulic ramp sticks, {n}.") for n in range(2))
    german = a_resource(db, "Tag", text="Die hydraulische Rampe klemmt.", language="de")
    assert read(db, reader) == [first.id, second.id, german.id] and propose.waiting(db, reader) == 0
    article = db.scalars(select(ArticleRow).where(ArticleRow.resource_id == second.id)).one()
    article.text, article.digest = "The rubber duck was found.", "another"
    db.flush()
    assert read(db, reader) == [second.id]
    assert read(db, PhraseReader("")) == [first.id, second.id]
    db.get_one(ResourceRow, german.id).state = "withdrawn"
    db.flush()
    assert propose.waiting(db, reader) == 2


def test_withdrawn_pages_are_left_out_and_each_language_is_counted_alone(either, reader):
    db = either
    for day in range(4):
        a_resource(db, f"Tag {day}", text="Die hydraulische Rampe ist da.", language="de" if day else None)
        a_resource(db, f"Gone {day}", text="The hydraulic ramp sticks.", state="withdrawn")
    a_resource(db, "Day", text="The hydraulische Rampe is German.")
    read(db, reader)
    assert [(one.label, one.documents, one.language) for one in propose.concepts(db, least=3)] == [
        ("hydraulische Rampe", 4, "de")
    ]
    assert set(db.scalars(select(PhraseRow.language))) == {"de", "en"}


def test_a_phrase_that_stands_where_curators_set_a_concept_is_proposed_as_its_name(either, reader):
    db, curator = either, an_account(either, role="curator")
    remote = a_concept(db, "Remote work")
    for day in range(4):
        page = a_resource(db, f"Day {day}", text=f"She chose the home office on day {day}.")
        review.add(db, curator, page.id, remote.uri)
    for day in range(30):
        a_resource(db, f"Lunch {day}", text=f"Lunch was soup on day {day}.")
    read(db, reader)
    assert [(one.concept, one.label, one.together) for one in propose.labels(db)] == [(remote.uri, "home office", 4)]
