"""Comments and reactions of a page's source: they come once, follow it, and leave our people's words alone."""

import pytest
from sqlalchemy import select

from curation.database import PostRow, RatingRow, ResourceRow, ScoreRow
from curation.services import discuss, rate
from curation.services.submit import Submission, submit
from tests.support.records import a_source, an_account

URL = "https://wiki.example/a"


@pytest.fixture
def db(either):
    """Both databases."""
    a_source(either)
    return either


def comment(
    name, body="Which key?", author="Ada", parent="", kind="comment", accepted=False, at="2026-03-01T08:00:00Z"
):
    return {
        "id": name, "author": author, "at": at, "body": body, "parent": parent, "kind": kind, "accepted": accepted,
    }  # fmt: skip


def like(person, stars=5, at="2026-03-02T08:00:00Z"):
    return {"person": person, "stars": stars, "at": at}


def said(db, comments=(), reactions=(), **more):
    more = {"authors": ["Grace"], **more}
    return submit(db, Submission("wiki", URL, "A page", "Words.", comments=[*comments], reactions=[*reactions], **more))


def shown(db):
    return discuss.thread(db, db.scalars(select(ResourceRow.id)).one())


def test_comments_become_posts_with_author_date_parent_and_what_was_accepted(db):
    said(db, [comment("2", "The new one.", "Bo", parent="1", kind="answer", accepted=True), comment("1"), comment("3")])
    first, third = shown(db)
    assert (first.body, first.author, first.at.isoformat()) == ("Which key?", "Ada", "2026-03-01T08:00:00+00:00")
    assert [(r.body, r.author, r.kind, r.accepted) for r in first.replies] == [("The new one.", "Bo", "answer", True)]
    assert third.replies == ()


def test_read_again_they_are_the_same_posts_and_an_edit_changes_one(db):
    said(db, [comment("1"), comment("2", parent="1")])
    before = sorted(db.scalars(select(PostRow.id)))
    assert said(db, [comment("1"), comment("2", parent="1")]) == "same"
    assert said(db, [comment("1", "Which key exactly?"), comment("2", parent="1")]) == "changed"
    assert sorted(db.scalars(select(PostRow.id))) == before
    assert shown(db)[0].body == "Which key exactly?"


def test_a_comment_deleted_at_its_source_is_marked_not_erased_and_may_come_back(db):
    said(db, [comment("1"), comment("2")])
    assert said(db, [comment("2")]) == "changed"
    assert [post.body for post in shown(db)] == ["Which key?"]
    assert db.scalars(select(PostRow).where(PostRow.removed_at.is_not(None))).one().system_id == "1"
    said(db, [comment("1"), comment("2")])
    assert len(shown(db)) == db.query(PostRow).count() == 2


def test_what_people_wrote_here_is_never_touched(db):
    said(db, [comment("1")])
    person = an_account(db, "cleo")
    resource = db.scalars(select(ResourceRow)).one()
    top = discuss.comment(db, person, resource.id, "Ours.")
    reply = discuss.comment(db, person, resource.id, "A reply.", shown(db)[0].id)
    rate.rate(db, person, resource.id, 2)
    said(db)
    assert {post.body for post in shown(db)} == {"Ours.", "A reply."}
    assert (top.removed_at, reply.removed_at) == (None, None)
    assert rate.own_rating(db, person, resource.id).stars == 2


def test_a_ring_of_parents_loses_nobody(db):
    said(
        db,
        [comment("1", parent="2"), comment("2", parent="1"), comment("3", parent="nobody"), comment("4", parent="4")],
    )
    assert len(shown(db)) == 4


def test_reactions_count_as_ratings_one_a_person_and_not_of_ones_own_work(db):
    said(db, reactions=[like("dan"), like("eve", 2), like("Grace"), like("dan")])
    rate.weigh(db)
    assert db.execute(select(RatingRow.rater, RatingRow.stars, RatingRow.origin)).all() == [
        ("dan", 5, "source"), ("eve", 2, "source"), ("Grace", 5, "source"),
    ]  # fmt: skip
    assert db.scalars(select(ScoreRow)).one().count == 2


def test_a_like_taken_back_is_a_dated_row_that_takes_it_back(db):
    said(db, reactions=[like("dan"), like("eve")])
    said(db, reactions=[like("eve")])
    rows = db.scalars(select(RatingRow).where(RatingRow.rater == "dan").order_by(RatingRow.at)).all()
    assert [(row.withdrawn, row.stars) for row in rows] == [(False, 5), (True, 5)]
    said(db, reactions=[like("eve")])
    said(db, reactions=[like("dan"), like("eve", 1)])
    said(db, reactions=[like("dan"), like("eve", 1)])
    rows = db.scalars(select(RatingRow).order_by(RatingRow.at)).all()
    assert [(row.rater, row.withdrawn, row.stars) for row in rows if row.rater == "dan"] == [
        ("dan", False, 5), ("dan", True, 5), ("dan", False, 5),
    ]  # fmt: skip
    assert [row.stars for row in rows if row.rater == "eve"] == [5, 1]
    rate.weigh(db)
    score = db.scalars(select(ScoreRow)).one()
    assert (score.count, score.mean) == (2, 3.0)


def test_a_like_elsewhere_takes_not_the_place_of_what_the_person_said_here(db):
    said(db)
    resource, person = db.scalars(select(ResourceRow)).one(), an_account(db, "dan")
    rate.rate(db, person, resource.id, 1)
    said(db, reactions=[like("dan", at="2099-01-01T00:00:00Z")])
    rate.weigh(db)
    assert db.scalars(select(ScoreRow)).one().mean == 1.0
