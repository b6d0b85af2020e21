"""The common language as people read it: a concept with its neighbours, and the whole tree with counts."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from curation.database import ConceptRow, ResourceRow, TaggingRow
from curation.errors import NotFound
from curation.services import matching, splitting, vocabulary
from curation.tagging.concept import Concept

# Concepts in one question before those that nothing carries are left out of it; below it that is not worth a query.
MANY = 500
# Names in a list that a browser offers while somebody types: 1,000 are some 30 kB of the page. Judgement.
CHOOSABLE = 1000


@dataclass(frozen=True, slots=True)
class ConceptRef:
    """A concept as it is named and linked."""

    uri: str
    label: str
    slug: str


@dataclass(frozen=True, slots=True)
class ConceptLine:
    """A concept in the tree: `depth` counts from 0, `count` the live resources that carry it itself."""

    uri: str
    label: str
    slug: str
    depth: int
    count: int


@dataclass(frozen=True, slots=True)
class ConceptPage:
    """A concept with what it means and what is near it; `count` includes what carries a narrower one.

    `retired` says that it is out of use, `parts` what it was split into.
    """

    uri: str
    label: str
    slug: str
    alt_labels: tuple[str, ...]
    definition: str
    broader: tuple[ConceptRef, ...]
    narrower: tuple[ConceptRef, ...]
    related: tuple[ConceptRef, ...]
    count: int
    retired: bool = False
    parts: tuple[ConceptRef, ...] = ()


def concept(db: Session, slug_or_uri: str) -> ConceptPage:
    """A concept by the name in its address or by its URI; one that was replaced leads to what replaced it.

    Raises:
        NotFound: there is none.
    """
    row = find(db, slug_or_uri)
    words = vocabulary.load(db)
    said = words.concepts.get(row.uri) or Concept(row.uri, pref_labels={"": row.label})
    broader, narrower = words.parents.get(row.uri, ()), words.children.get(row.uri, ())
    near = words.neighbours.get(row.uri, frozenset()) - set(broader) - set(narrower)
    retired = said.status == "deprecated"
    parts = splitting.parts(db).get(row.uri, ()) if retired else ()
    known = refs(db, (*broader, *narrower, *near, *parts))

    def named(uris: Iterable[str]) -> tuple[ConceptRef, ...]:
        return tuple(sorted((known[uri] for uri in uris if uri in known), key=lambda ref: ref.label.casefold()))

    return ConceptPage(
        uri=row.uri,
        label=row.label,
        slug=row.slug,
        alt_labels=alternatives(said, row.label),
        definition=definition(said),
        broader=named(broader),
        narrower=named(narrower),
        related=named(near),
        count=count(db, row.uri),
        retired=retired,
        parts=named(parts),
    )


def find(db: Session, slug_or_uri: str) -> ConceptRow:
    """The row of a concept; one that was replaced leads to what replaced it.

    Raises:
        NotFound: there is none.
    """
    row = None
    if "\x00" not in slug_or_uri:
        row = db.get(ConceptRow, slug_or_uri) or db.scalar(select(ConceptRow).where(ConceptRow.slug == slug_or_uri))
    if row is None:
        raise NotFound(f"The vocabulary has no concept {slug_or_uri[:80]!r}. The list of subjects shows those it has.")
    onward = vocabulary.load(db).current(row.uri)
    return row if onward in (None, row.uri) else db.get(ConceptRow, onward) or row


def definition(said: Concept) -> str:
    """What it means: in English, else without a language, else in any."""
    texts = said.definitions
    return texts.get("en") or texts.get("") or next(iter(texts.values()), "")


def alternatives(said: Concept, label: str) -> tuple[str, ...]:
    """The other words people know it by; hidden labels stay hidden."""
    texts = (text for kind, _, text in said.labels() if kind != "hiddenLabel" and text != label)
    return tuple(dict.fromkeys(texts))


def refs(db: Session, uris: Iterable[str]) -> dict[str, ConceptRef]:
    """How these concepts are named and linked; unknown ones are left out."""
    found: dict[str, ConceptRef] = {}
    for batch in matching.batches(dict.fromkeys(uris)):
        statement = select(ConceptRow.uri, ConceptRow.label, ConceptRow.slug).where(ConceptRow.uri.in_(batch))
        found.update((row.uri, ConceptRef(*row)) for row in db.execute(statement))
    return found


def carrying(db: Session, uri: str) -> Select[str]:
    """The ids of what carries a concept or one of its narrower ones, as a question to build on."""
    return select(TaggingRow.resource_id).where(TaggingRow.concept.in_(under(db, [uri])))


def under(db: Session, uris: Iterable[str]) -> Iterable[str]:
    """These concepts and all narrower ones; of very many only those that something carries."""
    words = vocabulary.load(db)
    every = {below for uri in uris for below in (uri, *words.narrower(uri))}
    if len(every) > MANY:
        every.intersection_update(db.scalars(select(TaggingRow.concept).distinct()))
    return every


def names(db: Session) -> list[str]:
    """What the concepts in use are called, to choose from; none where nobody could choose from so many."""
    found = sorted({one.label() for one in vocabulary.load(db) if one.status != "deprecated"}, key=str.casefold)
    return found if len(found) <= CHOOSABLE else []


def count(db: Session, uri: str) -> int:
    """How many live resources carry a concept or one of its narrower ones."""
    held = (
        select(func.count())
        .select_from(ResourceRow)
        .where(ResourceRow.id.in_(carrying(db, uri)), ResourceRow.state == "live")
    )
    return db.scalar(held) or 0


def all_concepts(db: Session) -> list[ConceptLine]:
    """The whole vocabulary as a tree, top to bottom, by label; a concept with several broader ones stands once.

    What was replaced or deprecated is left out, unless something still carries it.
    """
    words = vocabulary.load(db)
    used = _used(db)
    rows = db.execute(select(ConceptRow.uri, ConceptRow.label, ConceptRow.slug).order_by(ConceptRow.label.desc())).all()
    known = {row.uri: row for row in rows}
    ranks = {uri: rank for rank, uri in enumerate(known)}
    tops = [(uri, 0) for uri in known if not words.parents.get(uri)]
    lines: dict[str, ConceptLine] = {}
    # A ring of broader concepts has no top: whatever the tops did not reach starts a tree of its own.
    for waiting in (tops, [(uri, 0) for uri in known]):
        while waiting:
            uri, depth = waiting.pop()
            if uri in lines:
                continue
            lines[uri] = ConceptLine(*known[uri], depth, used.get(uri, 0))
            children = [child for child in words.children.get(uri, ()) if child in known and child not in lines]
            waiting.extend((child, depth + 1) for child in sorted(children, key=ranks.__getitem__))
    old = {item.uri for item in words if item.status == "deprecated" or item.replaced_by}
    return [line for uri, line in lines.items() if uri not in old or line.count]


def _used(db: Session) -> dict[str, int]:
    """How many live resources carry each concept itself."""
    statement = (
        select(TaggingRow.concept, func.count())
        .join(ResourceRow, ResourceRow.id == TaggingRow.resource_id)
        .where(ResourceRow.state == "live")
        .group_by(TaggingRow.concept)
    )
    return dict(db.execute(statement).all())
