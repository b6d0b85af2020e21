"""What a person sees of a fold: the difference, the likenesses, and a curator's word with its undo."""

import time

import pytest

from curation.database import FoldDecisionRow, ResourceRow
from curation.errors import CurationError, NotAllowed, NotFound
from curation.services import copies, deduplicate
from curation.services.submit import Submission, submit
from tests.curation.services.test_deduplicate import arrive, compare_all, prose, state
from tests.support.records import a_resource, a_source, an_account


def a_copy(db, said: str, other: str) -> tuple[str, str]:
    one = a_resource(db, "One", text=said)
    return one.id, a_resource(db, "Two", text=other, folded_into=one.id).id


def test_the_difference_is_told_word_by_word_with_what_stands_around_it(db):
    said = prose(1)
    words = said.split(" ")
    words[100:101] = ["Swapped", "in"]
    one, two = a_copy(db, said, " ".join([*words, "and", "an", "end"]))
    found = copies.compared(db, two)
    assert (found.canonical, found.changes, found.unshown) == (one, 2, 0)
    assert [piece.kind for piece in found.pieces] == [
        "skipped",
        "same",
        "gone",
        "new",
        "same",
        "skipped",
        "same",
        "new",
    ]
    assert found.pieces[3].words == "Swapped in" and found.pieces[-1].words == "and an end"
    assert copies.compared(db, one) is None


def test_a_thousand_changes_are_counted_and_a_few_shown(db):
    words = prose(1, 4000).split(" ")
    words[::4] = [f"new{n}" for n in range(1000)]
    found = copies.compared(db, a_copy(db, prose(1, 4000), " ".join(words))[1])
    assert found.changes >= 900 and found.unshown == found.changes - copies.MOST_CHANGES
    assert sum(piece.kind == "new" for piece in found.pieces) == copies.MOST_CHANGES


def test_books_are_compared_in_bounded_time_and_the_edits_found(db):
    words = [f"w{n % 9973}x{n // 7}" for n in range(80_000)]
    edited = list(words)
    for place in range(1000, 80_000, 20_000):
        edited[place] = "edited"
    start = time.process_time()
    found = copies.compared(db, a_copy(db, " ".join(words), " ".join(edited))[1])
    assert 3 <= found.changes <= 5
    assert time.process_time() - start < 5


def test_likenesses_say_what_and_why_and_a_word_is_taken_back_by_a_later_one(db):
    curator = an_account(db, role="curator")
    blog = arrive(db, "blog", "a", prose(1), title="A")
    wiki = arrive(db, "wiki", "a", prose(1), "2026-02-01", "A")
    third = arrive(db, "mail", "a", prose(1) + " more", "2026-03-01", "A")
    compare_all(db)
    assert {(found.id, found.kind) for found in copies.like(db, blog)} == {(wiki, "copy"), (third, "copy")}
    deduplicate.decide(db, curator, wiki, blog, "split")
    apart = state(db)
    assert apart[wiki] != blog and apart[blog] != wiki and len({apart[i] or i for i in (blog, wiki, third)}) == 2
    assert copies.like(db, blog)[0].verdict == "split"
    deduplicate.decide(db, curator, blog, wiki, "undo")
    assert state(db) == {blog: None, wiki: blog, third: blog}
    assert [row.verdict for row in db.query(FoldDecisionRow).order_by(FoldDecisionRow.id)] == ["split", "undo"]


def test_joined_pages_are_one_though_they_change_and_copies_of_either_follow(db):
    curator = an_account(db, role="curator")
    one, two = arrive(db, "wiki", "a", prose(1)), arrive(db, "wiki", "b", prose(2), "2026-02-01")
    deduplicate.decide(db, curator, one, two, "join")
    arrive(db, "wiki", "b", prose(3), "2026-02-01")
    copy = arrive(db, "blog", "b", prose(3), "2026-03-01", "About b")
    compare_all(db)
    assert db.get(ResourceRow, two).folded_into == one
    assert state(db)[copy] in (one, None)


def test_pages_for_other_readers_are_never_one_nor_named(db):
    open_page = arrive(db, "blog", "a", prose(1), title="A")
    a_source(db, "wiki")
    submit(db, Submission("wiki", "https://wiki.example/shut", "A", prose(1), readers=["board"]))
    compare_all(db)
    shut = next(row.id for row in db.query(ResourceRow) if row.id != open_page)
    deduplicate.decide(db, an_account(db, role="curator"), open_page, shut, "join")
    assert state(db) == {open_page: None, shut: None}
    assert copies.like(db, open_page) == []


@pytest.mark.parametrize(
    ("role", "other", "verdict", "error"),
    [("learner", "two", "split", NotAllowed), ("curator", "nowhere", "join", NotFound),
     ("curator", "one", "join", CurationError), ("curator", "two", "perhaps", CurationError)],
)  # fmt: skip
def test_a_word_that_can_not_be_is_refused(db, role, other, verdict, error):
    ids = {"one": a_resource(db).id, "two": a_resource(db).id}
    with pytest.raises(error):
        deduplicate.decide(db, an_account(db, role=role), ids["one"], ids.get(other, other), verdict)
    assert db.query(FoldDecisionRow).count() == 0


def test_of_equal_copies_the_one_others_link_to_stands_for_all(db):
    a_source(db, "wiki")
    for name in ("x", "y"):
        links = ["https://blog.example/late#part", "https://blog.example/late/"]
        submit(db, Submission("wiki", f"https://wiki.example/{name}", name, prose(ord(name)), links=links))
    compare_all(db)
    early = arrive(db, "mail", "early", prose(1), title="A")
    late = arrive(db, "blog", "late", prose(1), title="A")
    compare_all(db)
    assert state(db)[early] == late
