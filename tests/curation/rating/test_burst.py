"""What is frozen as a burst, and what is not."""

from datetime import UTC, datetime, timedelta

from curation.rating.burst import bursts
from curation.rating.rating import Rating

MONDAY = datetime(2024, 3, 4, 9, tzinfo=UTC)


def given(name: str, stars: int, hours: float, resource: str = "x") -> Rating:
    return Rating(name, resource, stars, f"{name}-{resource}", MONDAY + timedelta(hours=hours))


def readers(stars: int = 2) -> list[Rating]:
    """Six people who rate often, and what they think of x."""
    return [
        given(f"r{n}", stars if i == 0 else 3, 100 * n + i, "x" if i == 0 else f"i{i}")
        for n in range(6)
        for i in range(8)
    ]


def test_newcomers_who_praise_together_what_others_dislike_are_frozen() -> None:
    brigade = [given(f"n{n}", 5, 500 + n) for n in range(5)]
    found = bursts([*readers(), *brigade])
    assert set(found) == {f"n{n}-x" for n in range(5)}
    assert found["n0-x"].startswith("5 people who have rated little gave 5.0 stars")


def test_newcomers_who_run_down_together_what_others_like_are_frozen() -> None:
    assert len(bursts([*readers(5), *(given(f"n{n}", 1 + n % 2, 500 + n) for n in range(4))])) == 4


def test_newcomers_who_agree_with_the_others_are_welcome() -> None:
    assert bursts([*readers(5), *(given(f"n{n}", 5, 500 + n) for n in range(5))]) == {}


def test_a_class_that_likes_a_new_page_is_no_burst() -> None:
    assert bursts([given(f"n{n}", 5, n) for n in range(20)]) == {}


def test_newcomers_spread_over_weeks_are_no_burst() -> None:
    assert bursts([*readers(), *(given(f"n{n}", 5, 500 + 60 * n) for n in range(5))]) == {}


def test_two_newcomers_are_no_burst() -> None:
    assert bursts([*readers(), given("n1", 5, 500), given("n2", 5, 501)]) == {}


def test_people_with_a_history_are_no_burst() -> None:
    veterans = [
        given(f"v{n}", 5 if i == 0 else 3, 500 + n + i, "x" if i == 0 else f"j{i}") for n in range(4) for i in range(5)
    ]
    assert bursts([*readers(), *veterans]) == {}


def test_an_honest_newcomer_in_the_same_days_is_not_frozen() -> None:
    found = bursts([*readers(), given("honest", 2, 501), *(given(f"n{n}", 5, 500 + n) for n in range(5))])
    assert "honest-x" not in found


def test_times_without_a_zone_are_compared_with_those_that_have_one() -> None:
    plain = Rating("n9", "x", 5, "n9-x", datetime(2024, 3, 25, 6))
    assert "n9-x" in bursts([*readers(), plain, *(given(f"n{n}", 5, 500 + n) for n in range(3))])
