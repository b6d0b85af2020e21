"""A session that speaks for somebody loads what they may see and nothing else, whatever it is asked."""

import pytest
from sqlalchemy import func, select

from curation.database import ArticleRow, PostRow, ResourceRow, SuggestionRow, reading
from curation.errors import NotFound
from curation.services import accounts, catalogue, matching, publish, review, threads
from curation.services.submit import Submission, submit
from tests.support.records import a_concept, a_resource, a_source, a_suggestion, an_account


@pytest.fixture
def closed(either):
    """Two resources, one of them for the board and for Ada, each with a post and a suggestion; the closed one's id."""
    db = either
    a_source(db)
    shut, lies_open = a_resource(db, "Shut"), a_resource(db, "Open")
    publish.set_readers(db, shut.id, ["The  Board", "Ada"])
    for row in (shut, lies_open):
        db.add(PostRow(kind="question", title=row.id, body="Why?", author="x", resource_id=row.id))
        a_suggestion(db, row, a_concept(db, f"About {row.id}"))
    db.add(PostRow(kind="question", title="At large", body="Why?", author="x"))
    db.flush()
    db.expunge_all()
    return shut.id


@pytest.mark.parametrize(("names", "seen"), [((), 1), (("staff",), 1), (("the board",), 2), (("x", "ADA"), 2)])
def test_every_question_is_answered_with_what_may_be_seen(either, closed, names, seen):
    reading.speak_for(either, names)
    assert len(catalogue.newly_added(either)) == catalogue.overview(either).resources == seen
    assert len(either.scalars(select(ResourceRow)).all()) == len(either.scalars(select(ArticleRow.title)).all()) == seen
    assert len(review.queue(either)) == review.waiting(either) == seen
    assert threads.questions(either).total == len(threads.questions(either).items) == seen + 1
    assert either.scalar(select(func.count()).select_from(SuggestionRow)) == seen
    assert (either.get(ResourceRow, closed) is not None) is (seen == 2)


def test_what_may_not_be_seen_is_not_there(either, closed):
    reading.speak_for(either)
    with pytest.raises(NotFound):
        matching.canonical(either, closed)
    reading.speak_for(either, accounts.identities(an_account(either, "ada")))
    assert matching.canonical(either, closed).article.title == "Shut"


def test_a_copy_of_what_may_not_be_seen_stands_for_itself(either, closed):
    copy = a_resource(either, "An open copy", folded_into=closed).id
    either.flush()
    either.expunge_all()
    reading.speak_for(either)
    assert matching.canonical(either, copy).id == copy
    assert catalogue.full(either, copy).moved_to is None


def test_the_pipeline_sees_everything(either, closed):
    assert len(either.scalars(select(ResourceRow)).all()) == 2


def test_who_may_read_is_part_of_what_the_index_is_told(either):
    a_source(either)
    said = {"comments": [{"id": "1", "author": "", "at": "", "body": "A zebra.", "parent": "", "kind": "comment",
                          "accepted": False}]}  # fmt: skip
    submit(either, Submission("wiki", "https://wiki.example/a", "A", "Words.", readers=["The Board"], **said))
    mine = either.scalars(select(ResourceRow)).one()
    document = next(iter(publish.documents(either, [mine.id])))
    assert document.readers == ("the board",)
    assert "zebra" in document.text, "what was said about it is found like its own words"
    version = mine.version
    assert submit(either, Submission("wiki", "https://wiki.example/a", "A", "Words.", **said)) == "changed"
    assert next(iter(publish.documents(either, [mine.id]))).readers == () and mine.version > version
