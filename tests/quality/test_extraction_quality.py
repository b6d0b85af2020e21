"""Floors of extraction on labelled pages: below them a change made it worse."""

import pytest

from crawlers.extract import article_from_html
from crawlers.page import Article
from tests.support.corpora import corpus
from tests.support.extraction import GoldPage, f1, gold_pages, letters

pytestmark = pytest.mark.corpora

Read = list[tuple[GoldPage, Article]]


@pytest.fixture(scope="module")
def read() -> Read:
    pages = gold_pages(corpus("pages")) + gold_pages(corpus("articles"), "zyte")
    return [(page, article_from_html(page.body(), page.url)) for page in pages]


@pytest.mark.parametrize(
    ("kind", "floor"), [("documentation", 0.9385), ("forum", 0.8152), ("article", 0.96), ("zyte", 0.9723)]
)
def test_the_text_of_a_kind_of_page_stays_above_its_floor(read: Read, kind: str, floor: float):
    of_kind = [(page.text, article.text) for page, article in read if page.kind == kind]
    score, halves = f1(of_kind), (f1(of_kind[::2]), f1(of_kind[1::2]))
    print(f"{kind}: F1 {score:.4f} over {len(of_kind)} pages, halves {halves[0]:.4f} and {halves[1]:.4f}")
    assert score >= floor


@pytest.mark.parametrize(("fact", "floor"), [("title", 0.805), ("author", 0.869), ("published", 0.844)])
def test_facts_stay_above_their_floor(read: Read, fact: str, floor: float):
    known = [(page, article) for page, article in read if getattr(page, fact)]
    right = [_is_right(fact, page, article) for page, article in known]
    print(f"{fact}: {sum(right) / len(right):.3f} of {len(right)} pages")
    assert sum(right) / len(right) >= floor


def _is_right(fact: str, page: GoldPage, article: Article) -> bool:
    if fact == "title":
        return letters(page.title) == letters(article.title)
    if fact == "author":
        return any(
            letters(name) in letters(page.author) or letters(page.author) in letters(name) for name in article.authors
        )
    return (article.published or "")[:10] == (page.published or "")[:10]
