"""Cards, lists, the overview and a resource's page."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from curation.database import RelationRow, RunRow, ScoreRow, now
from curation.errors import NotFound
from curation.services import catalogue, collect
from tests.support.records import a_concept, a_rating, a_resource, a_source, an_account


@contextmanager
def _queries(db: Session) -> Iterator[list[str]]:
    """The statements sent meanwhile."""
    sent: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(db.get_bind(), "before_cursor_execute", note)
    yield sent
    event.remove(db.get_bind(), "before_cursor_execute", note)


def _score(db: Session, resource_id: str, score: float, count: int) -> None:
    db.add(ScoreRow(resource_id=resource_id, score=score, mean=score, count=count))
    db.flush()


def test_cards_come_in_the_order_asked_for_with_their_tags(db: Session) -> None:
    concept = a_concept(db, "Testing")
    one, two = a_resource(db, "One", tags=(concept.uri,)), a_resource(db, "Two")
    cards = catalogue.cards(db, [two.id, "unknown", one.id, two.id])
    assert [card.title for card in cards] == ["Two", "One"]
    assert [tag.label for tag in cards[1].tags] == ["Testing"]
    assert cards[0].authors == ("Ada Example",)


def test_a_hundred_cards_cost_as_many_queries_as_one(db: Session) -> None:
    concept = a_concept(db, "Testing")
    ids = [a_resource(db, tags=(concept.uri,)).id for _ in range(100)]
    with _queries(db) as sent:
        catalogue.cards(db, ids)
    assert len(sent) == 2


def test_no_mean_is_shown_under_three_ratings(db: Session) -> None:
    few, enough = a_resource(db), a_resource(db)
    _score(db, few.id, 4.0, 2)
    _score(db, enough.id, 4.0, 3)
    shown = [(card.score, card.rating_count, card.stars_mean) for card in catalogue.cards(db, [few.id, enough.id])]
    assert shown == [(4.0, 2, None), (4.0, 3, 4.0)]


def test_lists_show_live_resources_only(db: Session) -> None:
    old, new = a_resource(db, "Old"), a_resource(db, "New")
    gone = a_resource(db, state="withdrawn")
    for row, score in ((old, 4.5), (new, 3.0), (gone, 5.0)):
        _score(db, row.id, score, 3)
    assert [card.title for card in catalogue.newly_added(db)] == ["New", "Old"]
    assert [card.title for card in catalogue.best_rated(db)] == ["Old", "New"]
    assert len(catalogue.best_rated(db, limit=1)) == 1


def test_what_carries_a_narrower_concept_counts_for_the_broader_one(db: Session) -> None:
    top = a_concept(db, "Quality")
    below = a_concept(db, "Testing", broader=(top.uri,))
    lowest = a_concept(db, "Unit testing", broader=(below.uri,))
    both = a_resource(db, "Both", tags=(top.uri, lowest.uri))
    one = a_resource(db, "One", tags=(lowest.uri,))
    a_resource(db, state="withdrawn", tags=(lowest.uri,))
    _score(db, one.id, 4.0, 3)
    total, cards = catalogue.with_concept(db, top.uri)
    assert (total, [card.id for card in cards]) == (2, [one.id, both.id])
    assert catalogue.with_concept(db, top.uri, page=2, page_size=1)[1][0].id == both.id
    assert catalogue.with_concept(db, top.uri, page=3, page_size=1) == (2, [])


def test_the_overview_counts_each_source_and_who_takes_part(db: Session) -> None:
    page = a_resource(db, source="wiki")
    a_source(db, "blog", kind="feed")
    a_resource(db, source="wiki", state="withdrawn")
    a_rating(db, page, "grace", 4)
    an_account(db, "grace")
    an_account(db, "linus")
    read = now()
    db.add(RunRow(step="crawl", source="wiki", state="done", finished_at=read, report={}))
    db.add(RunRow(step="crawl", source="wiki", state="failed", finished_at=now(), report={}))
    found = catalogue.overview(db)
    assert (found.resources, found.sources, found.people, found.freshest) == (1, 2, 2, read)
    assert [(line.name, line.kind, line.resources) for line in found.per_source] == [
        ("blog", "feed", 0), ("wiki", "mediawiki", 1),
    ]  # fmt: skip


def test_an_empty_library_has_an_overview(db: Session) -> None:
    found = catalogue.overview(db)
    assert (found.resources, found.freshest, found.per_source) == (0, None, ())


def test_a_page_shows_copies_siblings_collections_and_what_is_like_it(db: Session) -> None:
    concept = a_concept(db, "Testing")
    page = a_resource(db, "Page", tags=(concept.uri,), family="calls", url="https://wiki.example/page")
    copy = a_resource(db, "Copy", source="blog", folded_into=page.id)
    sibling = a_resource(db, "Sibling", family="calls")
    like = a_resource(db, "Like", tags=(concept.uri,))
    collect.save(db, "first-week", "First week", "", "ada", [("https://wiki.example/page", "read this")])
    found = catalogue.full(db, page.id)
    assert [(c.id, c.source, c.relation) for c in found.copies] == [(copy.id, "blog", "copy")]
    assert [card.id for card in found.family] == [sibling.id]
    assert [card.id for card in found.related] == [like.id]
    assert [card.slug for card in found.collections] == ["first-week"]
    assert (found.moved_to, found.provenance.source, found.card.title) == (None, "wiki", "Page")


def test_a_copy_says_where_it_went_through_any_number_of_folds(db: Session) -> None:
    last = a_resource(db)
    middle = a_resource(db, folded_into=last.id)
    first = a_resource(db, folded_into=middle.id)
    assert catalogue.full(db, first.id).moved_to == last.id
    assert {copy.id for copy in catalogue.full(db, last.id).copies} == {first.id, middle.id}


def test_an_old_page_names_the_newer_one_that_is_live(db: Session) -> None:
    old, new, gone = a_resource(db, "Old"), a_resource(db, "New"), a_resource(db, state="withdrawn")
    copy = a_resource(db, folded_into=new.id)
    for newer, similarity in ((gone, 0.9), (copy, 0.7)):
        db.add(RelationRow(first=newer.id, second=old.id, kind="supersedes", similarity=similarity))
    db.flush()
    newer_card = catalogue.full(db, old.id).superseded_by
    assert newer_card is not None
    assert newer_card.id == new.id
    assert catalogue.full(db, new.id).superseded_by is None


def test_a_ring_of_folds_ends(db: Session) -> None:
    one = a_resource(db)
    two = a_resource(db, folded_into=one.id)
    one.folded_into = two.id
    db.flush()
    assert catalogue.full(db, one.id).card.id == one.id


@pytest.mark.parametrize("unknown", ["nothing", "", "a\x00b", "x" * 5000])
def test_an_unknown_resource_is_not_found(db: Session, unknown: str) -> None:
    with pytest.raises(NotFound, match="no resource"):
        catalogue.full(db, unknown)
