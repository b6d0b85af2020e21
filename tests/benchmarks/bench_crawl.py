"""Pages per second of our crawl (without extraction) beside a bare Scrapy spider that only downloads the same site."""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from crawlers.run import crawl
from tests.support.crawling import quick

CONCURRENCY = 16
SERVE = """
import sys, time
from tests.support.generated_site import fill
from tests.support.static_site import StaticSite
site = StaticSite()
fill(site, int(sys.argv[1]))
print(site.address, flush=True)
time.sleep(3600)
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
                               "ROBOTSTXT_OBEY": True, "TELNETCONSOLE_ENABLED": False, "COOKIES_ENABLED": False})
process.crawl(Bare)
process.start()
print(Bare.pages)
"""


def bare(address: str) -> tuple[int, float]:
    """Pages and seconds of the bare spider, start of the process included."""
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", BARE, address], capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1]), time.perf_counter() - begun


def ours(address: str) -> tuple[int, float]:
    """Pages and seconds of our crawl, start of the process and the written file included."""
    source = quick("site", address, concurrency=CONCURRENCY, most_depth=1000, most_seconds=600)
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        report = crawl(source, Path(folder, "pages.jsonl.gz"))
        return report.pages_read, time.perf_counter() - begun


def main() -> None:
    """Run both in turn and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    server = subprocess.Popen([sys.executable, "-c", SERVE, str(given.pages)], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        rates: dict[str, list[float]] = {"ours": [], "bare": []}
        for _ in range(given.rounds):
            for name, measured in (("bare", bare(address)), ("ours", ours(address))):
                assert measured[0] == given.pages, (name, measured)
                rates[name].append(measured[0] / measured[1])
    finally:
        server.kill()
        server.wait()
    best = {name: max(values) for name, values in rates.items()}
    print(json.dumps({"pages": given.pages, "pages_per_second": best, "ratio": round(best["ours"] / best["bare"], 3)}))


if __name__ == "__main__":
    main()
