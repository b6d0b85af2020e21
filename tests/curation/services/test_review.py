"""The queue of suggestions, and decisions that can be undone."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from curation.database import DecisionRow, IndexJobRow, ResourceRow, SuggestionRow, TaggingRow
from curation.errors import Conflict, CurationError, NotAllowed, NotFound
from curation.services import review, verdicts
from tests.support.records import a_concept, a_resource, a_suggestion, an_account


def _tags(db: Session, resource: ResourceRow) -> set[str]:
    return set(db.scalars(select(TaggingRow.concept).where(TaggingRow.resource_id == resource.id)))


def _state(db: Session, suggestion: SuggestionRow) -> str:
    db.refresh(suggestion)
    return suggestion.state


def test_the_queue_shows_the_surest_first_with_its_evidence(db: Session) -> None:
    page, deploy = a_resource(db, "Releases"), a_concept(db, "Deployment", definitions={"en": "Getting it out."})
    a_suggestion(db, page, a_concept(db, "Testing"), 0.4)
    a_suggestion(db, page, deploy, 0.9)
    first, second = review.queue(db)
    assert (first.concept.label, first.score, first.title) == ("Deployment", 0.9, "Releases")
    assert (first.definition, first.prefix, first.exact, first.suffix) == (
        "Getting it out.", "about ", "Deployment", " here",
    )  # fmt: skip
    assert second.concept.label == "Testing"


def test_what_left_the_library_or_was_decided_does_not_come(db: Session) -> None:
    concept, curator = a_concept(db, "Testing"), an_account(db, role="curator")
    kept, done = a_resource(db), a_resource(db)
    gone, copy = a_resource(db, state="withdrawn"), a_resource(db, folded_into=kept.id)
    for page in (kept, done, gone, copy):
        a_suggestion(db, page, concept)
    review.decide(db, curator, done.id, concept.uri, "reject")
    assert [card.resource_id for card in review.queue(db)] == [kept.id]
    assert review.waiting(db) == 1


def test_the_queue_is_narrowed_by_concept_source_score_and_what_was_skipped(db: Session) -> None:
    testing, deploy = a_concept(db, "Testing"), a_concept(db, "Deployment")
    wiki, blog = a_resource(db, source="wiki"), a_resource(db, source="blog")
    for page, concept, score in ((wiki, testing, 0.3), (blog, testing, 0.5), (blog, deploy, 0.7)):
        a_suggestion(db, page, concept, score)

    def scores(**narrowed: object) -> list[float]:
        return [card.score for card in review.queue(db, **narrowed)]  # type: ignore[arg-type]

    assert scores() == [0.7, 0.5, 0.3]
    assert scores(concept=testing.uri) == [0.5, 0.3]
    assert scores(source="wiki") == [0.3]
    assert scores(least=0.5) == [0.7, 0.5]
    assert scores(skip={(blog.id, deploy.uri)}, limit=1) == [0.5]


def test_accepting_tags_the_resource_and_tells_the_index(db: Session) -> None:
    page, concept, curator = a_resource(db), a_concept(db, "Testing"), an_account(db, role="curator")
    suggestion, version = a_suggestion(db, page, concept), page.version
    made = review.decide(db, curator, page.id, concept.slug, "accept")
    assert (made.verdict, made.score, made.method, made.account_id) == ("accept", 0.8, "label", curator.id)
    assert _tags(db, page) == {concept.uri}
    assert _state(db, suggestion) == "accepted"
    db.refresh(page)
    assert page.version == version + 1
    assert db.get(IndexJobRow, page.id) is not None


def test_saying_again_what_stands_adds_nothing(db: Session) -> None:
    page, concept, curator = a_resource(db), a_concept(db, "Testing"), an_account(db, role="curator")
    first = review.decide(db, curator, page.id, concept.uri, "accept")
    assert review.decide(db, an_account(db, role="curator"), page.id, concept.uri, "accept") is first


def test_undo_gives_the_suggestion_back_and_keeps_both_rows(db: Session) -> None:
    page, concept, curator = a_resource(db), a_concept(db, "Testing"), an_account(db, role="curator")
    suggestion = a_suggestion(db, page, concept)
    review.decide(db, curator, page.id, concept.uri, "reject")
    assert review.queue(db) == []
    assert review.undo(db, curator) is not None
    assert (_state(db, suggestion), verdicts.decided(db, page.id, concept.uri)) == ("suggested", None)
    assert db.scalar(select(func.count()).select_from(DecisionRow)) == 2
    assert review.undo(db, curator) is None


def test_undo_goes_back_step_by_step_through_ones_own_decisions_only(db: Session) -> None:
    page, one, two = a_resource(db), a_concept(db, "One"), a_concept(db, "Two")
    ada, bob = an_account(db, role="curator"), an_account(db, role="curator")
    review.decide(db, ada, page.id, one.uri, "accept")
    review.decide(db, ada, page.id, two.uri, "accept")
    review.decide(db, bob, page.id, one.uri, "reject")
    review.undo(db, ada)
    assert (verdicts.decided(db, page.id, one.uri), verdicts.decided(db, page.id, two.uri)) == ("reject", None)
    review.undo(db, ada)
    assert verdicts.decided(db, page.id, one.uri) == "reject"
    review.undo(db, bob)
    assert verdicts.decided(db, page.id, one.uri) is None
    assert _tags(db, page) == set()


def test_an_undone_rejection_lets_the_earlier_acceptance_stand_again(db: Session) -> None:
    page, concept, ada = a_resource(db), a_concept(db, "Testing"), an_account(db, role="curator")
    bob = an_account(db, role="curator")
    review.decide(db, ada, page.id, concept.uri, "accept")
    review.decide(db, bob, page.id, concept.uri, "reject")
    assert _tags(db, page) == set()
    review.undo(db, bob)
    assert _tags(db, page) == {concept.uri}
    assert verdicts.all_decided(db, [page.id]) == {(page.id, concept.uri): "accept"}


def test_a_named_decision_is_undone_once_and_by_its_author(db: Session) -> None:
    page, concept, ada = a_resource(db), a_concept(db, "Testing"), an_account(db, role="curator")
    made = review.decide(db, ada, page.id, concept.uri, "accept")
    with pytest.raises(NotFound, match="You made no decision"):
        review.undo(db, an_account(db, role="curator"), made.id)
    assert review.undo(db, ada, made.id) is not None
    with pytest.raises(Conflict, match="undone already"):
        review.undo(db, ada, made.id)


def test_many_undos_in_a_row_find_the_decision_before_them(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review, "LOOK_BACK", 2)
    page, ada = a_resource(db), an_account(db, role="curator")
    for number in range(5):
        review.decide(db, ada, page.id, a_concept(db, f"C {number}").uri, "accept")
    undone = [review.undo(db, ada) for _ in range(6)]
    assert [row.concept[-1] if row else None for row in undone] == ["4", "3", "2", "1", "0", None]


def test_a_decision_on_a_copy_counts_for_the_resource_it_was_folded_into(db: Session) -> None:
    page, concept, curator = a_resource(db), a_concept(db, "Testing"), an_account(db, role="curator")
    made = review.add(db, curator, a_resource(db, folded_into=page.id).id, concept.uri)
    assert (made.resource_id, made.method) == (page.id, "person")
    assert _tags(db, page) == {concept.uri}


def test_who_may_not_or_means_nothing_is_refused(db: Session) -> None:
    page, concept, curator = a_resource(db), a_concept(db, "Testing"), an_account(db, role="curator")
    with pytest.raises(NotAllowed, match="role curator"):
        review.decide(db, an_account(db), page.id, concept.uri, "accept")
    with pytest.raises(NotAllowed):
        review.undo(db, None)
    with pytest.raises(NotFound, match="no resource 'x'"):
        review.decide(db, curator, "x", concept.uri, "accept")
    with pytest.raises(NotFound, match="no concept 'x'"):
        review.decide(db, curator, page.id, "x", "accept")
    with pytest.raises(CurationError, match="no verdict"):
        review.decide(db, curator, page.id, concept.uri, "perhaps")
    with pytest.raises(Conflict, match="withdrawn"):
        review.decide(db, curator, a_resource(db, state="withdrawn").id, concept.uri, "accept")
