"""No trick crashes a crawl, hangs it, fills the memory, or goes unsaid."""

import resource
import sys

import pytest

from crawlers.checks import judge
from tests.support.crawling import quick, run
from tests.support.hostile_site import TRICKS, Trick


@pytest.mark.timeout(60)
@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick.name)
def test_a_trick_is_survived_and_said(hostile_site, tmp_path, trick: Trick):
    terms = {"most_page_bytes": 2_000_000, "most_seconds": 30, "most_pages": 400, "timeout": 5, "retry_wait": 0.01}
    crawled = run(quick(trick.kind, hostile_site.url(trick.start), **{**terms, **trick.terms}), tmp_path)
    assert any(words in crawled.said for words in trick.says.split("|")), crawled.said
    assert trick.least <= crawled.report.pages_read <= trick.most, crawled.report
    assert "Traceback" not in crawled.said and crawled.report.finish_reason not in {"killed", "memusage_exceeded"}
    assert all("\0" not in page.html and "root:x:" not in page.html for page in crawled.pages)
    if not crawled.report.pages_read:
        assert judge(crawled.report, quick(trick.kind, hostile_site.url(trick.start))).reasons


def test_no_child_took_more_than_half_a_gigabyte():
    unit = 1024 if sys.platform == "linux" else 1
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit < 512 * 1024 * 1024
