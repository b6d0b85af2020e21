"""The weighed score: worked by hand, shrunk to the middle, and the same in any order."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.rating.rating import Rating
from curation.rating.weigh import bias, weigh

ratings = st.lists(
    st.builds(Rating, st.sampled_from("abcde"), st.sampled_from("uvwxyz"), st.integers(1, 5)),
    max_size=30,
    unique_by=lambda r: (r.rater, r.resource),
)


def test_without_ratings_there_are_no_scores() -> None:
    assert weigh([]) == {}


def test_a_score_is_the_formula_worked_by_hand() -> None:
    found = weigh([Rating("a", "x", 5), Rating("b", "x", 2), Rating("a", "y", 4)])
    # C = 11/3; a: two items (weight 2/5), 3 stars above on one shared item (bias 3/6); b: weight 1/4, bias -3/6.
    expected = (3 * 11 / 3 + 0.4 * (5 - 0.5) + 0.25 * (2 + 0.5)) / (3 + 0.65)
    assert found["x"].score == pytest.approx(expected)
    assert (found["x"].mean, found["x"].count) == (3.5, 2)


def test_a_rater_alone_on_an_item_has_no_bias() -> None:
    assert bias([Rating("a", "x", 5)], {"x": [Rating("a", "x", 5)]}) == 0


def test_one_enthusiast_does_not_beat_many_content_readers() -> None:
    regular = [Rating(f"r{n}", f"item{i}", 3 + (i + n) % 2) for n in range(8) for i in range(10)]
    liked = [Rating(f"r{n}", "liked", 5) for n in range(8)]
    found = weigh([*regular, *liked, Rating("new", "lonely", 5)])
    assert found["liked"].score > found["lonely"].score


@given(ratings)
def test_scores_lie_between_one_and_five_and_count_what_was_given(given_ratings: list[Rating]) -> None:
    found = weigh(given_ratings)
    assert sum(s.count for s in found.values()) == len(given_ratings)
    assert all(1 <= s.score <= 5 and 1 <= s.mean <= 5 for s in found.values())


@given(ratings, st.randoms(use_true_random=False))
def test_the_order_of_ratings_changes_nothing(given_ratings: list[Rating], chance: random.Random) -> None:
    shuffled = list(given_ratings)
    chance.shuffle(shuffled)
    assert weigh(shuffled) == weigh(given_ratings)
