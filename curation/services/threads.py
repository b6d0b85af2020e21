"""Reading what was said: the thread below a resource, the list of questions, one question with its answers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from curation.database import PostRow
from curation.errors import NotFound
from curation.services import matching

# Replies below a comment are shown this deep; a deeper one is shown at this depth, because a page has a width.
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Post:
    """One thing someone wrote; `replies` hang below it, oldest first. `depth` counts from 0."""

    id: int
    kind: str
    title: str
    body: str
    author: str
    account_id: int | None
    at: datetime
    accepted: bool
    resource_id: str | None
    depth: int = 0
    replies: tuple["Post", ...] = ()


Thread = Post


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question in a list."""

    id: int
    title: str
    author: str
    at: datetime
    answers: int
    solved: bool
    resource_id: str | None


@dataclass(frozen=True, slots=True)
class QuestionList:
    """One page of the questions, and how many there are in all."""

    total: int
    items: tuple[QuestionLine, ...]


def thread(db: Session, resource_id: str) -> tuple[Thread, ...]:
    """What was said about a resource and its folded copies, oldest first, replies below; questions with their answers.

    Raises:
        NotFound: no such resource.
    """
    members = matching.members(db, matching.canonical(db, resource_id).id)
    return _arrange(db.scalars(_shown().where(PostRow.resource_id.in_(members))).all())


def questions(db: Session, page: int = 1, page_size: int = 20) -> QuestionList:
    """One page of the questions, newest first."""
    asked = select(PostRow).where(PostRow.kind == "question", PostRow.removed_at.is_(None))
    total = db.scalar(select(func.count()).select_from(asked.subquery())) or 0
    rows = db.scalars(
        asked.order_by(PostRow.at.desc(), PostRow.id.desc()).offset((page - 1) * page_size).limit(page_size)
    ).all()
    answers: dict[int | None, list[bool]] = defaultdict(list)
    given = select(PostRow.parent_id, PostRow.accepted).where(PostRow.kind == "answer", PostRow.removed_at.is_(None))
    for parent, accepted in db.execute(given.where(PostRow.parent_id.in_([row.id for row in rows]))):
        answers[parent].append(accepted)
    lines = tuple(
        QuestionLine(r.id, r.title, r.author, r.at, len(answers[r.id]), any(answers[r.id]), r.resource_id) for r in rows
    )
    return QuestionList(total, lines)


def question(db: Session, question_id: int) -> Thread:
    """A question with its answers (the accepted one first) and the comments below them.

    Raises:
        NotFound: no such question.
    """
    asked = get(db, question_id, "question")
    answers = select(PostRow.id).where(PostRow.parent_id == asked.id)
    below = or_(PostRow.id == asked.id, PostRow.parent_id == asked.id, PostRow.parent_id.in_(answers))
    return next(post for post in _arrange(db.scalars(_shown().where(below)).all()) if post.id == asked.id)


def _shown() -> Select[PostRow]:
    """Posts that were not removed, oldest first."""
    return select(PostRow).where(PostRow.removed_at.is_(None)).order_by(PostRow.at, PostRow.id)


def _arrange(rows: Sequence[PostRow]) -> tuple[Thread, ...]:
    """Rows as trees; a reply whose parent is not among them stands at the top."""
    known = {row.id for row in rows}
    below: dict[int | None, list[PostRow]] = defaultdict(list)
    for row in rows:
        below[row.parent_id if row.parent_id in known else None].append(row)
    return tuple(_tree(row, below, 0) for row in below[None])


def _tree(row: PostRow, below: dict[int | None, list[PostRow]], depth: int) -> Thread:
    """A post with its replies; what hangs deeper than DEEPEST is flattened, in the order it was said."""
    if depth >= DEEPEST - 1:
        under = sorted(_all_below(row, below), key=lambda post: (post.at, post.id))
        replies = tuple(_view(post, DEEPEST, ()) for post in under)
    else:
        held = sorted(below.get(row.id, ()), key=lambda post: (not post.accepted, post.at, post.id))
        replies = tuple(_tree(post, below, depth + 1) for post in held)
    return _view(row, depth, replies)


def _all_below(row: PostRow, below: dict[int | None, list[PostRow]]) -> Iterable[PostRow]:
    """Every post under this one, without recursion: an archive may be as deep as it likes."""
    waiting = list(below.get(row.id, ()))
    while waiting:
        post = waiting.pop()
        yield post
        waiting.extend(below.get(post.id, ()))


def _view(row: PostRow, depth: int, replies: tuple[Post, ...]) -> Post:
    """A row as a post."""
    return Post(
        id=row.id,
        kind=row.kind,
        title=row.title,
        body=row.body,
        author=row.author,
        account_id=row.account_id,
        at=row.at,
        accepted=row.accepted,
        resource_id=row.resource_id,
        depth=depth,
        replies=replies,
    )


def get(db: Session, post_id: int, kind: str | None = None) -> PostRow:
    """The post with this id (and of this kind, where one is named).

    Raises:
        NotFound: there is none, or it was removed.
    """
    row = db.get(PostRow, post_id)
    if row is None or row.removed_at is not None or (kind is not None and row.kind != kind):
        raise NotFound(f"There is no {kind or 'post'} {post_id}. It may have been removed.")
    return row
