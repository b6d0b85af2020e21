"""The inbox of what the vocabulary lacks: what was said of a proposal counts for ever, and can be taken back."""

import pytest
from sqlalchemy.orm import Session

from curation.errors import Conflict, NotAllowed, NotFound
from curation.services import keeping_words, proposals, vocabulary
from curation.tagging.proposals import LabelProposal, Proposal
from curation.tagging.suggestion import Quote
from tests.support.records import a_concept, a_resource, an_account


def found(db: Session, *labels: str) -> None:
    """A look that found these phrases."""
    page = a_resource(db)
    quote = Quote("ramp", "the ", " sticks")
    proposals.keep(db, [Proposal(label, 5 - at, ((page.id, quote),), ()) for at, label in enumerate(labels)], [])


def waiting(db: Session, least: int = 1) -> list[str]:
    return [one.label for one in proposals.inbox(db, least)]


def test_what_was_dismissed_does_not_come_back_in_any_form(either: Session) -> None:
    db, curator = either, an_account(either, role="curator")
    found(db, "hydraulic ramp", "rubber duck")
    assert waiting(db) == ["hydraulic ramp", "rubber duck"] and waiting(db, 5) == ["hydraulic ramp"]
    key = proposals.inbox(db, 1)[0].key
    proposals.dismiss(db, curator, key)
    found(db, "Hydraulic ramps", "rubber duck")
    assert waiting(db) == ["rubber duck"]
    with pytest.raises(Conflict, match="decided already"):
        proposals.dismiss(db, curator, key)
    proposals.bring_back(db, curator, key)
    assert waiting(db) == ["Hydraulic ramps", "rubber duck"]
    with pytest.raises(Conflict, match="not dismissed"):
        proposals.bring_back(db, curator, key)


def test_a_proposal_becomes_a_concept_and_waits_again_when_that_is_undone(either: Session) -> None:
    db, curator = either, an_account(either, role="curator")
    above = a_concept(db, "Equipment")
    found(db, "hydraulic ramp")
    (one,) = proposals.inbox(db, 1)
    with pytest.raises(NotFound, match="Did you mean “Equipment”"):
        proposals.accept_new(db, curator, one.key, "Ramp", ["Equipmnt"])
    done = proposals.accept_new(db, curator, one.key, "Hydraulic ramp", ["Equipment"])
    words = vocabulary.load(db)
    uri = words.resolve("hydraulic ramp")
    assert uri is not None and words.parents[uri] == (above.uri,) and waiting(db) == []
    keeping_words.undo(db, curator, done.id)
    assert vocabulary.load(db).resolve("hydraulic ramp") is None and waiting(db) == ["hydraulic ramp"]


def test_a_proposal_becomes_a_further_name(db: Session) -> None:
    concept, curator = a_concept(db, "Ramp"), an_account(db, role="curator")
    proposals.keep(db, [], [LabelProposal(concept.uri, "loading bridge", 4, 1)])
    (one,) = proposals.inbox(db)
    assert one.concept is not None and one.concept.label == "Ramp"
    with pytest.raises(NotAllowed):
        proposals.accept_label(db, an_account(db), one.key, one.label, "Ramp")
    proposals.accept_label(db, curator, one.key, one.label, "Ramp")
    assert vocabulary.load(db).resolve("Loading bridge") == concept.uri and waiting(db) == []
