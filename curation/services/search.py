"""Search as a person meets it: cards with what matched, facets in words, and a log of what was looked for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import insert, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from curation.database import AccountRow, SearchRow, reading
from curation.database.session import SQLITE_BUSY_MS
from curation.services import catalogue, concepts, vocabulary
from curation.services.catalogue import ResourceCard
from curation.services.languages import language_name
from curation.tagging.concept import Vocabulary
from search_config.index import FacetCount, Order, SearchIndex, SearchRequest

# Milliseconds a search waits on SQLite to be logged while the pipeline writes; nobody waits longer for a log line.
LOG_WAIT_MS = 200
# Characters of a search that are logged; what is longer was pasted.
LONGEST_LOGGED = 500
# Letters before anything is suggested: one letter continues to half the library.
SHORTEST_PREFIX = 2


@dataclass(frozen=True, slots=True)
class FacetChoice:
    """A value to narrow by, in words a person reads; `chosen` if it is in force."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class FoundItem:
    """A resource found; title and snippet are escaped HTML with <mark> around what matched."""

    card: ResourceCard
    title_html: str
    snippet_html: str


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found. `search_id` names the line in the log, None where nothing was logged."""

    total: int
    items: tuple[FoundItem, ...]
    facets: Mapping[str, tuple[FacetChoice, ...]]
    search_id: int | None


def find(
    db: Session,
    index: SearchIndex,
    request_text: str,
    filters: Mapping[str, Sequence[str]] | None = None,
    order: Order = "relevance",
    page: int = 1,
    page_size: int = 10,
    account: AccountRow | None = None,
    log: bool = True,
) -> Found:
    """Search, and remember that it was searched (the first page, with words typed).

    Raises:
        IndexUnavailable: the engine does not answer now.
    """
    wanted = {facet: tuple(values) for facet, values in (filters or {}).items() if values}
    if "tag" in wanted:
        # An address that somebody kept may name a concept that was merged since.
        words = vocabulary.load(db)
        wanted["tag"] = tuple(dict.fromkeys(words.current(uri) or uri for uri in wanted["tag"]))
    asked = SearchRequest(request_text, wanted, synonyms(db), order, page, page_size, readers=reading.names(db))
    result = index.search(asked)
    cards = {card.id: card for card in catalogue.cards(db, (hit.id for hit in result.hits))}
    items = tuple(
        # The index is a copy and may lag: what left the library since is not shown.
        FoundItem(cards[hit.id], hit.title, hit.snippet)
        for hit in result.hits
        if hit.id in cards and cards[hit.id].state == "live"
    )
    facets = {facet: _choices(db, facet, counts, wanted.get(facet, ())) for facet, counts in result.facets.items()}
    logged = _log(db, asked, result.total, account) if log and page == 1 and request_text.strip() else None
    return Found(result.total, items, facets, logged)


def suggest(db: Session, index: SearchIndex, prefix: str, limit: int = 8) -> list[str]:
    """Titles and concept labels that continue what was typed."""
    typed = prefix.strip()
    return index.suggest(typed, limit, reading.names(db)) if len(typed) >= SHORTEST_PREFIX else []


def opened(db: Session, search_id: int, resource_id: str, rank: int) -> None:
    """Remember what was opened first of a search, and how far down it stood (from 1)."""
    line = update(SearchRow).where(SearchRow.id == search_id, SearchRow.opened.is_(None))
    _note(db, line.values(opened=resource_id, opened_rank=rank).returning(SearchRow.id))


def synonyms(db: Session) -> Mapping[str, tuple[str, ...]]:
    """Each label (lower case) to the other labels of its concept; made anew only when the vocabulary changed."""
    return _synonyms(_Same(vocabulary.load(db)))


class _Same:
    """A vocabulary as a key: the same object gives the same synonyms."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words

    def __hash__(self) -> int:
        return id(self.words)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.words is self.words


# One vocabulary is in use; a second entry serves the moment of change.
@lru_cache(maxsize=2)
def _synonyms(same: _Same) -> Mapping[str, tuple[str, ...]]:
    """The synonyms of a vocabulary; concepts that share a label share their words."""
    found: dict[str, dict[str, None]] = {}
    for said in same.words:
        labels = list(dict.fromkeys(label.strip().lower() for _, _, label in said.labels() if label.strip()))
        for label in labels:
            found.setdefault(label, {}).update(dict.fromkeys(other for other in labels if other != label))
    return {label: tuple(others) for label, others in found.items() if others}


def _choices(db: Session, facet: str, counts: Iterable[FacetCount], chosen: Sequence[str]) -> tuple[FacetChoice, ...]:
    """A facet's values in words; what is chosen stays, so that it can be taken back, even where nothing has it."""
    held = {count.value: count.count for count in counts}
    held.update((value, 0) for value in chosen if value not in held)
    labels = _labels(db, facet, held)
    return tuple(FacetChoice(value, labels.get(value, value), count, value in chosen) for value, count in held.items())


def _labels(db: Session, facet: str, values: Iterable[str]) -> Mapping[str, str]:
    """What a person reads for a facet's values."""
    if facet == "tag":
        return {uri: ref.label for uri, ref in concepts.refs(db, values).items()}
    if facet == "language":
        return {value: language_name(value) for value in values}
    if facet == "kind":
        return {value: value[:1].upper() + value[1:].replace("-", " ").replace("_", " ") for value in values}
    return {}


def _log(db: Session, asked: SearchRequest, total: int, account: AccountRow | None) -> int | None:
    """Write the line of a search; its id."""
    line = {
        "account_id": account.id if account else None,
        "text": asked.text.strip().replace("\x00", "")[:LONGEST_LOGGED],
        "filters": {facet: list(values) for facet, values in asked.filters.items()},
        "found": total,
    }
    return _note(db, insert(SearchRow).values(line).returning(SearchRow.id))


def _note(db: Session, statement: ReturningInsert[int] | ReturningUpdate[int]) -> int | None:
    """Write to the log; where the record is busy the search goes without rather than wait. The line's id."""
    sqlite = db.get_bind().dialect.name == "sqlite"
    try:
        if sqlite:
            db.execute(text(f"PRAGMA busy_timeout={LOG_WAIT_MS}"))
        return db.scalar(statement)
    except OperationalError:
        return None
    finally:
        if sqlite:
            db.execute(text(f"PRAGMA busy_timeout={SQLITE_BUSY_MS}"))
