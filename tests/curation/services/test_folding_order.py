"""The record folds as a whole library folds at once, whatever the order of arrival, changes and departures."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.database import ArticleRow, RelationRow, ResourceRow, now
from curation.dedup.fold import fold
from curation.services import deduplicate, sources
from curation.services.kin import text_of
from curation.services.submit import Submission, submit
from tests.support.records import a_source

WORDS = [f"word{n}" for n in range(400)]
SOURCES = ("blog", "mail", "wiki")


def written(story: int, edits: int, touch: int) -> str:
    """A story of 120 words with some of them changed; each `touch` changes other ones."""
    words = random.Random(story).choices(WORDS, k=120)
    chance = random.Random(f"{story} {touch}")
    for n in range(edits):
        words[chance.randrange(len(words))] = f"edit{touch}x{n}"
    return " ".join(words)


# A page: where it stands, which story it tells, and how far it was edited from it (0 to 30 of 120 words).
pages = st.lists(
    st.tuples(st.sampled_from(SOURCES), st.integers(0, 2), st.integers(0, 30), st.integers(1, 99)),
    min_size=2, max_size=9, unique_by=lambda page: page[1:],
)  # fmt: skip
Page = tuple[str, int, int, int]
thorough = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


def put(db, page: Page, text: str = "") -> None:
    source, story, edits, touch = page
    a_source(db, source)
    address = f"https://{source}.example/{story}/{edits}-{touch}/story"
    submit(db, Submission(source, address, f"Story {story}", text or written(story, edits, touch)))


def compare_all(db, batch: int) -> None:
    while deduplicate.compare_next(db, batch):
        pass


def folds(db) -> dict[str, str]:
    return {row.id: row.folded_into or row.id for row in db.query(ResourceRow) if row.state != "withdrawn"}


def at_once(db) -> dict[str, str]:
    live = db.query(ArticleRow).join(ResourceRow).filter(ResourceRow.state != "withdrawn")
    return {found.id: found.canonical for found in fold(map(text_of, live.order_by(ArticleRow.id)))}


@thorough
@given(pages, st.integers(1, 4))
def test_page_by_page_gives_what_all_at_once_gives(db, library: list[Page], batch: int) -> None:
    db.rollback()
    for page in library:
        put(db, page)
        if batch > 1:
            deduplicate.compare_next(db, batch - 1)
    compare_all(db, batch)
    assert folds(db) == at_once(db)


@thorough
@given(pages, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(db, library: list[Page], chance: random.Random) -> None:
    outcomes = []
    for _ in range(2):
        db.rollback()
        for page in library:
            put(db, page)
            compare_all(db, 1)
        related = {frozenset((row.first, row.second)): row.kind for row in db.query(RelationRow)}
        outcomes.append((folds(db), related))
        chance.shuffle(library)
    assert outcomes[0] == outcomes[1]


@thorough
@given(pages, st.integers(0, 8), st.booleans())
def test_a_page_that_changes_or_goes_leaves_no_trace(db, library: list[Page], which: int, goes: bool) -> None:
    db.rollback()
    for page in library:
        put(db, page)
    compare_all(db, 3)
    changed = library[which % len(library)]
    if goes:
        address = f"https://{changed[0]}.example/{changed[1]}/{changed[2]}-{changed[3]}/story"
        sources.seen(db, sources.Sighting(changed[0], address, now(), "hash"))
        sources.withdraw(db, changed[0], [address])
    else:
        put(db, changed, written(7, 0, 0))
    compare_all(db, 3)
    assert folds(db) == at_once(db)
    if goes:
        put(db, changed)
        compare_all(db, 2)
        assert folds(db) == at_once(db)
