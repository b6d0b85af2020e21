"""The common language grows from what people write."""

from curation.services import propose
from curation.settings import Settings
from tests.support.records import a_concept, a_resource

MODEL = Settings().spacy_model


def test_a_phrase_that_recurs_and_has_no_concept_is_proposed_with_where_it_stands(db):
    a_concept(db, "Fog")
    for day in range(4):
        a_resource(db, f"Day {day}", text=f"We repaired the hydraulic ramp before the fog came on day {day}.")
    a_resource(db, "Once", text="A rubber duck was found.")
    found = propose.concepts(db, MODEL, least=3)
    labels = [one.label.lower() for one in found]
    assert any("hydraulic ramp" in label for label in labels)
    assert not any("fog" in label or "duck" in label for label in labels)
    assert found[0].documents >= 3 and found[0].examples


def test_other_languages_and_withdrawn_pages_are_left_out(db):
    for day in range(4):
        a_resource(db, f"Tag {day}", text="Die hydraulische Rampe klemmt.", language="de")
        a_resource(db, f"Gone {day}", text="The hydraulic ramp sticks.", state="withdrawn")
    assert propose.count(db) == 0 and propose.concepts(db, MODEL, least=3) == []
