"""The parent and its child: credentials, a full disk, time limits, interruption - each ends in one clear message."""

import os
import signal
import subprocess
import sys
import time

import pytest

from crawlers.errors import CrawlError
from crawlers.known import read_known
from crawlers.run import crawl
from tests.support.crawling import quick, run
from tests.support.static_site import StaticSite


def test_the_parent_needs_no_scrapy():
    words = "import crawlers.run, crawlers.checks, crawlers.look, sys; sys.exit('scrapy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", words], check=False).returncode == 0


def test_credentials_come_from_the_environment_and_stay_at_home(static_site, tmp_path, monkeypatch):
    monkeypatch.setenv("WIKI_TOKEN", "Bearer of-secrets")
    other = StaticSite()
    try:
        items = "".join(f"<item><link>{static_site.url(path)}</link></item>" for path in ("/a", "/away"))
        static_site.put("/feed.xml", f"<rss><channel>{items}</channel></rss>", "text/xml")
        static_site.page("/a", "A")
        static_site.put("/away", "", status=302, headers=(("Location", other.url("/b")),))
        other.page("/b", "B")
        source = quick("feed", static_site.url("/feed.xml"), headers={"Authorization": "WIKI_TOKEN"},
                       allow_private=["loopback"])  # fmt: skip
        crawled = run(source, tmp_path)
        assert crawled.report.pages_read == 2
        assert all(headers.get("Authorization") == "Bearer of-secrets" for _, headers in static_site.requests)
        assert other.requests and all("Authorization" not in headers for _, headers in other.requests)
        assert "of-secrets" not in crawled.said
    finally:
        other.stop()


def test_a_missing_credential_names_its_variable(static_site, tmp_path):
    with pytest.raises(CrawlError, match="WIKI_NO_TOKEN, which is not set"):
        crawl(quick("site", static_site.address, headers={"Cookie": "WIKI_NO_TOKEN"}), tmp_path / "pages.jsonl.gz")


def test_a_child_that_does_not_end_is_ended(static_site, tmp_path, monkeypatch):
    static_site.routes["/"] = lambda handler: time.sleep(20)
    monkeypatch.setattr("crawlers.run.GRACE", 0.5)
    report = crawl(quick("site", static_site.address, most_seconds=1, timeout=1.5, retries=9), tmp_path / "p.jsonl.gz")
    assert report.finish_reason in {"killed", "closespider_timeout"}


def test_a_child_whose_parent_is_gone_stops(static_site, tmp_path):
    links = tuple(f"/{n}" for n in range(300))
    for path in ("/", *links):
        static_site.page(path, path, links=links)
    words = (
        "from pathlib import Path; from crawlers.run import crawl; from tests.support.crawling import quick;"
        f"crawl(quick('site', '{static_site.address}', delay=0.3, concurrency=1), Path('{tmp_path}/p.jsonl.gz'))"
    )
    parent = subprocess.Popen([sys.executable, "-c", words])
    deadline = time.monotonic() + 30
    while len(static_site.paths()) < 3 and time.monotonic() < deadline:
        time.sleep(0.1)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 20
    while not (tmp_path / "stats.json").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert "abandoned" in (tmp_path / "stats.json").read_text()


def test_known_pages_that_make_no_sense_name_their_line(tmp_path):
    path = tmp_path / "known.jsonl"
    path.write_text('{"url": "http://h/"}\n[]\n')
    with pytest.raises(CrawlError, match="line 2"):
        read_known(path)


def test_the_command_explains_a_broken_description(tmp_path):
    path = tmp_path / "source.json"
    path.write_text('{"name": "x", "kind": "site", "address": "nowhere"}')
    done = subprocess.run(
        [sys.executable, "-m", "crawlers.run", str(path), "--out", str(tmp_path / "p.jsonl.gz")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (
        done.returncode == 2 and "must start with http:// or https://" in done.stderr and "Traceback" not in done.stderr
    )


def test_what_the_parent_takes_in_memory_is_not_the_crawls(static_site, tmp_path):
    static_site.page("/", "Home")
    # As much as most_memory allows, touched so that it counts; the crawl inherits the parent's peak.
    bulk = bytearray(os.urandom(1024)) * 400 * 1024
    crawled = run(quick("site", static_site.address, most_memory=300), tmp_path)
    assert len(bulk) > 300 * 1024 * 1024
    assert (crawled.report.finish_reason, crawled.report.pages_read) == ("finished", 1), crawled.said
