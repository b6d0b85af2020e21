"""HTML in, Article out: pure functions, no network, no Scrapy."""

from collections.abc import Collection, Mapping
from typing import Any

from crawlers.page import Article, Page


def extract(page: Page, repeated: Collection[str] = ()) -> Article | None:
    """The article in a page as it was read; None where the page holds no content at all.

    What the page's system said itself (`page.hints`) outranks its markup. `repeated` are the marks of what stands on
    the source's other pages too (`crawlers.extract.repeated`). Never raises for bad HTML.
    """
    from crawlers.extract.article import article_from_html as read

    if not page.html.strip():
        return None
    article = read(page.html, page.url, page.source, page.hints, page.content_type, repeated)
    return article if article.text or article.title else None


def article_from_html(
    html: str | bytes, url: str = "", source: str = "", hints: Mapping[str, Any] | None = None
) -> Article:
    """The article in a page's HTML.

    `url` is the page's address, against which links are resolved. `hints` is what the system's own interface said
    (title, authors, published, modified, tags, language, licence, generator, kind) and outranks the markup;
    `html_is_content` among them says that the HTML is the content without a frame. Never raises for bad HTML: a page
    without content gives an article without text.
    """
    from crawlers.extract.article import article_from_html as read

    return read(html, url, source, hints)
