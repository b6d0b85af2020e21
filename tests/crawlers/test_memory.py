"""The crawling process takes no more memory for a large site than for a small one."""

from tests.benchmarks.bench_crawl import peak

# Pages of the two sites, and how much more (MB) the larger may take: what waits and what was seen lie on disk.
SMALL, LARGE, MORE = 200, 1000, 10


def test_memory_does_not_grow_with_the_site():
    assert peak(LARGE) < peak(SMALL) + MORE
