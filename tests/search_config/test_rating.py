"""Ratings decide between near equals and never bury what was asked for, on both engines."""

from search_config.index import SearchIndex, SearchRequest
from search_config.request import rating_factor
from tests.support.library import a_document


def ranking(index: SearchIndex, text: str) -> list[str]:
    index.refresh()
    return [hit.id for hit in index.search(SearchRequest(text)).hits]


def test_between_equals_the_better_rated_wins_and_the_unrated_stand_in_the_middle(index: SearchIndex) -> None:
    ratings = {"low": 1.0, "none": None, "high": 5.0}
    index.write([a_document(name, "Backup guide", "How to back up.", rating=stars) for name, stars in ratings.items()])
    assert ranking(index, "how to back up") == ["high", "none", "low"]


def test_a_bad_rating_does_not_bury_the_exact_match(index: SearchIndex) -> None:
    praised = [a_document(f"p{n}", "Backup restore backup", "backup " * 20, rating=5.0) for n in range(30)]
    index.write([*praised, a_document("exact", "Backup", "A short page.", rating=1.0)])
    assert ranking(index, "backup")[0] == "exact"


def test_a_bad_rating_does_not_bury_the_clearly_better_match(index: SearchIndex) -> None:
    filler = [a_document(f"f{n}", "Another page", "of other words") for n in range(20)]
    good = a_document("good", "Restoring a backup", "Restore the backup of the database.", rating=1.0)
    index.write([*filler, good, a_document("weak", "Holidays", "One backup is on duty.", rating=5.0)])
    assert ranking(index, "restore database backup") == ["good", "weak"]


def test_the_factor_is_bounded_and_neutral_in_the_middle() -> None:
    assert rating_factor(3) == 1
    assert 0.9 <= rating_factor(1) < 1 < rating_factor(5) <= 1.1
