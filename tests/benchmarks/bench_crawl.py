"""Pages per second of our crawl, without and with extraction and storing, beside a bare Scrapy spider on the same site.

The bare spider has Scrapy's defaults, or ("lean") also those of our settings that save Scrapy work in any crawl.
Each is a process of its own from its start to its end, and so is the server, which counts for neither. Pages are of
real paragraphs, some 30 kB, where the shared corpora are, else (or with `--small`) of 4 kB.
`--memory` measures the most memory the crawling process takes instead, for sites of growing size.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from crawlers.run import crawl
from crawlers.source import Source
from tests.support.corpora import SHARED
from tests.support.crawling import quick

CONCURRENCY = 16
SERVE = """
import sys, time
from pathlib import Path
from tests.support.generated_site import paragraphs, serve
from tests.support.static_site import StaticSite
site = StaticSite()
serve(site, int(sys.argv[1]), said=paragraphs(Path(sys.argv[2])) if sys.argv[2:] else ())
print(site.address, flush=True)
time.sleep(36000)
"""
BARE = """
import json, sys, time
import scrapy
from scrapy.crawler import AsyncCrawlerProcess
class Bare(scrapy.Spider):
    name = "bare"
    start_urls = [sys.argv[1]]
    pages = 0
    def parse(self, response):
        Bare.pages += 1
        yield from response.follow_all(css="a")
process = AsyncCrawlerProcess({"LOG_LEVEL": "ERROR", "CONCURRENT_REQUESTS": 16, "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
                               "ROBOTSTXT_OBEY": True, "TELNETCONSOLE_ENABLED": False, "COOKIES_ENABLED": False,
                               **json.loads(sys.argv[2])})
process.crawl(Bare)
process.start()
print(Bare.pages)
"""
# What our crawl saves beyond a bare spider's defaults, given to a bare spider too.
LEAN = {"CONCURRENT_ITEMS": 1, "WARN_ON_GENERATOR_RETURN_VALUE": False}
# Given to -c: a worker imports its run's main module again, which the command's keeps light and a benchmark's is not.
WHOLE = """
import json, os, sys, time
begun = time.perf_counter()
from pathlib import Path
from crawlers.source import Source
from curation.database.session import open_session, upgrade
from curation.services import sources
from curation.settings import Settings
from flows.crawl import crawl
from flows.extract import extract
from flows.meanwhile import Meanwhile
settings = Settings(home=Path(sys.argv[2]), database_url="", elasticsearch_url="", prefect_api_url="")
upgrade(settings.record_url)
source = Source.from_dict(json.loads(sys.argv[1]))
with open_session(settings.record_url) as db:
    sources.add(db, source.name, source.kind, source.address, source.to_dict())
    db.commit()
def now():
    used = os.times()
    return time.perf_counter() - begun, used.user + used.system, used.children_user + used.children_system
started = now()
with Meanwhile(settings) as meanwhile:
    pages = crawl(settings, source.name, meanwhile=meanwhile).counts["read"]
    read = now()
    extract(settings, source.name, meanwhile=meanwhile)
print(json.dumps([pages, started, read, now()]))
"""
# The child's own peak, from a small process: a child counts the memory of the process it was forked from as its own.
PEAK = """
import json, pathlib, resource, sys
from crawlers.run import crawl
from crawlers.source import Source
report = crawl(Source.from_dict(json.loads(sys.argv[1])), pathlib.Path(sys.argv[2]))
print(report.pages_read, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def terms(address: str) -> Source:
    """The site, read as fast as it goes."""
    return quick("site", address, concurrency=CONCURRENCY, most_depth=10**3, most_seconds=36_000, most_pages=10**6)


def bare(address: str, more: Mapping[str, Any] = MappingProxyType({})) -> int:
    """Pages of the bare spider, with Scrapy's defaults but for these settings."""
    words = [sys.executable, "-c", BARE, address, json.dumps(dict(more))]
    return int(subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()[-1])


def ours(address: str) -> int:
    """Pages of our crawl, the written file included."""
    with tempfile.TemporaryDirectory() as folder:
        return crawl(terms(address), Path(folder, "pages.jsonl.gz")).pages_read


def whole(address: str) -> int:
    """Pages crawled, extracted and stored in a new record; says where the time went."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-c", WHOLE, json.dumps(terms(address).to_dict()), folder]
        done = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    pages, started, read, ended = json.loads(done.splitlines()[-1])
    print(
        f"  start {started[0]:.1f} s ({started[1]:.1f} of a processor), read {read[0] - started[0]:.1f} s "
        f"({sum(read[1:]) - sum(started[1:]):.1f}), extract and store {ended[0] - read[0]:.1f} s "
        f"(extract {ended[2] - read[2]:.1f}, store {ended[1] - read[1]:.1f})"
    )
    return int(pages)


def measured(act: Callable[[str], int], address: str, pages: int) -> tuple[float, float]:
    """Pages a second by the clock, and by processor time of this process and its children."""
    begun, before = time.perf_counter(), sum(os.times()[:4])
    assert act(address) == pages, act
    return pages / (time.perf_counter() - begun), pages / (sum(os.times()[:4]) - before)


def served(pages: int, small: bool = True) -> tuple["subprocess.Popen[str]", str]:
    """A site in a process of its own, and its address."""
    corpus = SHARED / "corpora" / "18f-handbook.jsonl"
    words = [str(pages), *([str(corpus)] if corpus.exists() and not small else [])]
    server = subprocess.Popen([sys.executable, "-c", SERVE, *words], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    return server, server.stdout.readline().strip()


def peak(pages: int) -> float:
    """The most memory of the crawling process, in MB."""
    server, address = served(pages)
    try:
        with tempfile.TemporaryDirectory() as folder:
            words = [sys.executable, "-c", PEAK, json.dumps(terms(address).to_dict()), f"{folder}/pages.jsonl.gz"]
            read, kilobytes = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
        assert int(read) == pages, (read, pages)
        return int(kilobytes) / 1024
    finally:
        server.kill()
        server.communicate()


def rates(pages: int, rounds: int, small: bool) -> dict[str, tuple[float, float]]:
    """The best of some rounds, each with all of them in turn."""
    server, address = served(pages, small)
    try:
        acts = {"bare": bare, "bare, lean": partial(bare, more=LEAN), "crawl": ours, "crawl, extract, store": whole}
        all_ = {name: [measured(act, address, pages) for _ in range(rounds)] for name, act in acts.items()}
    finally:
        server.kill()
        server.communicate()
    return {name: (max(r[0] for r in found), max(r[1] for r in found)) for name, found in all_.items()}


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", type=int, nargs="*", help="sizes of sites, such as 1000 50000")
    parser.add_argument("--small", action="store_true", help="pages of 4 kB")
    given = parser.parse_args()
    for pages in given.memory or ():
        print(f"{pages:>8,} pages: {peak(pages):.0f} MB at most", flush=True)
    if given.memory is None:
        found = rates(given.pages, given.rounds, given.small)
        for name, (wall, processor) in found.items():
            shares = wall / found["bare"][0], processor / found["bare"][1]
            print(f"{name:<22} {wall:7.1f} pages/s ({shares[0]:.2f}), {processor:7.1f} a CPU second ({shares[1]:.2f})")


if __name__ == "__main__":
    main()
