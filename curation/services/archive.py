"""Conversations from an archive: what was said elsewhere keeps its author and its date."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from curation.database import PostRow
from curation.services import matching
from curation.services.reading import Unreadable, clean, moment

KINDS = ("question", "answer", "comment")


@dataclass(slots=True)
class PostReport:
    """What became of the rows: `added`, `known` already, `waiting` for their resource, `errors` as (line, message)."""

    added: int = 0
    known: int = 0
    waiting: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)


def import_posts(
    db: Session, rows: Iterable[Mapping[str, str | None]], canonical: Callable[[str], str] = str
) -> PostReport:
    """Bring in what was said elsewhere; safe to repeat.

    Columns: kind (question, answer, comment), author, at (ISO 8601), body; where it applies url, title, accepted
    (true or false), and id and parent, which are the archive's own and tie an answer to its question: a parent
    stands before its replies. Lines count from 2, the first holding the columns' names. A row that can't be used is
    named in the report and left out.
    """
    report, ids = PostReport(), dict[str, int]()
    for line, row in enumerate(rows, start=2):
        try:
            post = _read(row, ids, canonical)
        except Unreadable as error:
            report.errors.append((line, str(error)))
            continue
        held = _held(db, post)
        if held is None:
            _place(db, post)
            db.add(post)
            db.flush()
            report.waiting += post.url is not None and post.resource_id is None
        report.added += held is None
        report.known += held is not None
        if archived := clean(row.get("id")):
            ids[archived] = held if held is not None else post.id
    return report


def _read(row: Mapping[str, str | None], ids: Mapping[str, int], canonical: Callable[[str], str]) -> PostRow:
    """A row as a post, not yet in the record."""
    kind, author, body = clean(row.get("kind")), clean(row.get("author")), clean(row.get("body"))
    title, parent = clean(row.get("title")), clean(row.get("parent"))
    if kind not in KINDS:
        raise Unreadable(f"kind is {kind!r}; it has to be one of {', '.join(KINDS)}")
    if not author or not (body or title):
        raise Unreadable("a post needs an author and a body")
    if parent and parent not in ids:
        raise Unreadable(f"parent {parent!r} stands nowhere before it; put a question before its answers")
    if kind == "answer" and not parent:
        raise Unreadable("an answer needs a parent, the id of its question")
    return PostRow(
        kind=kind,
        title=title,
        body=body,
        author=author,
        at=_when(row),
        url=_address(row, canonical),
        parent_id=ids[parent] if parent else None,
        accepted=kind == "answer" and clean(row.get("accepted")).lower() in {"1", "true", "yes"},
    )


def _when(row: Mapping[str, str | None]) -> datetime:
    """When it was said."""
    return moment(clean(row.get("at")), "at")


def _address(row: Mapping[str, str | None], canonical: Callable[[str], str]) -> str | None:
    """What it is about, None where it is about nothing in particular."""
    url = clean(row.get("url"))
    return canonical(url) if url else None


def _held(db: Session, post: PostRow) -> int | None:
    """The id of the same words by the same person at the same time, if they are in the record."""
    same = select(PostRow.id).where(PostRow.at == post.at, PostRow.author == post.author, PostRow.kind == post.kind)
    return db.scalar(same.where(PostRow.body == post.body, PostRow.title == post.title).limit(1))


def _place(db: Session, post: PostRow) -> None:
    """Tie a post to its resource: by its address, or through the post that it answers."""
    if post.url is not None:
        post.resource_id = matching.by_url(db, [post.url]).get(post.url)
    elif post.parent_id is not None:
        parent = db.get_one(PostRow, post.parent_id)
        post.url, post.resource_id = parent.url, parent.resource_id
