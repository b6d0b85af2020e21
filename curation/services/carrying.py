"""Which other resources should carry a concept: the surest suggestions, and pieces in which its names stand."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from curation.database import AccountRow
from curation.services import concepts, review, search, verdicts, vocabulary
from curation.services.verdicts import Pair
from search_config.index import SearchIndex

# Names of a concept that are searched for; those of one with more are near the first in meaning. Judgement.
NAMES = 5
# How a piece came that nobody suggested.
NAMED = "its name stands in it"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A resource that may carry a concept: how sure (0 to 1, None where nobody said), and why."""

    resource_id: str
    title: str
    source: str
    score: float | None
    method: str
    words: str


def candidates(db: Session, index: SearchIndex | None, uri: str, limit: int) -> list[Candidate]:
    """What may carry a concept and neither does nor was decided about; suggestions first, surest first."""
    found = [
        Candidate(card.resource_id, card.title, card.source, card.score, card.method, card.exact)
        for card in review.queue(db, limit, concept=uri)
    ]
    if index is not None and len(found) < limit:
        found += _named(db, index, uri, {one.resource_id for one in found}, limit - len(found))
    return found


def _named(db: Session, index: SearchIndex, uri: str, known: Collection[str], limit: int) -> list[Candidate]:
    """Pieces that a search for the concept's names finds, under it and under no narrower one yet."""
    concept = vocabulary.load(db).concepts[uri]
    labels = list(dict.fromkeys(text for kind, _, text in concept.labels() if kind != "hiddenLabel"))[:NAMES]
    cards = {
        item.card.id: (item.card, label)
        for label in reversed(labels)
        for item in search.find(db, index, f'"{label}"', page_size=limit, log=False).items
    }
    fresh = [i for i in cards if i not in known]
    decided = verdicts.all_decided(db, fresh)
    filed = set(db.scalars(concepts.carrying(db, uri)))
    left = [i for i in fresh if i not in filed and (i, uri) not in decided]
    return [Candidate(i, cards[i][0].title, cards[i][0].source, None, NAMED, cards[i][1]) for i in left[:limit]]


def decide(db: Session, account: AccountRow, pairs: Collection[Pair], verdict: str) -> list[int]:
    """Accept or reject many at once; the numbers of the decisions, which `take_back` undoes."""
    return [review.decide(db, account, resource_id, uri, verdict).id for resource_id, uri in dict.fromkeys(pairs)]


def take_back(db: Session, account: AccountRow, decisions: Collection[int]) -> int:
    """Undo decisions made in one go, the latest first; how many."""
    return sum(1 for number in sorted(decisions, reverse=True) if review.undo(db, account, number) is not None)
