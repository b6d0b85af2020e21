"""The cost of one more page, from 10,000 resources to 1,000,000, on SQLite and PostgreSQL, through the services.

python -m tests.benchmarks.bench_folding_incremental [ADDRESS]  an empty database; default: a new SQLite
COMMONPLACE_FOLDING_SIZES=10000,100000,1000000  how many resources there are when pages arrive
"""

import os
import re
import sys
import tempfile
import time
from collections import Counter

from sqlalchemy.orm import Session

from curation.database import ArticleRow, ResourceRow
from curation.database.session import engine, upgrade
from tests.benchmarks.bench_folding import megabytes, pages
from tests.support.many_pages import KINDS, ManyPages, watched

SIZES = [int(size) for size in os.environ.get("COMMONPLACE_FOLDING_SIZES", "1000,10000").split(",")]
# Pages that arrive at each size, a quarter of each kind, after as many that warm caches up.
ARRIVALS, WARM = 200, 20


def sentences() -> list[str]:
    found = {s for page in pages() for s in re.split(r"(?<=[.!?])\s+", page.text) if 8 < len(s.split()) < 25}
    return sorted(found)


def measure(library: ManyPages) -> None:
    """Pages arrive; what each cost, and whether copies were found."""
    outcomes: Counter[tuple[str, bool]] = Counter()
    wall = processor = 0.0
    with Session(library.engine, expire_on_commit=False) as db:
        arriving = list(library.arrivals(WARM + ARRIVALS))
        for page in arriving[:WARM]:
            library.arrive(db, *page)
        with watched(db) as work:
            start, busy = time.perf_counter(), time.process_time()
            for page in arriving[WARM:]:
                library.arrive(db, *page)
            wall, processor = time.perf_counter() - start, time.process_time() - busy
        for kind, url, _, _ in arriving[WARM:]:
            state = db.query(ResourceRow.state, ResourceRow.id).join(ArticleRow).filter(ArticleRow.url == url).one()
            copies = db.query(ResourceRow).filter(ResourceRow.folded_into == state.id).count()
            outcomes[kind, state.state == "folded" or copies > 0] += 1
        db.rollback()
    folded = {kind: outcomes[kind, True] for kind in KINDS}
    print(
        f"{library.loaded:>9,} resources: {1000 * wall / ARRIVALS:.1f} ms a page, our processor "
        f"{1000 * processor / ARRIVALS:.1f} ms, {work.statements / ARRIVALS:.1f} statements, "
        f"{work.steps / ARRIVALS:.0f} steps; folded of {ARRIVALS // 4} each: {folded}; {megabytes()} MB",
        flush=True,
    )


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="commonplace-bench-") as folder:
        address = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/record.db"
        upgrade(address)
        library = ManyPages(engine(address), sentences())
        print(engine(address).dialect.name)
        for size in SIZES:
            start = time.perf_counter()
            library.grow(size)
            print(f"{size:>9,} resources put in, {time.perf_counter() - start:.0f} s", flush=True)
            measure(library)


if __name__ == "__main__":
    main()
