"""People keep the vocabulary: every change takes what hangs on it along, and can be taken back exactly."""

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from curation.database import (
    ConceptRow,
    DecisionRow,
    IndexJobRow,
    ResourceRow,
    SuggestionRow,
    TaggingRow,
    VocabularyChangeRow,
)
from curation.database.session import open_session
from curation.errors import Conflict, CurationError, NotAllowed, NotFound
from curation.services import changes, concepts, keeping_words, publish, review, verdicts, vocabulary
from tests.support.records import a_concept, a_resource, a_suggestion, an_account


def state(db: Session) -> dict[str, Any]:
    """Everything that a change may move; times of change apart."""
    db.flush()
    db.expire_all()
    tables: dict[str, Any] = {"concepts": ConceptRow, "taggings": TaggingRow, "suggestions": SuggestionRow}
    return {
        name: sorted(
            repr([(c.key, getattr(row, c.key)) for c in table.__table__.columns if c.key != "changed_at"])
            for row in db.scalars(select(table))
        )
        for name, table in tables.items()
    }


def tags(db: Session, resource: ResourceRow) -> set[str]:
    return set(db.scalars(select(TaggingRow.concept).where(TaggingRow.resource_id == resource.id)))


def touched(db: Session) -> set[str]:
    return set(db.scalars(select(IndexJobRow.resource_id)))


def test_a_merge_takes_labels_narrower_concepts_taggings_and_suggestions_along(either: Session) -> None:
    db = either
    old, into = a_concept(db, "Unit testing", alt=("unit tests",)), a_concept(db, "Testing")
    child = a_concept(db, "Mocks", broader=(old.uri,))
    one, both, below, open_one = (a_resource(db, tags=t) for t in ((old.uri,), (old.uri, into.uri), (child.uri,), ()))
    a_suggestion(db, open_one, old, 0.7)
    before = state(db)
    done = keeping_words.merge(db, None, "unit testing", into.slug)
    assert done.said == "Merged “Unit testing” into “Testing”."
    assert (done.effect.taggings, done.effect.suggestions, done.effect.narrower) == (2, 1, 1)
    said = vocabulary.load(db).concepts
    assert said[into.uri].alt_labels == {"en": ("Unit testing", "unit tests")}
    assert (said[old.uri].status, said[old.uri].replaced_by) == ("deprecated", into.uri)
    assert said[child.uri].broader == (into.uri,)
    assert tags(db, one) == tags(db, both) == {into.uri}
    assert concepts.concept(db, old.slug).uri == into.uri
    assert [card.concept.label for card in review.queue(db)] == ["Testing"]
    assert {one.id, both.id, below.id} <= touched(db)
    document = next(publish.documents(db, [below.id]))
    assert set(document.tag_paths) == {child.uri, into.uri}
    keeping_words.undo(db, None, done.id)
    assert state(db) == before
    assert [change.undone for change in changes.history(db)] == [False, True]


@pytest.mark.servers
def test_two_curators_at_once_lose_nothing(fresh_server: str) -> None:
    with open_session(fresh_server) as db:
        a_concept(db, "Oven")
        db.commit()
    with open_session(fresh_server) as one:
        first = keeping_words.rename(one, None, "Oven", "Deck oven")

        def second() -> int:
            with open_session(fresh_server) as other:
                done = keeping_words.relabel(other, None, "Oven", [("altLabel", "en", "kiln")])
                other.commit()
                return done.id

        with ThreadPoolExecutor(1) as beside:
            waits = beside.submit(second)
            one.commit()
            numbers = [first.id, waits.result(30)]
    with open_session(fresh_server) as db:
        assert vocabulary.load(db).resolve("kiln") == vocabulary.load(db).resolve("Deck oven")
        for table in (VocabularyChangeRow, ConceptRow):
            db.execute(delete(table))
        db.commit()
    assert len(set(numbers)) == 2


def test_decisions_are_never_rewritten_and_lead_to_the_right_concept(either: Session) -> None:
    db = either
    old, into, curator = a_concept(db, "QA"), a_concept(db, "Testing"), an_account(db, role="curator")
    accepted, refused, later = a_resource(db), a_resource(db), a_resource(db)
    review.decide(db, curator, accepted.id, old.uri, "accept")
    review.decide(db, curator, accepted.id, into.uri, "reject")
    review.decide(db, curator, refused.id, old.uri, "reject")
    rows = [(row.resource_id, row.concept, row.verdict) for row in db.scalars(select(DecisionRow))]
    done = keeping_words.merge(db, curator, old.uri, into.uri)
    # Of two words for one thing a curator rejects one because of the other: the acceptance holds.
    assert verdicts.all_decided(db, [accepted.id, refused.id]) == {
        (accepted.id, into.uri): "accept", (refused.id, into.uri): "reject",
    }  # fmt: skip
    review.decide(db, curator, later.id, old.slug, "accept")
    assert tags(db, accepted) == tags(db, later) == {into.uri}
    review.decide(db, curator, accepted.id, into.uri, "reject")
    assert tags(db, accepted) == set()
    assert [(row.resource_id, row.concept, row.verdict) for row in db.scalars(select(DecisionRow))][:3] == rows
    keeping_words.undo(db, curator, done.id)
    assert (tags(db, accepted), tags(db, refused), tags(db, later)) == ({old.uri}, set(), {into.uri})
    assert verdicts.decided(db, accepted.id, into.uri) == "reject"


