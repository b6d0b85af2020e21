"""Folding in the record: page by page, in any order, with a curator's word binding."""

import random

import pytest

from curation.database import FoldDecisionRow, ResourceRow, TaggingRow, now
from curation.services import deduplicate, sources
from curation.services.submit import Submission, submit
from tests.support.records import a_concept, a_source, an_account

WORDS = [f"word{n}" for n in range(400)]


def prose(seed: int, length: int = 220) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def arrive(db, source: str, name: str, text: str, published: str = "2026-01-01", title: str = "") -> str:
    a_source(db, source)
    url = f"https://{source}.example/{name}"
    submit(db, Submission(source, url, title or f"About {name}", text, published=published))
    return next(row.id for row in db.query(ResourceRow) if row.article.url == url)


def compare_all(db, batch: int = 100) -> None:
    while deduplicate.compare_next(db, batch):
        pass


def state(db) -> dict[str, str | None]:
    return {row.id: row.folded_into for row in db.query(ResourceRow)}


def test_a_cross_post_folds_into_the_earlier_one(db):
    blog = arrive(db, "blog", "swell", prose(1), "2026-01-01", "Swell")
    wiki = arrive(db, "wiki", "swell", prose(1) + " and a word more", "2026-02-01", "Swell")
    other = arrive(db, "wiki", "else", prose(2))
    compare_all(db)
    assert state(db) == {blog: None, wiki: blog, other: None}
    row = db.get(ResourceRow, wiki)
    assert row.state == "folded" and row.relation == "copy" and row.similarity > 0.95


@pytest.mark.parametrize("seed", range(4))
def test_the_order_and_the_batches_make_no_difference(db, seed):
    pages = [("blog", "a", 1), ("wiki", "a", 1), ("mail", "a", 1), ("blog", "b", 2), ("wiki", "b", 2), ("wiki", "c", 3)]
    random.Random(seed).shuffle(pages)
    for source, name, text in pages:
        arrive(db, source, name, prose(text) + f" {source}", f"2026-01-0{len(source)}", f"About {name}")
    compare_all(db, batch=seed + 1)
    urls = {row.id: row.article.url for row in db.query(ResourceRow)}
    folds = {urls[row]: urls.get(into) for row, into in state(db).items()}
    heads = {
        folds[f"https://{source}.example/a"] or f"https://{source}.example/a" for source in ("blog", "wiki", "mail")
    }
    assert len(heads) == 1
    assert folds["https://wiki.example/c"] is None


def test_an_unchanged_article_is_not_compared_again(db):
    arrive(db, "wiki", "a", prose(1))
    compare_all(db)
    assert deduplicate.waiting(db) == 0


def test_a_copy_that_is_rewritten_stands_alone_again(db):
    arrive(db, "blog", "a", prose(1), title="A")
    wiki = arrive(db, "wiki", "a", prose(1), "2026-02-01", "A")
    compare_all(db)
    arrive(db, "wiki", "a", prose(9), "2026-02-01", "A")
    compare_all(db)
    assert state(db)[wiki] is None and db.get(ResourceRow, wiki).state == "live"


def test_when_the_canonical_page_goes_its_copy_takes_its_place(db):
    blog = arrive(db, "blog", "a", prose(1), title="A")
    wiki = arrive(db, "wiki", "a", prose(1), "2026-02-01", "A")
    compare_all(db)
    sources.seen(db, sources.Sighting("blog", "https://blog.example/a", now(), "hash"))
    sources.withdraw(db, "blog", ["https://blog.example/a"])
    compare_all(db)
    assert db.get(ResourceRow, blog).state == "withdrawn"
    assert db.get(ResourceRow, wiki).state == "live"


def test_a_curators_split_binds(db):
    blog = arrive(db, "blog", "a", prose(1), title="A")
    wiki = arrive(db, "wiki", "a", prose(1), "2026-02-01", "A")
    compare_all(db)
    deduplicate.decide(db, an_account(db, role="curator"), blog, wiki, "split")
    compare_all(db)
    assert state(db) == {blog: None, wiki: None}
    assert db.query(FoldDecisionRow).count() == 1


def test_a_curators_join_binds(db):
    one, two = arrive(db, "wiki", "a", prose(1)), arrive(db, "wiki", "b", prose(2), "2026-02-01")
    compare_all(db)
    deduplicate.decide(db, an_account(db, role="curator"), one, two, "join")
    compare_all(db)
    assert state(db) == {one: None, two: one}


def test_tags_of_a_copy_reach_the_canonical_page(db):
    tide = a_concept(db, "Tide")
    wiki = arrive(db, "wiki", "a", prose(1), "2026-02-01", "A")
    compare_all(db)
    db.add(TaggingRow(resource_id=wiki, concept=tide.uri))
    blog = arrive(db, "blog", "a", prose(1), "2026-01-01", "A")
    compare_all(db)
    assert db.get(ResourceRow, wiki).folded_into == blog
    assert db.get(TaggingRow, (blog, tide.uri)) is not None
