"""Ratings: given, imported, matched, weighed."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from curation.database import IndexJobRow, RatingRow, ScoreRow
from curation.errors import Conflict, CurationError, NotAllowed, NotFound
from curation.services import rate
from tests.support.records import a_rating, a_resource, an_account


def _row(
    url: str = "https://x/a", rater: str = "ada", stars: str = "4", time: str = "2024-05-01", **more: str
) -> dict[str, str]:
    return {"url": url, "rater": rater, "stars": stars, "time": time, "comment": "", **more}


def test_the_latest_rating_of_a_person_counts_and_the_earlier_ones_stay(db: Session) -> None:
    page, ada = a_resource(db), an_account(db, "ada")
    assert rate.own_rating(db, ada, page.id) is None
    rate.rate(db, ada, page.id, 2, "hm")
    rate.rate(db, ada, page.id, 5, " better ")
    own = rate.own_rating(db, ada, page.id)
    assert own is not None
    assert (own.stars, own.comment, own.rater, own.origin) == (5, "better", "ada", "site")
    assert db.scalar(select(func.count()).select_from(RatingRow)) == 2
    rate.weigh(db)
    assert db.scalars(select(ScoreRow.count)).one() == 1


def test_rating_a_copy_counts_for_the_resource_it_was_folded_into(db: Session) -> None:
    page, ada = a_resource(db), an_account(db)
    copy = a_resource(db, folded_into=page.id)
    assert rate.rate(db, ada, copy.id, 4).resource_id == page.id
    a_rating(db, copy, "grace", 5)
    rate.weigh(db)
    score = db.scalars(select(ScoreRow)).one()
    assert (score.resource_id, score.count, score.mean) == (page.id, 2, 4.5)


def test_nobody_rates_their_own_work_nor_the_copy_of_it(db: Session) -> None:
    ada = an_account(db, "ada", display_name="Ada  Example")
    page = a_resource(db, authors=["Ada example"])
    cross_post = a_resource(db, authors=["Somebody"])
    a_resource(db, authors=["ADA"], folded_into=cross_post.id)
    for row in (page, cross_post):
        with pytest.raises(NotAllowed, match="your own work"):
            rate.rate(db, ada, row.id, 5)


def test_an_imported_rating_of_ones_own_work_is_kept_but_does_not_count(db: Session) -> None:
    page = a_resource(db, authors=["Ada Example"])
    an_account(db, "ada", display_name="Ada Example")
    for rater in ("ada example", "ada", "grace"):
        a_rating(db, page, rater, 4)
    rate.weigh(db)
    assert db.scalars(select(ScoreRow.count)).one() == 1


def test_what_is_no_rating_is_refused(db: Session) -> None:
    page, ada = a_resource(db), an_account(db)
    for stars in (0, 6, -1):
        with pytest.raises(CurationError, match="1 to 5 stars"):
            rate.rate(db, ada, page.id, stars)
    with pytest.raises(CurationError, match="2,000 characters"):
        rate.rate(db, ada, page.id, 3, "x" * 2_001)
    with pytest.raises(NotAllowed, match="Sign in"):
        rate.rate(db, None, page.id, 3)
    with pytest.raises(NotFound):
        rate.rate(db, ada, "nothing", 3)
    with pytest.raises(Conflict, match="withdrawn"):
        rate.rate(db, ada, a_resource(db, state="withdrawn").id, 3)


def test_an_import_keeps_what_matches_nothing_until_its_resource_arrives(db: Session) -> None:
    here = a_resource(db, url="https://x/a")
    report = rate.import_rows(db, [_row(), _row("https://x/LATER")], lambda url: url.lower())
    assert (report.added, report.known, report.waiting, report.errors) == (2, 0, 1, [])
    rate.weigh(db)
    assert db.scalars(select(ScoreRow.resource_id)).all() == [here.id]
    later = a_resource(db, url="https://x/later")
    assert rate.match_waiting(db) == 1
    assert rate.match_waiting(db) == 0
    assert rate.weigh(db) >= 1
    assert set(db.scalars(select(ScoreRow.resource_id))) == {here.id, later.id}


def test_importing_again_changes_nothing(db: Session) -> None:
    rows = [_row(), _row(stars="5", time="2024-05-02T10:00:00+02:00"), _row()]
    assert rate.import_rows(db, rows).added == 2
    again = rate.import_rows(db, rows)
    assert (again.added, again.known) == (0, 3)


def test_bad_lines_are_named_and_the_others_kept(db: Session) -> None:
    rows: list[dict[str, str | None]] = [
        _row(stars="6"), _row(stars=""), _row(stars="4.5"), _row(time="May"), _row(url=" "), _row(rater=""),
        _row(time="9999999"),
        {"url": "https://x/a", "rater": "bob", "stars": "4", "time": None}, _row(comment="a\x00b"),
    ]  # fmt: skip
    report = rate.import_rows(db, rows)  # type: ignore[arg-type]
    assert [line for line, _ in report.errors] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert report.errors[0][1] == "stars is '6'; it has to be 1, 2, 3, 4 or 5"
    assert db.scalars(select(RatingRow.comment)).all() == ["ab"]


def test_a_missing_column_is_named_and_nothing_imported(db: Session) -> None:
    with pytest.raises(CurationError, match="lack the columns stars, time"):
        rate.import_rows(db, [{"url": "https://x/a", "rater": "ada"}])


def test_only_resources_whose_score_changed_are_written_to_the_index_again(db: Session) -> None:
    one, two = a_resource(db), a_resource(db)
    a_rating(db, one, "ada", 4)
    rating = a_rating(db, two, "bob", 4)
    assert rate.weigh(db) == 2
    assert set(db.scalars(select(IndexJobRow.resource_id))) == {one.id, two.id}
    assert rate.weigh(db) == 0
    db.delete(rating)
    assert rate.weigh(db) >= 1
    assert db.scalars(select(ScoreRow.resource_id)).all() == [one.id]


def test_a_burst_is_frozen_with_its_reason_and_stays_frozen(db: Session) -> None:
    page = a_resource(db, "Page")
    others = [a_resource(db) for _ in range(4)]
    for number in range(5):
        for row in (page, *others):
            a_rating(db, row, f"regular{number}", 2)
    rate.weigh(db)
    before = db.scalars(select(ScoreRow.score).where(ScoreRow.resource_id == page.id)).one()
    for number in range(5):
        a_rating(db, page, f"newcomer{number}", 5)
    rate.weigh(db)
    held = rate.frozen(db)
    assert {line.rater for line in held} == {f"newcomer{number}" for number in range(5)}
    assert held[0].title == "Page"
    assert "rated little" in held[0].why
    assert db.scalars(select(ScoreRow.score).where(ScoreRow.resource_id == page.id)).one() == before
    a_rating(db, page, "newcomer0", 5)
    rate.weigh(db)
    assert len(rate.frozen(db)) == 6
