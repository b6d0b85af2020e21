"""What one more page costs does not grow with the library: counted in statements and in the database's own steps."""

import os
import random

from sqlalchemy.orm import Session

from curation.database import ArticleRow, ResourceRow
from curation.database.session import engine
from tests.support.many_pages import KINDS, ManyPages, watched

# Resources before and after; the 10,000 to 1,000,000 take an hour (bench_folding_incremental does them).
FEW, MANY = (int(n) for n in os.environ.get("COMMONPLACE_FOLDING_SIZES", "400,4000").split(",")[:2])
ARRIVALS = 24


def made_sentences() -> list[str]:
    chance = random.Random(3)
    words = [f"w{n}" for n in range(3000)]
    return [" ".join(chance.choices(words, k=14)) for _ in range(400)]


def costs(library: ManyPages) -> tuple[float, float, dict[str, int]]:
    """Statements and steps a page, and how many of each kind were folded."""
    with Session(library.engine, expire_on_commit=False) as db:
        arriving = list(library.arrivals(ARRIVALS + 4))
        for page in arriving[:4]:
            library.arrive(db, *page)
        with watched(db) as work:
            for page in arriving[4:]:
                library.arrive(db, *page)
        folded = dict.fromkeys(KINDS, 0)
        for kind, url, _, _ in arriving[4:]:
            resource = db.query(ResourceRow).join(ArticleRow).filter(ArticleRow.url == url).one()
            copies = db.query(ResourceRow).filter(ResourceRow.folded_into == resource.id).count()
            folded[kind] += resource.state == "folded" or copies > 0
        db.rollback()
    return work.statements / ARRIVALS, work.steps / ARRIVALS, folded


def test_a_page_costs_the_same_in_a_library_ten_times_as_large(record_url: str) -> None:
    library = ManyPages(engine(record_url), made_sentences())
    library.grow(FEW)
    statements, steps, _ = costs(library)
    library.grow(MANY)
    more_statements, more_steps, folded = costs(library)
    assert more_statements <= 1.2 * statements, (statements, more_statements)
    assert more_steps <= 1.3 * steps, (steps, more_steps)
    assert folded == {"new": 0, "copy": ARRIVALS // 4, "template": 0, "template-copy": ARRIVALS // 4}


def test_what_waits_is_found_without_walking_what_does_not(record_url: str) -> None:
    library = ManyPages(engine(record_url), made_sentences())
    steps = []
    for size in (FEW, MANY):
        library.grow(size)
        with Session(library.engine) as db, watched(db) as work:
            library.arrive(db, "copy", "https://other.example/empty", "", "Empty")
        steps.append(work.steps)
    assert steps[1] <= steps[0] + 5, steps
