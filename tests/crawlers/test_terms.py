"""Terms explain themselves, schedules are checked in earnest, and every problem is named at once."""

from datetime import UTC, datetime

import pytest

from crawlers.schedule import next_run, schedule_problem
from crawlers.source import KINDS, Source
from crawlers.terms import terms

SITE = {"name": "docs", "kind": "site", "address": "https://docs.example.org/"}


def test_every_term_is_explained():
    assert not [term.name for term in terms(Source).values() if len(term.about) < 10]
    assert terms(Source)["delay"].unit == "seconds" and terms(Source)["delay"].default == 1


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("99 99 * * *", "'99' as minute (0-59)"),
        ("0 24 * * *", "'24' as hour"),
        ("0 3 0 * *", "day of the month"),
        ("0 3 31 2 *", "never comes"),
        ("0 3 * * FOO", "weekday"),
        ("*/0 * * * *", "minute"),
        ("5-1 * * * *", "minute"),
        ("0 3 L * *", "day of the month"),
        ("0 0 3 * * *", "five cron fields (UTC)"),
        ("@daily", "five cron fields"),
        ("", "five cron fields"),
    ],
)
def test_a_schedule_that_can_not_come_true_is_refused(cron, words):
    assert words in schedule_problem(cron)
    assert [p.setting for p in Source.problems({**SITE, "schedule": cron})] == ["schedule"]


@pytest.mark.parametrize("cron", ["*/30 * * * *", "0 3 * * MON-FRI", "0 3 29 2 *", "5,35 1-4 1,15 JAN *", "0 0 * * 7"])
def test_a_schedule_that_prefect_takes_is_taken(cron):
    from prefect.client.schemas.schedules import CronSchedule

    assert schedule_problem(cron) == "" and CronSchedule(cron=cron)


def test_the_next_run_is_told_in_utc():
    noon = datetime(2026, 1, 2, 12, tzinfo=UTC)
    assert next_run("0 3 * * *", noon) == datetime(2026, 1, 3, 3, tzinfo=UTC)


def test_every_problem_is_named_with_what_would_be_right():
    found = Source.problems(
        {"name": "X!", "kind": "mediwiki", "delai": 3, "delay": -1, "headers": {"A": "Bearer x"}, "most_pages": "many"}
    )
    said = {problem.setting: problem.message for problem in found}
    assert set(said) == {"name", "kind", "delai", "delay", "headers", "most_pages", "address"}
    assert "Did you mean delay?" in said["delai"] and "Did you mean mediawiki?" in said["kind"]
    assert "Bearer" not in "".join(said.values())


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_own_terms_are_all_it_takes_to_make_the_source_again(kind):
    made = Source.from_dict({**SITE, "kind": kind, "delay": 2.5, "skip": ["/old/*"], "headers": {"Cookie": "C"}})
    assert set(made.own()) == {"name", "kind", "address", "delay", "skip", "headers"}
    assert Source.from_dict(made.own()) == made
