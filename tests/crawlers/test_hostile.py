"""No trick crashes a crawl, hangs it, fills the memory, or goes unsaid."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from crawlers.checks import judge
from tests.support.crawling import quick, run
from tests.support.hostile_site import TRICKS, Trick

TERMS = {"most_page_bytes": 2_000_000, "most_seconds": 30, "most_pages": 400, "timeout": 5, "retry_wait": 0.01}
HEAVY = (
    "ten-gigabytes",
    "gzip-in-gzip-bomb",
    "hundred-thousand-links",
    "million-attributes",
    "nested-tags",
    "sitemap-bomb",
)
REPOSITORY = Path(__file__).parents[2]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick.name)
def test_a_trick_is_survived_and_said(hostile_site, tmp_path, trick: Trick):
    crawled = run(quick(trick.kind, hostile_site.url(trick.start), **{**TERMS, **trick.terms}), tmp_path)
    assert any(words in crawled.said for words in trick.says.split("|")), crawled.said
    assert trick.least <= crawled.report.pages_read <= trick.most, crawled.report
    assert "Traceback" not in crawled.said and crawled.report.finish_reason not in {"killed", "memusage_exceeded"}
    assert all("\0" not in page.html and "root:x:" not in page.html for page in crawled.pages)
    if not crawled.report.pages_read:
        assert judge(crawled.report, quick(trick.kind, hostile_site.url(trick.start))).reasons


# Read the heaviest tricks from a small process: a child counts the memory of the process it was forked from as its own,
# and after some hundred tests that is more than any crawl takes.
MEASURE = """
import json, pathlib, resource, sys
from tests.support.crawling import quick, run
for number, (kind, address, terms) in enumerate(json.load(sys.stdin)):
    folder = pathlib.Path(sys.argv[1]) / str(number)
    folder.mkdir()
    run(quick(kind, address, **terms), folder)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1024 if sys.platform == "linux" else 1))
"""


def test_no_child_takes_more_than_half_a_gigabyte(hostile_site, tmp_path):
    heavy = [trick for trick in TRICKS if any(word in trick.name for word in HEAVY)]
    assert len(heavy) >= len(HEAVY)
    asked = [(trick.kind, hostile_site.url(trick.start), {**TERMS, **trick.terms}) for trick in heavy]
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        check=True,
    )
    assert int(done.stdout) < 512 * 1024 * 1024
