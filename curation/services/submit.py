"""An article arrives: a new resource, a changed one, or one that comes back with everything it had."""

import base64
import hashlib
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from curation.database import ArticleRow, ResourceRow, now
from curation.services import elsewhere, matching, moves, publish

Outcome = Literal["new", "changed", "same", "returned", "moved"]
# 60 bits in base32: among 10 million resources a clash has a chance of 1 in 20,000, and is then resolved by salting.
ID_BYTES, ID_LETTERS = 10, 12
# What people said of the page at its source: rows of their own, not of the article.
SAID = ("comments", "reactions")
# What a page that a person hands in says of where others are.
NOWHERE = moves.Whereabouts()


@dataclass(frozen=True, slots=True)
class Submission:
    """What a crawl or a person hands in for one address; fields as in the article table, then what was said of it."""

    source: str
    url: str
    title: str
    text: str
    html: str = ""
    summary: str = ""
    authors: list[str] = field(default_factory=list)
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    licence: str | None = None
    kind: str = "page"
    tags: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    kept: float | None = None
    evidence: dict[str, Any] = field(default_factory=dict)
    system_id: str = ""
    attachments: list[dict[str, Any]] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    reactions: list[dict[str, Any]] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """The hash of what it says; equal digests mean equal tags and equal folds."""
        said = "\x00".join((self.title, self.text, self.language or "", *self.tags))
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def resource_id(db: Session, source: str, url: str) -> str:
    """An id made from the source and address, so that a run that was cut short makes the same one again."""
    salt = ""
    while True:
        hashed = hashlib.sha256(f"{source}\x00{url}{salt}".encode("utf-8", "surrogatepass")).digest()
        made = base64.b32encode(hashed[:ID_BYTES]).decode("ascii").lower()[:ID_LETTERS]
        if db.get(ResourceRow, made) is None:
            return made
        salt += "+"


def submit(db: Session, submission: Submission, run: moves.Whereabouts = NOWHERE) -> Outcome:
    """Put an article into the record; what did not change costs nothing later.

    An unknown address may be where a page went that is known: `run` says which of those are not where they were.
    """
    said = _clean(asdict(submission))
    facts = {name: value for name, value in said.items() if name not in SAID}
    outcome, article = _place(db, submission, facts, run)
    heard = [said[name] for name in SAID]
    # Of a new page of which nobody says anything, nobody said anything before.
    if outcome == "new" and not any(heard):
        return outcome
    if elsewhere.keep(db, article.resource_id, article.url, *heard) and outcome == "same":
        outcome = "changed"
        publish.touch(db, article.resource_id)
    return outcome


def _place(
    db: Session, submission: Submission, facts: dict[str, Any], run: moves.Whereabouts
) -> tuple[Outcome, ArticleRow]:
    """The article of this address, made or brought to what the page says now, and what that was."""
    source, url, digest = submission.source, submission.url, submission.digest
    article = db.scalar(select(ArticleRow).where(ArticleRow.source == source, ArticleRow.url == url))
    outcome: Outcome = "same"
    if article is None:
        article = moves.arrival(db, source, url, submission.system_id, digest, facts["text"], run)
        outcome = "moved"
    if article is None:
        return "new", _new(db, submission, facts)
    resource = article.resource
    if outcome == "same":
        outcome = "returned" if resource.state == "withdrawn" else "same"
        if outcome == "same" and all(getattr(article, name) == value for name, value in facts.items()):
            return outcome, article
    if resource.state == "withdrawn":
        resource.state, article.compared_as = "live", ""
    readers = set(article.readers) != set(facts["readers"])
    if article.digest != digest or readers:
        matching.release(db, resource)
    if readers:
        publish.set_readers(db, resource.id, facts["readers"])
    for name, value in facts.items():
        setattr(article, name, value)
    article.digest, article.extracted_at = digest, now()
    publish.touch(db, resource.id)
    return ("changed" if outcome == "same" else outcome), article


def _new(db: Session, submission: Submission, facts: dict[str, Any]) -> ArticleRow:
    """A resource for an address that says something nobody said before."""
    resource = ResourceRow(id=resource_id(db, submission.source, submission.url))
    db.add(resource)
    db.flush()
    article = ArticleRow(resource_id=resource.id, digest=submission.digest, **facts)
    db.add(article)
    if facts["readers"]:
        publish.set_readers(db, resource.id, facts["readers"])
    publish.touch(db, resource.id)
    return article


def _clean(facts: dict[str, Any]) -> dict[str, Any]:
    """PostgreSQL keeps no NUL and neither database a lone surrogate; both are noise from broken pages."""

    def text(value: Any) -> Any:
        if isinstance(value, str):
            return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
        if isinstance(value, list):
            return [text(item) for item in value]
        if isinstance(value, dict):
            return {text(key): text(item) for key, item in value.items()}
        return value

    return {name: text(value) for name, value in facts.items()}
