"""Questions, answers and comments: written on the site, or brought in from an archive."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from curation.database import AccountRow, PostRow
from curation.errors import CurationError, NotAllowed
from curation.services import accounts, matching, threads
from curation.services.archive import import_posts
from curation.services.threads import Post, QuestionLine, QuestionList, Thread, question, questions, thread

__all__ = [
    "Post",
    "QuestionLine",
    "QuestionList",
    "Thread",
    "accept",
    "answer",
    "ask",
    "comment",
    "import_posts",
    "question",
    "questions",
    "thread",
]

# Characters: a long answer is some 3,000; ten times that is a document, which belongs in a wiki.
LONGEST_BODY = 30_000
LONGEST_TITLE = 300


def comment(
    db: Session, account: AccountRow | None, resource_id: str | None, body: str, parent_id: int | None = None
) -> PostRow:
    """Say something about a resource, or below another post (then `resource_id` may be None).

    Raises:
        NotAllowed: nobody is signed in.
        NotFound: no such resource or post.
        CurationError: nothing is said, or too much, or the post is about something else.
    """
    target = matching.canonical(db, resource_id).id if resource_id is not None else None
    if parent_id is not None:
        parent = threads.get(db, parent_id)
        held = matching.canonical(db, parent.resource_id).id if parent.resource_id else None
        if target is not None and held != target:
            raise CurationError(f"Post {parent_id} is not about this resource. Reply where it stands.")
        target = held
    elif target is None:
        raise CurationError("A comment needs a resource or a post that it is about.")
    return _write(db, account, "comment", body, resource_id=target, parent_id=parent_id)


def ask(db: Session, account: AccountRow | None, title: str, body: str = "", resource_id: str | None = None) -> PostRow:
    """Ask a question, about a resource or at large.

    Raises:
        NotAllowed: nobody is signed in.
        NotFound: no such resource.
        CurationError: the title is empty or too long, the body too long.
    """
    said = title.strip()
    if not said or len(said) > LONGEST_TITLE:
        raise CurationError(f"A question needs a title of 1 to {LONGEST_TITLE} characters.")
    target = matching.canonical(db, resource_id).id if resource_id is not None else None
    return _write(db, account, "question", body, least=0, title=said, resource_id=target)


def answer(db: Session, account: AccountRow | None, question_id: int, body: str) -> PostRow:
    """Answer a question.

    Raises:
        NotAllowed: nobody is signed in.
        NotFound: no such question.
        CurationError: nothing is said, or too much.
    """
    asked = threads.get(db, question_id, "question")
    return _write(db, account, "answer", body, parent_id=asked.id, resource_id=asked.resource_id)


def accept(db: Session, account: AccountRow | None, answer_id: int) -> PostRow:
    """Mark the answer that solved it; a question has one at most. For who asked, and for curators.

    Raises:
        NotAllowed: someone else's question.
        NotFound: no such answer.
    """
    given = threads.get(db, answer_id, "answer")
    asked = threads.get(db, given.parent_id or 0, "question")
    asker = account is not None and asked.account_id == account.id and accounts.may(account, "learner")
    if not asker and not accounts.may(account, "curator"):
        raise NotAllowed("Only who asked the question, or a curator, can accept an answer.")
    others = update(PostRow).where(PostRow.parent_id == asked.id, PostRow.kind == "answer")
    db.execute(others.values(accepted=False))
    given.accepted = True
    db.flush()
    return given


def _write(
    db: Session,
    account: AccountRow | None,
    kind: str,
    body: str,
    least: int = 1,
    title: str = "",
    resource_id: str | None = None,
    parent_id: int | None = None,
) -> PostRow:
    """Keep what someone wrote."""
    if account is None or not accounts.may(account, "learner"):
        raise NotAllowed(f"Sign in to write: a {kind} carries your name.")
    said = body.strip().replace("\x00", "")
    if not least <= len(said) <= LONGEST_BODY:
        raise CurationError(f"Write {least} to {LONGEST_BODY:,} characters; this has {len(said):,}.")
    row = PostRow(
        kind=kind,
        title=title.replace("\x00", ""),
        body=said,
        author=account.display_name,
        account_id=account.id,
        resource_id=resource_id,
        parent_id=parent_id,
    )
    db.add(row)
    db.flush()
    return row
