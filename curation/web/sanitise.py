"""The one door for markup that others wrote: crawled pages, highlights and posts come out safe to show."""

import re
from html import escape
from urllib.parse import urljoin, urlsplit

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from curation.web.markup import ATTRIBUTES, KEPT, Rewriter

# Characters of markup that are rewritten; a longer page is shown as plain text. One pass over a million takes about a
# second here at worst; real pages are a twentieth of that.
MOST_MARKUP = 1_000_000
# Characters of plain text shown; a browser takes a megabyte in its stride, and the original is a click away.
MOST_TEXT = 1_000_000
# Characters of a post that are read as Markdown; its parser is not linear in everything.
MOST_MARKDOWN = 20_000
# Addresses longer than this are cut off by servers and proxies alike (2,083 was the least limit of the big browsers).
MOST_ADDRESS = 2_083
SCHEMES = {"http", "https", "mailto"}
# Pixels: an image this narrow is a spacer, an icon or a tracker.
ICON_WIDTH = 32
# The page's own title is the one h1.
LOWER_HEADINGS = {f"h{level}": f"h{min(level + 1, 6)}" for level in range(1, 7)}

_MARKDOWN = MarkdownIt("js-default", {"html": False, "linkify": False})
_OPENING = re.compile(r"\s*<h[1-6]>(.{1,1000}?)</h[1-6]>", re.DOTALL)
_OWN_TAGS = KEPT - {"img"}
_OWN_ATTRIBUTES = {tag: set(names) for tag, names in ATTRIBUTES.items() if tag != "img"}


def article(html: str, text: str, base: str, title: str = "") -> Markup:
    """A crawled page's body: structure and links kept, images as links to them, all else as words.

    `base` is the address it was read at: relative links lead there. `text` is shown where there is no markup or far
    too much of it. A heading that opens it and only repeats `title` is left out: the page shows that already.
    """
    if not html.strip() or len(html) > MOST_MARKUP:
        return plain(text)
    cleaned = _clean(_Links(html, base).rewritten)
    opening = _OPENING.match(cleaned)
    repeats = opening is not None and _words(opening.group(1)) == _words(str(escape(title)))
    return Markup(cleaned[opening.end() :]) if opening and repeats else cleaned  # noqa: S704  # cut after a whole element


def post(body: str) -> Markup:
    """What a person typed, read as Markdown without HTML."""
    return plain(body) if len(body) > MOST_MARKDOWN else _clean(_Links(_MARKDOWN.render(body), "").rewritten)


def plain(text: str) -> Markup:
    """Text as paragraphs."""
    cut = text[:MOST_TEXT]
    paragraphs = "".join(f"<p>{escape(part.strip())}</p>\n" for part in re.split(r"\n\s*\n", cut) if part.strip())
    more = "<p><em>The rest is too long to show here.</em></p>" if len(text) > MOST_TEXT else ""
    return Markup(paragraphs + more)  # noqa: S704  # every part was escaped above


def highlighted(html: str) -> Markup:
    """A title or snippet from the index: escaped text with <mark>, and nothing else."""
    return Markup(nh3.clean(html[:MOST_MARKDOWN], tags={"mark"}, attributes={}))  # noqa: S704  # nh3 made it safe


def web_address(address: str, base: str = "") -> str:
    """An address that may be followed from a page, "" for any other (javascript:, data:, file:, nonsense)."""
    try:
        whole = urljoin(base, re.sub(r"[\x00-\x20\x7f]+", "", address))
        parts = urlsplit(whole)
    except ValueError:
        return ""
    known = parts.scheme in SCHEMES and (parts.netloc or parts.scheme == "mailto")
    return whole if known and len(whole) <= MOST_ADDRESS else ""


def _words(markup: str) -> str:
    """What a reader sees of a line of markup, whatever its case and spaces."""
    return " ".join(re.sub(r"<[^>]*>", "", markup).split()).casefold()


def _clean(balanced: str) -> Markup:
    return Markup(  # noqa: S704  # nh3 made it safe
        nh3.clean(
            balanced,
            tags=_OWN_TAGS,
            attributes=_OWN_ATTRIBUTES,
            url_schemes=SCHEMES,
            link_rel="noopener nofollow ugc",
        )
    )


class _Links:
    """Rewrites one page with its links made absolute, its images made links and its headings below the page's own."""

    def __init__(self, html: str, base: str) -> None:
        self.base = base
        has_title = re.search(r"<h1[\s>]", html, re.IGNORECASE) is not None
        self.rewriter = Rewriter(html, self.change, LOWER_HEADINGS if has_title else None)
        self.rewritten = self.rewriter.run()

    def change(self, name: str, attributes: dict[str, str]) -> str | None:
        """What to put in the element's stead, None to keep it."""
        if name == "a":
            address = web_address(attributes.get("href", ""), self.base)
            attributes.pop("href", None)
            attributes.update({"href": address} if address else {})
        return self._picture(attributes) if name == "img" else None

    def _picture(self, attributes: dict[str, str]) -> str:
        """Its words, linked to it: a picture from elsewhere would tell its server who reads what."""
        width = attributes.get("width", "")
        if width.isdigit() and int(width[:6]) <= ICON_WIDTH:
            return escape(attributes.get("alt", ""))
        words = escape(f"[Picture: {attributes['alt']}]" if attributes.get("alt") else "[Picture]")
        address = web_address(attributes.get("src", ""), self.base)
        if not address or "a" in self.rewriter.stack:
            return words
        return f'<a href="{escape(address)}">{words}</a>'