def test_undoing_a_decision_from_before_a_merge_takes_the_tagging_away(either: Session) -> None:
    db = either
    old, into, curator = a_concept(db, "QA"), a_concept(db, "Testing"), an_account(db, role="curator")
    page = a_resource(db)
    review.decide(db, curator, page.id, old.uri, "accept")
    keeping_words.merge(db, curator, old.uri, into.uri)
    assert review.undo(db, curator) is not None
    assert tags(db, page) == set()


def test_a_split_asks_about_each_part_and_keeps_the_old_one_until_decided(either: Session) -> None:
    db = either
    wide, curator = a_concept(db, "Testing"), an_account(db, role="curator")
    page = a_resource(db, text="All about load testing.")
    review.add(db, curator, page.id, wide.uri)
    before = state(db)
    done = keeping_words.split(db, curator, "Testing", ["Load testing", "Usability testing"])
    sure, unsure = review.queue(db)
    assert (sure.concept.label, sure.method, sure.exact) == ("Load testing", "split", "load testing")
    assert (unsure.concept.label, unsure.exact, tags(db, page)) == ("Usability testing", "", {wide.uri})
    review.decide(db, curator, page.id, sure.concept.uri, "accept")
    assert tags(db, page) == {sure.concept.uri}
    review.undo(db, curator)
    assert tags(db, page) == {wide.uri} and len(review.queue(db)) == 2
    accepted = review.decide(db, curator, page.id, sure.concept.uri, "accept")
    review.undo(db, curator, accepted.id)
    assert tags(db, page) == {wide.uri}
    review.decide(db, curator, page.id, unsure.concept.uri, "reject")
    assert tags(db, page) == {wide.uri}
    keeping_words.undo(db, curator, done.id)
    assert tags(db, page) == {wide.uri}
    assert state(db)["taggings"] == before["taggings"] and review.queue(db) == []


def test_an_undone_split_leads_what_people_used_back(either: Session) -> None:
    db = either
    wide, curator, page = a_concept(db, "Testing"), an_account(db, role="curator"), a_resource(db)
    done = keeping_words.split(db, curator, "Testing", ["Load testing", "Usability testing"])
    review.add(db, curator, page.id, "load-testing")
    keeping_words.undo(db, curator, done.id)
    assert tags(db, page) == {wide.uri}
    assert concepts.concept(db, "load-testing").uri == wide.uri
    assert vocabulary.load(db).resolve("Usability testing") is None


def test_rename_move_deprecate_labels_and_people_only(either: Session) -> None:
    db = either
    top, mid, leaf = a_concept(db, "Work"), a_concept(db, "Testing", alt=("tests",)), a_concept(db, "Mocks")
    keeping_words.move(db, None, "Mocks", ["Testing"])
    page = a_resource(db, tags=(leaf.uri,))
    before = state(db)
    numbers = [
        keeping_words.move(db, None, "Testing", ["Work"]).id,
        keeping_words.rename(db, None, "Testing", "Tests").id,
        keeping_words.relabel(db, None, "Tests", [("altLabel", "en", "checks")], [("altLabel", "en", "Testing")]).id,
        keeping_words.for_people_only(db, None, "checks", True).id,
    ]
    said = vocabulary.load(db).concepts[mid.uri]
    assert (said.pref_labels, said.alt_labels, said.people_only) == ({"en": "Tests"}, {"en": ("checks",)}, True)
    assert set(next(publish.documents(db, [page.id])).tag_paths) == {leaf.uri, mid.uri, top.uri}
    numbers.append(keeping_words.deprecate(db, None, "Tests").id)
    assert vocabulary.load(db).concepts[leaf.uri].broader == (top.uri,)
    for number in reversed(numbers):
        keeping_words.undo(db, None, number)
    assert state(db) == before


