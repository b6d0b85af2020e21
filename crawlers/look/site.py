"""Any other site: with a sitemap or without, behind a sign-in, drawn by JavaScript, or a file that is no page."""

import re
from urllib.parse import urljoin

from bs4 import BeautifulSoup

from crawlers.errors import CrawlError
from crawlers.look.eye import Eye
from crawlers.look.found import HEAD, Answer, Found, counted, made_with
from crawlers.look.listing import sitemap
from crawlers.urls import canonical, prefix_of

SIGN_IN = "A page that asks for a password. Its header Cookie or Authorization takes what a signed-in browser sends."
# Titles that an error carries although its status is 200. Source: the usual servers' and systems' error pages.
ERROR = re.compile(
    r"^(?:error\b|(?:40[0-9]|50[0-9])\b|.*\b(?:page )?not found\b|.*\baccess denied\b|.*\bforbidden\b|"
    r".*\b(?:under|down for) (?:maintenance|construction)\b|.*\bsuspended\b)", re.IGNORECASE
)  # fmt: skip
# An address no site has, to see what it answers for pages that are gone.
NOWHERE = "no-such-page-7f3a9c"
# Words below which a page with scripts says nothing without them. Source: judgement.
FEW_WORDS = 20
FILES = {
    "application/pdf": "a PDF file",
    "application/msword": "a Word file",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "a Word file",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "a PowerPoint file",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "an Excel file",
}


def detect(eye: Eye, answer: Answer) -> Found:
    """What there is to read at a page that no known system made.

    Raises:
        CrawlError: it is no page.
    """
    _is_page(eye.home, answer)
    if answer.head.find("input", attrs={"type": "password"}):
        return Found(
            "site", answer.url, answer.title, answer.generator, may_read=False, message=SIGN_IN, wants=("Cookie",)
        )
    notes = _notes(eye, answer)
    listed = _sitemap(eye, answer.url)
    by = made_with(answer.generator)
    if listed is not None:
        about = "about " if "about" in listed.message else ""
        message = f"A site{by} with a sitemap of {about}{counted(listed.pages or 0, 'page')}, you may read them."
        return Found("sitemap", listed.address, answer.title, answer.generator, listed.pages, True, message, notes)
    feed = answer.said("link[type='application/atom+xml'], link[type='application/rss+xml']", "href")
    more = f" It has a feed too: {urljoin(answer.url, feed)}." if feed else ""
    links = _links(answer)
    linked = f", with {links:,} of its own pages linked from here" if links else ""
    message = f"A site{by}{linked}, you may read it.{more}"
    return Found("site", answer.url, answer.title, answer.generator, message=message, notes=notes)


def _is_page(address: str, answer: Answer) -> None:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in FILES or answer.body.startswith(b"%PDF-"):
        words = FILES.get(kind, "a PDF file")
        raise CrawlError(
            f"{address} is {words}, not a source by itself. Give the address of the site that links to it."
        )
    if "html" not in (kind or "html") and b"<html" not in answer.body[:2000].lower():
        raise CrawlError(f"{address} answers with {kind}, which is no page. Give the address of a site, wiki or feed.")


def _notes(eye: Eye, answer: Answer) -> tuple[str, ...]:
    notes = []
    if ERROR.search(answer.title):
        notes.append(
            f"It answers with status {answer.status}, but its title is {answer.title!r}: is it the right page?"
        )
    soup = BeautifulSoup(answer.body[:HEAD], "lxml")
    scripts = [script.extract() for script in soup.find_all(["script", "style", "noscript"])]
    if scripts and len(soup.get_text(" ").split()) < FEW_WORDS:
        notes.append(
            "Without JavaScript it says next to nothing: look for a sitemap, a feed or an API of it, or add it with "
            "--set javascript=true, which draws its pages in a browser."
        )
    elif (away := eye.get(urljoin(answer.url, NOWHERE))).status == 200:
        same = " with the very same page" if away.body == answer.body else ""
        notes.append(
            f"It answers an address that does not exist{same} and status 200, so pages that go may not be noticed."
        )
    return tuple(notes)


def _links(answer: Answer) -> int:
    """Pages of the site itself that this page leads to."""
    inside = prefix_of(answer.url)
    soup = BeautifulSoup(answer.body, "lxml")
    found = {canonical(str(link["href"]), answer.url).partition("#")[0] for link in soup.find_all("a", href=True)}
    return len({url for url in found if url.startswith(inside)} - {answer.url})


def _sitemap(eye: Eye, url: str) -> Found | None:
    """The sitemap that robots.txt names, or the usual one."""
    root = urljoin(url, "/")
    for place in [*eye.robots_of(root).sitemaps, urljoin(root, "sitemap.xml")][:3]:
        if canonical(place, root):
            found = sitemap(eye, eye.get(canonical(place, root)))
            if found is not None and found.pages:
                return found
    return None
