"""Wiki pages come out of their theme's frame whole, and with nothing of the frame."""

import pytest

from crawlers.extract import article_from_html
from tests.support.corpora import corpus
from tests.support.extraction import f1
from tests.support.wiki_frames import FRAMES, wiki_pages

pytestmark = pytest.mark.corpora


@pytest.mark.parametrize("frame", FRAMES)
def test_a_wiki_page_is_its_content_element(frame: str):
    pages = list(wiki_pages(corpus("18f-handbook.jsonl"), frame, every=6))
    pairs = [(gold, article_from_html(page, "https://handbook.example/page/").text) for page, gold in pages]
    print(f"{frame}: F1 {f1(pairs):.4f} over {len(pairs)} pages")
    assert len(pairs) >= 30
    assert f1(pairs) >= 0.997
