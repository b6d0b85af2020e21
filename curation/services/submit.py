"""An article arrives: a new resource, a changed one, or one that comes back with everything it had."""

import base64
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from curation.database import ArticleRow, ResourceRow, now
from curation.services import elsewhere, matching, moves, publish
from curation.services.matching import batches

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
    while db.get(ResourceRow, made := _made(source, url + salt)) is not None:
        salt += "+"
    return made


def _made(source: str, url: str) -> str:
    hashed = hashlib.sha256(f"{source}\x00{url}".encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(hashed[:ID_BYTES]).decode("ascii").lower()[:ID_LETTERS]


class _Held:
    """What the record has of some articles' addresses, page ids and words: asked once, kept true while they come."""

    def __init__(self, db: Session, submissions: Sequence[Submission]) -> None:
        self._db = db
        self._source = ArticleRow.source.in_({s.source for s in submissions})
        self._urls = {s.url for s in submissions}
        self.digests = {id(s): s.digest for s in submissions}
        self.articles = self._at()
        self._said = {*self._known(ArticleRow.system_id, {s.system_id for s in submissions} - {""})}
        self._said |= self._known(ArticleRow.digest, set(self.digests.values()))
        made = {_made(s.source, s.url) for s in submissions if (s.source, s.url) not in self.articles}
        self._free = made - {i for batch in batches(made) for i in db.scalars(_ids(batch))}

    def _at(self) -> dict[tuple[str, str], ArticleRow]:
        found: dict[tuple[str, str], ArticleRow] = {}
        for batch in batches(self._urls):
            at = select(ArticleRow).options(joinedload(ArticleRow.resource))
            for row in self._db.scalars(at.where(self._source, ArticleRow.url.in_(batch))):
                found[row.source, row.url] = row
        return found

    def _known(self, column: InstrumentedAttribute[str], values: Collection[str]) -> set[tuple[str, str]]:
        asked = select(ArticleRow.source, column).where(self._source)
        rows = (row for batch in batches(values) for row in self._db.execute(asked.where(column.in_(batch))))
        return {(source, value) for source, value in rows}

    def arrived(self, submission: Submission, text: str, run: moves.Whereabouts) -> ArticleRow | None:
        """The article that an unknown address continues, if there is one; most say what nobody said before."""
        source, digest = submission.source, self.digests[id(submission)]
        if not self._said & {(source, submission.system_id), (source, digest)}:
            return None
        article = moves.arrival(self._db, source, submission.url, submission.system_id, digest, text, run)
        if article is not None:
            self.articles = self._at()
        return article

    def keep(self, submission: Submission, article: ArticleRow) -> None:
        """Know of an article that was just brought to what its page says."""
        source = submission.source
        self.articles[source, submission.url] = article
        self._said |= {(source, name) for name in (submission.system_id, self.digests[id(submission)]) if name}

    def new_id(self, source: str, url: str) -> str:
        """An id for a new resource."""
        made = _made(source, url)
        if made not in self._free:
            self._db.flush()
            return resource_id(self._db, source, url)
        self._free.remove(made)
        return made


def _ids(batch: Sequence[str]) -> Select[str]:
    return select(ResourceRow.id).where(ResourceRow.id.in_(batch))


def submit(db: Session, submission: Submission, run: moves.Whereabouts = NOWHERE) -> Outcome:
    """Put an article into the record; what did not change costs nothing later.

    An unknown address may be where a page went that is known: `run` says which of those are not where they were.
    """
    return submit_all(db, [submission], run)[0]


def submit_all(db: Session, submissions: Sequence[Submission], run: moves.Whereabouts = NOWHERE) -> list[Outcome]:
    """Put articles into the record, one after the other as with `submit`, in few statements for all of them."""
    held, outcomes, touched = _Held(db, submissions), [], []
    for submission in submissions:
        outcome, article = _take(db, submission, run, held)
        held.keep(submission, article)
        outcomes.append(outcome)
        if outcome != "same":
            touched.append(article.resource_id)
    publish.touch(db, *touched)
    return outcomes


def _take(db: Session, submission: Submission, run: moves.Whereabouts, held: _Held) -> tuple[Outcome, ArticleRow]:
    """Bring one article and what people said of it to what the page says now."""
    said = _clean({name: getattr(submission, name) for name in Submission.__slots__})
    facts = {name: value for name, value in said.items() if name not in SAID}
    outcome, article = _place(db, submission, facts, run, held)
    heard = [said[name] for name in SAID]
    # Of a new page of which nobody says anything, nobody said anything before.
    if outcome == "new" and not any(heard):
        return outcome, article
    if elsewhere.keep(db, article.resource_id, article.url, *heard) and outcome == "same":
        outcome = "changed"
    return outcome, article


def _place(
    db: Session, submission: Submission, facts: dict[str, Any], run: moves.Whereabouts, held: _Held
) -> tuple[Outcome, ArticleRow]:
    """The article of this address, made or brought to what the page says now, and what that was."""
    digest = held.digests[id(submission)]
    article = held.articles.get((submission.source, submission.url))
    outcome: Outcome = "same"
    if article is None:
        article = held.arrived(submission, facts["text"], run)
        outcome = "moved"
    if article is None:
        return "new", _new(db, held.new_id(submission.source, submission.url), digest, facts)
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
    return ("changed" if outcome == "same" else outcome), article


def _new(db: Session, made: str, digest: str, facts: dict[str, Any]) -> ArticleRow:
    """A resource for an address that says something nobody said before."""
    resource = ResourceRow(id=made)
    article = ArticleRow(resource_id=made, resource=resource, digest=digest, **facts)
    db.add_all((resource, article))
    if facts["readers"]:
        publish.set_readers(db, made, facts["readers"])
    return article


def _storable(text: str) -> str:
    text = text.replace("\x00", "")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text


def _clean(facts: dict[str, Any]) -> dict[str, Any]:
    """PostgreSQL keeps no NUL and neither database a lone surrogate; both are noise from broken pages."""

    def text(value: Any) -> Any:
        if isinstance(value, str):
            return _storable(value)
        if isinstance(value, list):
            return [text(item) for item in value]
        if isinstance(value, dict):
            return {text(key): text(item) for key, item in value.items()}
        return value

    return {name: text(value) for name, value in facts.items()}
