"""Who follows a subject moves along with it through merges and splits, and comes back when they are undone."""

import pytest
from sqlalchemy.orm import Session

from curation.errors import NotFound
from curation.services import following, keeping_words, review, vocabulary
from tests.support.records import a_concept, a_resource, an_account


def labels(db: Session, account) -> list[str]:
    return [ref.label for ref in following.followed(db, account)]


def test_followers_move_along_with_a_merge_and_back(either: Session) -> None:
    db, ada, bob = either, an_account(either), an_account(either)
    old, into = a_concept(db, "Unit testing"), a_concept(db, "Testing")
    following.follow(db, ada, old.slug)
    following.follow(db, ada, old.slug)
    done = keeping_words.merge(db, None, "Unit testing", "Testing")
    assert labels(db, ada) == ["Testing"] and labels(db, bob) == []
    keeping_words.undo(db, None, done.id)
    assert labels(db, ada) == ["Unit testing"]
    following.follow(db, ada, into.uri)
    keeping_words.merge(db, None, "Unit testing", "Testing")
    assert labels(db, ada) == ["Testing"]
    following.unfollow(db, ada, old.slug)
    assert labels(db, ada) == []


def test_followers_of_a_whole_follow_its_parts_until_the_split_is_undone(either: Session) -> None:
    db, ada = either, an_account(either)
    whole = a_concept(db, "Security")
    following.follow(db, ada, whole.slug)
    done = keeping_words.split(db, None, "Security", ["Passwords", "Doors"])
    assert labels(db, ada) == ["Doors", "Passwords"]
    deeper = keeping_words.split(db, None, "Doors", ["Locks", "Hinges"])
    assert labels(db, ada) == ["Hinges", "Locks", "Passwords"]
    keeping_words.undo(db, None, deeper.id)
    following.unfollow(db, ada, "passwords")
    assert labels(db, ada) == ["Doors"]
    following.follow(db, ada, "passwords")
    assert labels(db, ada) == ["Doors", "Passwords"]
    keeping_words.undo(db, None, done.id)
    assert labels(db, ada) == ["Security"]


def test_a_subject_made_here_that_somebody_follows_stays_findable_when_it_is_undone(either: Session) -> None:
    db, ada = either, an_account(either)
    whole = a_concept(db, "Security")
    done = keeping_words.split(db, None, "Security", ["Passwords", "Doors"])
    following.follow(db, ada, "passwords")
    keeping_words.undo(db, None, done.id)
    assert labels(db, ada) == ["Security"] and vocabulary.load(db).concepts[whole.uri].status is None


def test_what_is_new_is_what_was_filed_last_under_it_or_a_narrower_one(db: Session) -> None:
    ada, curator = an_account(db), an_account(db, role="curator")
    above = a_concept(db, "Testing")
    below, other = a_concept(db, "Mocks", broader=(above.uri,)), a_concept(db, "Baking")
    first, second, third = (a_resource(db, title) for title in ("First", "Second", "Third"))
    following.follow(db, ada, "testing")
    for resource, concept in ((third, above), (first, below), (second, other)):
        review.add(db, curator, resource.id, concept.uri)
    assert [card.title for card in following.fresh(db, ada, 10)] == ["First", "Third"]
    third.state = "withdrawn"
    db.flush()
    assert [card.title for card in following.fresh(db, ada, 10)] == ["First"]
    assert following.fresh(db, curator, 10) == []
    with pytest.raises(NotFound):
        following.follow(db, ada, "no such subject")


def test_a_part_that_went_back_into_its_whole_leads_nobody_in_a_circle(either: Session) -> None:
    db, ada = either, an_account(either)
    whole = a_concept(db, "Security")
    following.follow(db, ada, whole.slug)
    keeping_words.split(db, None, "Security", ["Passwords", "Doors"])
    keeping_words.merge(db, None, "Doors", whole.uri)
    assert labels(db, ada) == ["Passwords", "Security"]
    following.unfollow(db, ada, whole.uri)
    assert labels(db, ada) == []