def test_what_makes_no_sense_is_refused_and_changes_nothing(db: Session) -> None:
    top, leaf = a_concept(db, "Work"), a_concept(db, "Testing")
    keeping_words.move(db, None, "Testing", ["Work"])
    before, rows = state(db), len(changes.history(db))
    with pytest.raises(Conflict, match="into itself"):
        keeping_words.merge(db, None, "work", top.uri)
    with pytest.raises(Conflict, match="is narrower than “Work”"):
        keeping_words.merge(db, None, "Work", "Testing")
    with pytest.raises(Conflict, match="can't be broader"):
        keeping_words.move(db, None, "Work", ["Testing"])
    with pytest.raises(NotFound, match="Did you mean “Testing”"):
        keeping_words.merge(db, None, "Tesing", "Work")
    with pytest.raises(Conflict, match="prefLabel of 2 concepts"):
        keeping_words.rename(db, None, "Testing", "work")
    with pytest.raises(CurationError, match="two labels"):
        keeping_words.split(db, None, "Testing", ["One", " one ".strip().title()])
    with pytest.raises(NotAllowed):
        keeping_words.deprecate(db, an_account(db), leaf.uri)
    with pytest.raises(NotFound, match="no change 99"):
        keeping_words.undo(db, None, 99)
    assert state(db) == before and len(changes.history(db)) == rows


def test_a_later_change_that_stands_on_it_is_named(db: Session) -> None:
    for label in ("One", "Two", "Three"):
        a_concept(db, label)
    first = keeping_words.rename(db, None, "One", "Uno")
    second = keeping_words.rename(db, None, "Two", "One two")
    keeping_words.relabel(db, None, "Uno", remove=[("altLabel", "en", "One")])
    third = keeping_words.rename(db, None, "Three", "One")
    with pytest.raises(Conflict, match="prefLabel of 2 concepts"):
        keeping_words.undo(db, None, first.id)
    for done in (third, first, second):
        keeping_words.undo(db, None, done.id)
    with pytest.raises(Conflict, match="undone already"):
        keeping_words.undo(db, None, first.id)


def test_an_import_does_not_bring_a_merged_concept_back(db: Session, tmp_path: Path) -> None:
    file = tmp_path / "v.csv"
    file.write_text("uri,prefLabel\nhttp://x/a,Unit testing\nhttp://x/b,Testing\n", encoding="utf-8")
    vocabulary.import_file(db, file)
    done = keeping_words.merge(db, None, "Unit testing", "Testing")
    exported = tmp_path / "out.ttl"
    exported.write_text(vocabulary.export(db, "turtle"), encoding="utf-8")
    file.write_text(
        "uri,prefLabel,definition\nhttp://x/a,Unit testing,\nhttp://x/b,Testing,Trying.\n", encoding="utf-8"
    )
    report = vocabulary.import_file(db, file)
    told = f"Merged “Unit testing” into “Testing”. Take it back with: commonplace vocabulary undo {done.id}"
    assert report.kept == [told]
    into = vocabulary.load(db).concepts["http://x/b"]
    assert vocabulary.load(db).resolve("Unit testing") == "http://x/b" and "Trying." in into.definitions.values()
    # What was exported from here and comes back says nothing new, so the merge can still be undone.
    vocabulary.import_file(db, exported)
    keeping_words.undo(db, None, done.id)
    assert vocabulary.load(db).resolve("Unit testing") == "http://x/a"


def _anything(db: Session, chance: random.Random, one: str, other: str) -> int:
    """Some change to the one concept."""
    name = f"Name {chance.random()}"
    kind = chance.choice(["merge", "merge", "move", "rename", "split", "deprecate"])
    if kind in ("merge", "move"):
        return getattr(keeping_words, kind)(db, None, one, other if kind == "merge" else [other]).id
    if kind == "split":
        return keeping_words.split(db, None, one, [name, f"{name} too"]).id
    return (
        keeping_words.rename(db, None, one, name) if kind == "rename" else keeping_words.deprecate(db, None, one)
    ).id


@pytest.mark.parametrize("seed", range(6))
def test_any_changes_and_their_undoing_in_any_order_leave_what_was_there(either: Session, seed: int) -> None:
    db, chance = either, random.Random(seed)
    rows = [a_concept(db, f"Concept {number}", alt=(f"word {number}",)) for number in range(7)]
    for row, above in zip(rows[1:4], rows, strict=False):
        keeping_words.move(db, None, row.uri, [above.uri])
    db.execute(delete(VocabularyChangeRow))
    for row in rows:
        row.imported = None
    for _ in range(8):
        page = a_resource(db, tags=tuple(row.uri for row in chance.sample(rows, 3)))
        for row in chance.sample(rows, 3):
            a_suggestion(db, page, row, chance.random())
    before, done = state(db), list[int]()
    while len(done) < 8:
        try:
            done.append(_anything(db, chance, *(row.uri for row in chance.sample(rows, 2))))
        except Conflict:
            continue
    assert state(db) != before
    while done:
        number = chance.choice(done)
        try:
            keeping_words.undo(db, None, number)
        except Conflict as error:
            assert "first" in str(error)
            continue
        done.remove(number)
    assert state(db) == before
