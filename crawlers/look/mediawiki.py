"""MediaWiki, by the link to its API that every page carries."""

from urllib.parse import urljoin, urlsplit

from crawlers.look.eye import Eye
from crawlers.look.found import Answer, Found, counted, locked


def detect(eye: Eye, answer: Answer) -> Found | None:
    """The wiki behind a page or its api.php."""
    link = answer.said("link[rel~=EditURI i]", "href")
    if link:
        api = urljoin(answer.url, link).partition("?")[0]
    elif urlsplit(answer.url).path.endswith(("/api.php", "/index.php")) or b"MediaWiki" in answer.body[:20_000]:
        api = urljoin(answer.url, "api.php")
    else:
        return None
    said = eye.get(f"{api}?action=query&meta=siteinfo&siprop=general|statistics&format=json&formatversion=2")
    try:
        query = said.data()["query"]
        general, numbers = query["general"], query["statistics"]
    except (KeyError, TypeError):
        return _locked(api) if b"readapidenied" in said.body else None
    generator, articles = str(general.get("generator", "MediaWiki")), int(numbers.get("articles") or 0)
    total = int(numbers.get("pages") or 0)
    message = f"{generator}, {counted(total, 'page')} ({counted(articles, 'article')}), you may read them."
    # Talk and user pages count among all pages and are not read, so the assertion stands on the articles alone.
    least = {"least_pages": max(1, articles // 2)}
    return Found("mediawiki", api, str(general.get("sitename", "")), generator, total, message=message, terms=least)


def _locked(api: str) -> Found:
    return locked(
        "mediawiki", api, "A MediaWiki", "Its header Authorization takes 'Bearer TOKEN' (an owner-only OAuth token)."
    )
