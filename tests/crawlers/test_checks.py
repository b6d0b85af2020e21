"""An unbelievable run says why, and what to do next."""

from dataclasses import replace

import pytest

from crawlers.checks import judge
from crawlers.errors import CrawlError
from crawlers.report import CrawlReport, Troubles
from crawlers.source import KINDS, Source
from tests.support.crawling import quick, run

SOURCE = quick("site", "http://wiki.example/", least_pages=5)
GOOD = CrawlReport("test", pages_read=60, unchanged=40, finish_reason="finished", complete=True)


def test_an_ordinary_run_is_believed():
    assert judge(GOOD, SOURCE, [100, 98, 103]).believable
    assert judge(replace(GOOD, pages_read=0, unchanged=100), SOURCE, [100]).believable
    assert judge(replace(GOOD, finish_reason="most_pages", complete=False), SOURCE, [100]).believable


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pages_read": 0, "unchanged": 0}, "Nothing was read"),
        ({"pages_read": 0, "unchanged": 0, "forbidden": 1}, "robots.txt"),
        ({"pages_read": 0, "unchanged": 0, "errors": {"refused": 1}, "messages": ("The host refuses.",)}, "refuses"),
        ({"pages_read": 3, "unchanged": 0}, "least_pages"),
        ({"pages_read": 60, "unchanged": 0}, "40% fewer than usual"),
        ({"finish_reason": "closespider_timeout"}, "ran out of time"),
        ({"finish_reason": "something new"}, "something new"),
        ({"failed_urls": tuple(map(str, range(60)))}, "greatest_errors"),
        ({"sign_in_pages": 60}, "password"),
        ({"most_alike": 60}, "one and the same"),
    ],
)
def test_an_unbelievable_run_says_why(changes, words):
    verdict = judge(replace(GOOD, **changes), SOURCE, [100, 100, 100])
    assert not verdict.believable and any(words in reason for reason in verdict.reasons), verdict


def test_a_real_sign_in_page_everywhere_is_not_believed(static_site, tmp_path):
    form = '<html><body><form><input type="password"></form>{}</body></html>'
    static_site.put("/", form.format("".join(f'<a href="/{n}">x</a>' for n in range(6))))
    for n in range(6):
        static_site.put(f"/{n}", form.format(""))
    source = quick("site", static_site.address)
    assert "password" in judge(run(source, tmp_path).report, source).reasons[0]


def test_robots_that_forbid_all_and_dead_hosts_are_told_apart(static_site, tmp_path):
    static_site.page("/", "Home")
    static_site.put("/robots.txt", "User-agent: *\nDisallow: /\n", "text/plain")
    source = quick("site", static_site.address)
    assert "robots.txt" in judge(run(source, tmp_path / "1").report, source).reasons[0]
    static_site.put("/robots.txt", "", "text/plain", status=503, etag=False)
    crawled = run(quick("site", static_site.address, retries=0), tmp_path / "2")
    assert "robots.txt answers 503" in crawled.said and static_site.paths().count("/") == 0
    dead = quick("site", "http://127.0.0.1:9/", retries=0)
    assert "refuses the connection" in judge(run(dead, tmp_path / "3").report, dead).reasons[0]
    unknown = quick("site", "http://no-such-host.invalid/", retries=0)
    assert "not known" in judge(run(unknown, tmp_path / "4").report, unknown).reasons[0]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_source_survives_being_written_down(kind):
    source = quick(
        kind, "http://wiki.example/w/", skip=["/x*"], headers={"Cookie": "JAR"}, allow_private=["10.0.0.0/8"]
    )
    assert Source.from_dict(source.to_dict()) == source


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"delay": -1}, "between 0 and 3,600 seconds"),
        ({"delay": "fast"}, "must be a number"),
        ({"concurrency": 1.5}, "whole number"),
        ({"obey_robots": 1}, "true or false"),
        ({"kind": "gopher"}, "Known are confluence"),
        ({"address": "wiki.example"}, "http://"),
        ({"address": "http://ann:secret@wiki.example/"}, "holds a password"),
        ({"name": "My Wiki"}, "small letters"),
        ({"colour": "red"}, "colour is no setting. Known are address"),
        ({"allow_private": ["every where"]}, "takes host names"),
        ({"allow_private": "loopback"}, "must be a list"),
        ({"headers": {"Authorization": "Bearer 123"}}, "never hold the value"),
        ({"schedule": "at night"}, "five cron fields"),
        ({"prefix": "http://elsewhere.example/"}, "another host"),
        ({"namespaces": [-1]}, "numbers of 0 or more"),
    ],
)
def test_a_setting_that_can_not_be_used_says_what_would_be_right(values, words):
    with pytest.raises(CrawlError, match=words):
        Source.from_dict({"name": "w", "kind": "site", "address": "http://wiki.example/", **values})


def test_troubles_are_one_line_a_kind():
    troubles = Troubles()
    for n in range(1000):
        troubles.add("A page answers with an error (500)", f"http://h/{n}", failed=True)
    troubles.add("The feed lists no entries")
    assert troubles.lines() == (
        "A page answers with an error (500) (1,000 times, first http://h/0).",
        "The feed lists no entries.",
    )
