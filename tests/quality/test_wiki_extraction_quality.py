"""Wiki pages come out of their theme's frame whole, and with nothing of the frame."""

import pytest

from crawlers.extract import article_from_html
from tests.support.corpora import corpus
from tests.support.dokuwiki import DokuWiki
from tests.support.extraction import f1
from tests.support.mediawiki import MediaWiki
from tests.support.presence import absent
from tests.support.real_wikis import LIST, THEMES, WikiPage, handbook, on_dokuwiki, on_mediawiki, on_wordpress
from tests.support.wiki_frames import FRAMES, wiki_pages
from tests.support.wordpress import WordPress

pytestmark = pytest.mark.corpora


@pytest.mark.parametrize("frame", FRAMES)
def test_a_wiki_page_is_its_content_element(frame: str):
    pages = list(wiki_pages(corpus("18f-handbook.jsonl"), frame, every=6))
    pairs = [(gold, article_from_html(page, "https://handbook.example/page/").text) for page, gold in pages]
    print(f"{frame}: F1 {f1(pairs):.4f} over {len(pairs)} pages")
    assert len(pairs) >= 30
    assert f1(pairs) >= 0.997


def holds(read: dict[str, list[WikiPage]]) -> None:
    """Every system and theme is over the floor, with its lists of links and without."""
    assert read
    for name, pages in read.items():
        pairs = [(page.gold, article_from_html(page.markup, page.url).text) for page in pages]
        lists = [pair for pair, page in zip(pairs, pages, strict=True) if page.linked >= LIST]
        print(f"{name}: F1 {f1(pairs):.4f} over {len(pairs)} pages, {f1(lists):.4f} over {len(lists)} lists of links")
        assert len(pairs) >= 12
        assert f1(pairs) >= 0.99
        assert len(lists) >= 3
        assert f1(lists) >= 0.99


def test_a_page_of_a_real_mediawiki_in_any_skin_is_what_its_api_gives(mediawiki: MediaWiki):
    holds(on_mediawiki(mediawiki, handbook(corpus("18f-handbook.jsonl"), every=18)))


def test_a_page_of_a_real_dokuwiki_is_what_its_export_gives(dokuwiki: DokuWiki):
    holds(on_dokuwiki(dokuwiki, handbook(corpus("18f-handbook.jsonl"), every=6)))


def test_a_post_of_a_real_wordpress_is_what_its_api_gives(wordpress: WordPress):
    theme = "twentytwentythree"
    if not (THEMES / theme).exists():
        absent(f"WordPress has no theme here (Debian: wordpress-theme-{theme})")
    holds(on_wordpress(wordpress, handbook(corpus("18f-handbook.jsonl"), every=18), theme))
