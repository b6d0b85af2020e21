"""Clusters of copies: a page joins when it is alike to the members on average, never through one neighbour alone."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from curation.dedup.text import FOLDED, Relation

Key = TypeVar("Key", bound=Hashable)
Measure = Callable[[Key, Key], Relation]

TOGETHER = 0.70
"""Mean similarity between two clusters from which they become one. On 3,269 labelled pages and revisions: .60 and
joining through any one pair F1 .9992, .70 .9997, .75 .9982, .80 .9946 (a page edited ten times falls apart)."""

SAMPLE = 8
"""Members of each side that are compared when two clusters meet, evenly spread: 64 pairs at most, whatever the size."""

_NEVER = -1e9


def cluster(
    pairs: Iterable[tuple[Key, Key, Relation]],
    members: Iterable[Key],
    measure: Measure[Key] | None = None,
    together: Iterable[tuple[Key, Key]] = (),
) -> dict[Key, Key]:
    """The least member of the cluster of every member. The strongest pairs are joined first, ties by key, so the
    order of `pairs` and `members` changes nothing. `measure` is asked for pairs that are not listed; without it they
    count as unlike. Two clusters that hold siblings of each other are never joined; the pairs in `together` are one
    from the beginning, whatever they are like."""
    known = {_ordered(a, b): relation for a, b, relation in pairs}
    links = sorted((-r.similarity, pair) for pair, r in known.items() if r.kind in FOLDED)

    def relation(a: Key, b: Key) -> Relation | None:
        if (a, b) not in known and measure is not None:
            known[a, b] = measure(a, b)
        return known.get((a, b))

    return join((pair for _, pair in links), members, relation, together)


def join(
    links: Iterable[tuple[Key, Key]],
    members: Iterable[Key],
    relation: Callable[[Key, Key], Relation | None],
    together: Iterable[tuple[Key, Key]] = (),
) -> dict[Key, Key]:
    """The same for more pairs than can be held as objects: `links` are the pairs that fold, the lesser first, in the
    order in which they may join; `relation` tells how any two relate, None for unlike."""
    groups: dict[Key, list[Key]] = {member: [member] for member in members}
    home = {member: member for member in groups}
    for a, b in sorted(together):
        _merge(groups, home, *_ordered(home[a], home[b]))
    for a, b in links:
        one, two = _ordered(home[a], home[b])
        if one != two and _mean(groups[one], groups[two], relation) >= TOGETHER:
            _merge(groups, home, one, two)
    return home


def _merge(groups: dict[Key, list[Key]], home: dict[Key, Key], one: Key, two: Key) -> None:
    """Make two clusters one, under the lesser name."""
    if one != two:
        for member in groups[two]:
            home[member] = one
        groups[one] += groups.pop(two)


def joins(relations: Sequence[Relation]) -> bool:
    """Whether a new page belongs to a cluster, given its relations to the members (or `SAMPLE` of them): some fold,
    none is a sibling, and on average they are alike enough."""
    if not any(r.kind in FOLDED for r in relations):
        return False
    return sum(map(_weight, relations)) / len(relations) >= TOGETHER


def _mean(one: Sequence[Key], two: Sequence[Key], relation: Callable[[Key, Key], Relation | None]) -> float:
    pairs = [_ordered(a, b) for a in _spread(one) for b in _spread(two)]
    return sum(_weight(found) for a, b in pairs if (found := relation(a, b))) / len(pairs)


def _weight(relation: Relation) -> float:
    return _NEVER if relation.kind == "sibling" else relation.similarity


def _spread(group: Sequence[Key]) -> Sequence[Key]:
    if len(group) <= SAMPLE:
        return group
    return [group[n * (len(group) - 1) // (SAMPLE - 1)] for n in range(SAMPLE)]


def _ordered(a: Key, b: Key) -> tuple[Key, Key]:
    return (a, b) if a <= b else (b, a)  # type: ignore[operator]
