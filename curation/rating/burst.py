"""Bursts: several people with little history who rate one resource alike at one time, far from everyone else."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from curation.rating.rating import Rating

WINDOW = timedelta(hours=48)
"""Time within which the ratings of a burst fall: a campaign is answered in a day or two (source: unknown)."""

NEWCOMER = 3
"""Resources a person has rated at most, ever, to count as having little history: where their weight in `weigh` is
half. Whoever goes on rating grows out of it."""

RATERS = 3
"""People a burst needs: fewer can't move a score by much (weights of .25 each against a prior of 3)."""

OTHERS = 3
"""Ratings by others a resource needs before anyone can be far from them. A new page that a class of beginners likes is
no burst."""

DISTANCE = 1.5
"""Stars between the mean of the burst and of the others: three times the spread of a mean of three honest ratings
(noise of .8 stars, simulation in the research)."""

HIGH, LOW = 4, 2
"""All of a burst are at least 4 stars, or at most 2."""


def bursts(ratings: Iterable[Rating]) -> dict[str, str]:
    """The ratings to freeze until a curator has looked: rating id -> reason. Nothing is said about who means harm."""
    history: dict[str, set[str]] = defaultdict(set)
    items: dict[str, list[Rating]] = defaultdict(list)
    for rating in ratings:
        history[rating.rater].add(rating.resource)
        items[rating.resource].append(rating)
    new = {rater for rater, rated in history.items() if len(rated) <= NEWCOMER}
    found: dict[str, str] = {}
    for given in items.values():
        for alike in (
            [r for r in given if r.rater in new and r.stars >= HIGH],
            [r for r in given if r.rater in new and r.stars <= LOW],
        ):
            found.update(_frozen(_crowded(alike), given))
    return found


def _crowded(ratings: Iterable[Rating]) -> list[Rating]:
    """Those that lie in some window together with enough other people's."""
    ordered = sorted(ratings, key=_time)
    found: dict[str, Rating] = {}
    first = 0
    for last, rating in enumerate(ordered):
        while _time(rating) - _time(ordered[first]) > WINDOW:
            first += 1
        together = ordered[first : last + 1]
        if len({r.rater for r in together}) >= RATERS:
            found.update((r.id, r) for r in together)
    return list(found.values())


def _frozen(burst: Sequence[Rating], given: Sequence[Rating]) -> dict[str, str]:
    names = {r.id for r in burst}
    others = [r.stars for r in given if r.id not in names]
    if not burst or len(others) < OTHERS:
        return {}
    theirs, usual = sum(r.stars for r in burst) / len(burst), sum(others) / len(others)
    if abs(theirs - usual) < DISTANCE:
        return {}
    people = len({r.rater for r in burst})
    why = (
        f"{people} people who have rated little gave {theirs:.1f} stars on average within {WINDOW.days} days; "
        f"the {len(others)} other ratings average {usual:.1f}"
    )
    return {r.id: why for r in burst}


def _time(rating: Rating) -> datetime:
    return rating.at if rating.at.tzinfo else rating.at.replace(tzinfo=UTC)
