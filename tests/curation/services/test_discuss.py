"""Questions, answers, comments and archives of them."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from curation.database import PostRow
from curation.errors import CurationError, NotAllowed, NotFound
from curation.services import discuss, rate
from curation.services.discuss import Thread
from tests.support.records import a_resource, an_account


def _shape(threads: tuple[Thread, ...]) -> list[object]:
    """Bodies, each with what hangs below it."""
    return [(post.body, _shape(post.replies)) if post.replies else post.body for post in threads]


def test_a_thread_shows_replies_below_and_what_was_said_of_copies(db: Session) -> None:
    page, ada = a_resource(db), an_account(db, "ada", display_name="Ada Example")
    copy = a_resource(db, folded_into=page.id)
    first = discuss.comment(db, ada, page.id, "first")
    discuss.comment(db, ada, copy.id, "of the copy")
    reply = discuss.comment(db, ada, page.id, "reply", first.id)
    discuss.comment(db, ada, None, "below", reply.id)
    expected = [("first", [("reply", ["below"])]), "of the copy"]
    assert _shape(discuss.thread(db, page.id)) == _shape(discuss.thread(db, copy.id)) == expected
    assert discuss.thread(db, page.id)[0].author == "Ada Example"


def test_replies_deeper_than_a_page_is_wide_are_flattened(db: Session) -> None:
    page, ada = a_resource(db), an_account(db)
    parent = None
    for number in range(2_000):
        row = PostRow(
            kind="comment", body=str(number), author="a", resource_id=page.id, parent_id=parent, account_id=ada.id
        )
        db.add(row)
        db.flush()
        parent = row.id
    post, depth = discuss.thread(db, page.id)[0], 0
    while len(post.replies) == 1:
        post, depth = post.replies[0], depth + 1
    assert depth == 5
    assert [reply.body for reply in post.replies] == [str(number) for number in range(6, 2_000)]


def test_a_reply_has_to_be_about_the_same_thing(db: Session) -> None:
    one, two, ada = a_resource(db), a_resource(db), an_account(db)
    said = discuss.comment(db, ada, one.id, "here")
    with pytest.raises(CurationError, match="not about this resource"):
        discuss.comment(db, ada, two.id, "there", said.id)
    with pytest.raises(CurationError, match="needs a resource or a post"):
        discuss.comment(db, ada, None, "nowhere")


def test_who_writes_has_to_be_somebody_with_something_to_say(db: Session) -> None:
    page, ada = a_resource(db), an_account(db)
    with pytest.raises(NotAllowed, match="Sign in"):
        discuss.comment(db, None, page.id, "hello")
    with pytest.raises(NotFound):
        discuss.comment(db, ada, "nothing", "hello")
    with pytest.raises(NotFound, match="no post 99"):
        discuss.comment(db, ada, page.id, "hello", 99)
    for body in (" ", "x" * 30_001):
        with pytest.raises(CurationError, match="Write 1 to 30,000"):
            discuss.comment(db, ada, page.id, body)
    with pytest.raises(CurationError, match="title"):
        discuss.ask(db, ada, " ")


def test_the_accepted_answer_stands_first_and_alone(db: Session) -> None:
    ada, bob = an_account(db), an_account(db)
    asked = discuss.ask(db, ada, "How?", "Tell me.")
    one, two = discuss.answer(db, bob, asked.id, "so"), discuss.answer(db, bob, asked.id, "or so")
    discuss.comment(db, ada, None, "thanks", two.id)
    discuss.accept(db, ada, one.id)
    discuss.accept(db, ada, two.id)
    found = discuss.question(db, asked.id)
    assert [(post.body, post.accepted) for post in found.replies] == [("or so", True), ("so", False)]
    assert found.replies[0].replies[0].body == "thanks"
    line = discuss.questions(db).items[0]
    assert (line.title, line.answers, line.solved) == ("How?", 2, True)


def test_only_who_asked_or_a_curator_accepts(db: Session) -> None:
    asked = discuss.ask(db, an_account(db), "How?")
    given = discuss.answer(db, an_account(db), asked.id, "so")
    with pytest.raises(NotAllowed, match="Only who asked"):
        discuss.accept(db, an_account(db), given.id)
    with pytest.raises(NotAllowed):
        discuss.accept(db, None, given.id)
    assert discuss.accept(db, an_account(db, role="curator"), given.id).accepted


def test_questions_are_paged_newest_first(db: Session) -> None:
    ada = an_account(db)
    for number in range(5):
        discuss.ask(db, ada, f"Q {number}")
    page = discuss.questions(db, page=2, page_size=2)
    assert (page.total, [line.title for line in page.items]) == (5, ["Q 2", "Q 1"])


ARCHIVE = [
    {"kind": "question", "id": "q1", "author": "Ada", "at": "2024-05-01", "title": "How?", "url": "https://x/a"},
    {"kind": "answer", "parent": "q1", "author": "Bob", "at": "2024-05-02T10:00:00+02:00", "body": "So.",
     "accepted": "true"},
    {"kind": "comment", "author": "Cy", "at": "2024-05-03", "body": "Nice.", "url": "https://x/a"},
]  # fmt: skip


def test_an_archive_keeps_who_said_what_when_and_is_imported_once(db: Session) -> None:
    report = discuss.import_posts(db, ARCHIVE)
    assert (report.added, report.known, report.waiting, report.errors) == (3, 0, 3, [])
    again = discuss.import_posts(db, ARCHIVE)
    assert (again.added, again.known) == (0, 3)
    page = a_resource(db, url="https://x/a")
    assert rate.match_waiting(db) == 3
    assert _shape(discuss.thread(db, page.id)) == [("", ["So."]), "Nice."]
    answer = discuss.thread(db, page.id)[0].replies[0]
    assert (answer.author, answer.at.isoformat(), answer.accepted) == ("Bob", "2024-05-02T08:00:00+00:00", True)


def test_bad_lines_of_an_archive_are_named_and_the_others_kept(db: Session) -> None:
    rows = [
        {"kind": "rumour", "author": "A", "at": "2024-01-01", "body": "b"},
        {"kind": "comment", "author": "", "at": "2024-01-01", "body": "b"},
        {"kind": "answer", "author": "A", "at": "2024-01-01", "body": "b"},
        {"kind": "answer", "parent": "q9", "author": "A", "at": "2024-01-01", "body": "b"},
        {"kind": "comment", "author": "A", "at": "yesterday", "body": "b"},
        {"kind": "comment", "author": "A", "at": None, "body": "b"},
        {"kind": "comment", "author": "A", "at": "2024-01-01", "body": "kept\x00"},
    ]
    report = discuss.import_posts(db, rows)
    assert [line for line, _ in report.errors] == [2, 3, 4, 5, 6, 7]
    assert report.added == db.scalar(select(func.count()).select_from(PostRow)) == 1
