"""Fold a stream of pages: which are one resource, which of them stands for it, and how each relates to it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from curation.dedup.canonical import canonical
from curation.dedup.cluster import join
from curation.dedup.compare import compare_prepared
from curation.dedup.compared import Compared, Pages
from curation.dedup.intake import Intake
from curation.dedup.spool import Spool
from curation.dedup.text import FOLDED, Kind, Relation, Text

_Related = Callable[[int, int], Relation]

HEATS = 64
"""Copies of one cluster read at a time when its canonical one is chosen; the winners meet again."""

MEASURED = 100_000
"""Relations measured while clusters are joined that are remembered: about 30 MB. A mass of copies would ask for
millions, each only a few times and soon after the first."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Where a page went. `cluster` is the least id of its cluster and `canonical` the page that stands for it;
    `relation` is how this page relates to that one, "canonical" for that one itself. A page alone in its cluster is
    "none", or names its strongest link to a page outside: "sibling", "contains", "supersedes", "translation".
    `similarity` belongs to the relation named: 1 for the canonical page itself, 0 for "none"."""

    id: str
    cluster: str
    canonical: str
    similarity: float
    relation: str


def fold(records: Iterable[Text]) -> Iterator[Fold]:
    """Fold pages, in their order; nothing is yielded before all are read. Texts wait in a temporary file and about
    600 bytes a page stay in memory. The clusters do not depend on the order. A full disk raises OSError."""
    with Spool() as spool:
        intake = Intake(records, spool)
        compared = Compared(len(intake.speakers))
        for a, b in intake.candidates.pairs():
            compared.add(a, b, _measured(intake, a, b))
        places = _settled(intake, compared)
        links = compared.strongest()
        for number, page in enumerate(intake.ids):
            yield _fold_of(page, number, intake, places, links)


def _measured(intake: Intake, a: int, b: int) -> Relation:
    spool, speakers = intake.spool, intake.speakers
    return compare_prepared(spool.prepared(speakers[a]), spool.prepared(speakers[b]))


@dataclass(frozen=True, slots=True)
class _Place:
    """What the pages of one row share; `canonical` is the number of a page."""

    cluster: str
    canonical: int
    similarity: float
    relation: Kind


def _settled(intake: Intake, compared: Compared) -> dict[int, _Place]:
    """The place of every row that is not alone: in a cluster with others, or with twins."""

    @lru_cache(MEASURED)
    def related(a: int, b: int) -> Relation:
        low, high = min(a, b), max(a, b)
        return compared.relation(low, high) or _measured(intake, low, high)

    twins = intake.twins()
    places: dict[int, _Place] = {}
    for first, second, alike in compared.components():
        for rows in _clusters(intake, first, second, alike, related):
            places.update(_placed(intake, rows, twins, related))
    for row, pages in enumerate(twins):
        if len(pages) > 1 and row not in places:
            places.update(_placed(intake, [row], twins, related))
    return places


def _clusters(
    intake: Intake, first: Pages, second: Pages, alike: NDArray[np.float64], related: _Related
) -> list[list[int]]:
    """The clusters of more than one row; rows go by the id of their speaker, so that input order changes nothing."""
    rows = np.unique(np.concatenate([first, second])).tolist()
    named = sorted(rows, key=lambda row: (intake.ids[intake.speakers[row]], row))
    place = np.empty(len(rows), np.int64)
    place[np.searchsorted(rows, named)] = np.arange(len(rows))
    one, two = (place[np.searchsorted(rows, side)] for side in (first, second))
    low, high = np.minimum(one, two), np.maximum(one, two)
    links = ((int(low[n]), int(high[n])) for n in np.lexsort((high, low, -alike)))
    homes = join(links, range(len(rows)), lambda a, b: related(named[a], named[b]))
    groups: dict[int, list[int]] = {}
    for member, home in homes.items():
        groups.setdefault(home, []).append(named[member])
    return [rows for rows in groups.values() if len(rows) > 1]


def _placed(
    intake: Intake, rows: Sequence[int], twins: Sequence[NDArray[np.int64]], related: _Related
) -> Iterator[tuple[int, _Place]]:
    pages = sorted((int(page) for row in rows for page in twins[row]), key=lambda page: (intake.ids[page], page))
    best = _champion(intake, pages)
    for row in rows:
        relation = Relation("copy", 1.0, "the same words")
        if row != intake.rows[best]:
            relation = related(row, intake.rows[best])
        kind = relation.kind if relation.kind in FOLDED else "revision"
        yield row, _Place(intake.ids[pages[0]], best, relation.similarity, kind)


def _champion(intake: Intake, pages: Sequence[int]) -> int:
    """The number of the canonical page, chosen in heats so that a thousand long copies are never read at once."""
    while len(pages) > 1:
        winners = []
        for start in range(0, len(pages), HEATS):
            heat = pages[start : start + HEATS]
            texts = [replace(intake.spool.text(page), id=f"{n:09d}") for n, page in enumerate(heat)]
            winners.append(heat[int(canonical(texts))])
        pages = winners
    return pages[0]


def _fold_of(
    page: str, number: int, intake: Intake, places: dict[int, _Place], links: Callable[[int], tuple[float, Kind]]
) -> Fold:
    place = places.get(intake.rows[number])
    if place is None:
        similarity, kind = links(intake.rows[number])
        return Fold(page, page, page, round(similarity, 4), kind)
    if number == place.canonical:
        return Fold(page, place.cluster, page, 1.0, "canonical")
    return Fold(page, place.cluster, intake.ids[place.canonical], round(place.similarity, 4), place.relation)
