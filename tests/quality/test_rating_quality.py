"""Pinned floors of the weighed rating in a simulated organisation: 1,000 items, 150 raters, and five new accounts."""

import random
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from statistics import fmean, median

from curation.rating.burst import bursts
from curation.rating.rating import Rating
from curation.rating.weigh import weigh

ITEMS, RATERS, RUNS, TOP = 1000, 150, 12, 50
START = datetime(2024, 1, 1, tzinfo=UTC)


@cache
def organisation(seed: int) -> tuple[dict[str, float], list[Rating]]:
    """True qualities, and ratings skewed to popular items and busy raters; rater bias sd .5, noise sd .8."""
    chance = random.Random(seed)
    quality = {f"i{n}": min(5, max(1, chance.gauss(3.4, 0.6))) for n in range(ITEMS)}
    popular = [1 / (n + 1) ** 0.7 for n in range(ITEMS)]
    found = []
    for n in range(RATERS):
        leaning = chance.gauss(0, 0.5)
        for item in set(chance.choices(list(quality), popular, k=int(chance.paretovariate(1.1) * 8) % 200)):
            stars = min(5, max(1, round(quality[item] + leaning + chance.gauss(0, 0.8))))
            at = START + timedelta(minutes=chance.randrange(365 * 24 * 60))
            found.append(Rating(f"r{n}", item, stars, f"r{n}-{item}", at))
    return quality, found


def ranked(scores: dict[str, float]) -> list[str]:
    return sorted(scores, key=lambda item: (-scores[item], item))


def plain(ratings: list[Rating]) -> dict[str, float]:
    items = defaultdict(list)
    for rating in ratings:
        items[rating.resource].append(rating.stars)
    return {item: fmean(stars) for item, stars in items.items()}


def weighed(ratings: list[Rating]) -> dict[str, float]:
    return {item: score.score for item, score in weigh(ratings).items()}


def precision(scores: dict[str, float], quality: dict[str, float]) -> float:
    best = set(ranked({item: quality[item] for item in scores})[:TOP])
    return len(best & set(ranked(scores)[:TOP])) / TOP


def attacked(seed: int, accounts: int = 5) -> tuple[str, list[Rating]]:
    """Five new accounts give five stars, within a day, to one of the worst items that others have rated."""
    quality, ratings = organisation(seed)
    counts = Counter(r.resource for r in ratings)
    known = [item for item in counts if counts[item] >= 4]
    worst = sorted(known, key=quality.__getitem__)[: len(known) // 7]
    item = random.Random(seed).choice(worst)
    day = START + timedelta(days=200)
    return item, ratings + [Rating(f"new{n}", item, 5, f"new{n}", day + timedelta(hours=n)) for n in range(accounts)]


def test_the_best_fifty_are_found_more_often_than_by_the_plain_mean() -> None:
    pairs = [(precision(weighed(r), q), precision(plain(r), q)) for q, r in map(organisation, range(RUNS))]
    ours, mean = fmean(p[0] for p in pairs), fmean(p[1] for p in pairs)
    assert ours >= mean + 0.08


def test_five_new_accounts_do_not_bring_a_bad_item_near_the_top() -> None:
    ranks, plainly = [], []
    for item, ratings in map(attacked, range(RUNS)):
        ranks.append(ranked(weighed(ratings)).index(item))
        plainly.append(ranked(plain(ratings)).index(item))
    assert median(ranks) >= 100
    assert median(ranks) >= median(plainly)


def test_bursts_freeze_the_attack_and_hardly_anything_else() -> None:
    caught, wrong, total = 0, 0, 0
    for _, ratings in map(attacked, range(RUNS)):
        frozen = set(bursts(ratings))
        caught += sum(name.startswith("new") for name in frozen)
        wrong += sum(not name.startswith("new") for name in frozen)
        total += len(ratings)
    assert caught >= 0.7 * 5 * RUNS
    assert wrong <= 0.001 * total
