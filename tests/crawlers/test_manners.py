"""Politeness on real servers: what a host asks for is kept, by host, and the hours of the day too."""

import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from crawlers.source import Source
from crawlers.windows import window, window_problem
from tests.support.crawling import quick, read, run
from tests.support.generated_site import fill
from tests.support.static_site import StaticSite


@pytest.fixture
def other_site():
    site = StaticSite()
    yield site
    site.stop()


def watched(site: StaticSite, delay: float = 0.0, busy: int = 0, asks: str = "") -> list[float]:
    """When each page is asked for; it answers late, and the first ones with 503 and a Retry-After."""
    moments: list[float] = []

    def answer(handler):
        moments.append(time.monotonic())
        time.sleep(delay)
        if len(moments) <= busy:
            handler.answer(503, b"", headers=(("Retry-After", asks),))
        else:
            handler.stored(site.pages.get(handler.path))

    site.patterns.append(("/p", answer))
    return moments


def gaps(moments: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(moments)]


def feed_of(first: StaticSite, second: StaticSite, pages: int) -> None:
    fill(first, pages)
    fill(second, pages)
    # Two names of this machine are two hosts.
    bases = (first.address, second.address.replace("127.0.0.1", "localhost"))
    links = [f"{base}p{n}.html" for base in bases for n in range(1, pages)]
    items = "".join(f"<item><link>{link}</link></item>" for link in links)
    first.put("/feed.xml", f"<rss><channel>{items}</channel></rss>", "text/xml")


def test_a_host_that_asks_for_peace_holds_up_no_other(static_site, other_site, tmp_path):
    feed_of(static_site, other_site, 8)
    here, there = watched(static_site, busy=1, asks="3"), watched(other_site)
    source = quick("feed", static_site.url("/feed.xml"), concurrency=1, retries=3, allow_private=["loopback"])
    assert run(source, tmp_path).report.pages_read == 14
    assert here[1] - here[0] >= 3 and len(there) == 7
    assert there[-1] < here[1]


def test_a_slow_host_holds_up_no_other(static_site, other_site, tmp_path):
    feed_of(static_site, other_site, 20)
    here, there = watched(static_site, delay=0.4), watched(other_site)
    source = quick("feed", static_site.url("/feed.xml"), concurrency=1, allow_private=["loopback"])
    assert run(source, tmp_path).report.pages_read == 38
    assert there[-1] < here[-1] - 1


def test_the_delay_that_robots_txt_asks_for_is_the_least(static_site, tmp_path):
    fill(static_site, 8)
    moments = watched(static_site)
    static_site.put("/robots.txt", "User-agent: *\nCrawl-delay: 0.5\n", "text/plain")
    assert run(quick("site", static_site.address, delay=0.01), tmp_path).report.pages_read == 8
    # Timers may be some milliseconds early.
    assert min(gaps(moments)) > 0.47, gaps(moments)


def test_a_source_that_grows_slower_is_asked_more_rarely(static_site, tmp_path):
    fill(static_site, 10)
    moments = watched(static_site, delay=0.4)
    source = quick("site", static_site.address, delay=0.01, concurrency=1)
    assert run(source, tmp_path).report.pages_read == 10
    # AutoThrottle goes for one request in the time of one answer; Scrapy varies that by half.
    assert sum(gaps(moments)) / len(gaps(moments)) > 0.35


NIGHT, DAY = "22:00-06:00", "8:00 - 17:30 Europe/Berlin"


@pytest.mark.parametrize(
    ("hours", "moment", "open_", "opens"),
    [
        (NIGHT, "2026-03-01T23:00", True, "2026-03-02T22:00"),
        (NIGHT, "2026-03-01T05:59", True, "2026-03-01T22:00"),
        (NIGHT, "2026-03-01T06:00", False, "2026-03-01T22:00"),
        (DAY, "2026-07-01T06:00", True, "2026-07-02T06:00"),
        (DAY, "2026-01-01T06:30", False, "2026-01-01T07:00"),
        (DAY, "2026-01-01T16:30", False, "2026-01-02T07:00"),
    ],
)
def test_a_window_opens_and_closes_by_its_own_clock(hours, moment, open_, opens):
    at, made = datetime.fromisoformat(moment).replace(tzinfo=UTC), window(hours)
    assert made is not None and made.open(at) is open_
    assert made.next(at) == datetime.fromisoformat(opens).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ("at night", "is not written like 22:00-06:00"),
        ("25:00-06:00", "hour must be in 0..23"),
        ("06:00-06:00", "has no length"),
        ("22:00-06:00 Mars/Olympus", "names no time zone this machine knows"),
        ("10:00-12:00", "is never open when the schedule"),
    ],
)
def test_a_window_that_makes_no_sense_is_refused(hours, words):
    assert words in window_problem(hours, "0 3 * * *")
    values = {"name": "a", "kind": "site", "address": "http://h/", "window": hours}
    assert [p.setting for p in Source.problems(values)] == ["window"]
    assert not window_problem("22:00-06:00", "0 3 * * *")


def test_a_run_ends_when_its_window_closes_and_goes_on_in_the_next(static_site, tmp_path):
    fill(static_site, 200)
    now = datetime.now(UTC)
    closed = f"{now + timedelta(hours=2):%H:%M}-{now + timedelta(hours=3):%H:%M}"
    source, out = quick("site", static_site.address, delay=0.05, schedule="* * * * *"), tmp_path / "run" / "p.jsonl.gz"
    first = read(Source.from_dict({**source.to_dict(), "window": closed}), out)
    assert first.report.finish_reason == "window" and not first.report.complete and not first.pages
    second = read(Source.from_dict({**source.to_dict(), "delay": 0}), out)
    assert second.report.pages_read == 200 and second.report.resumed == 1
