"""Every address of the sample organisation and what it answers, made once for a base address."""

import datetime
import hashlib
from dataclasses import dataclass
from importlib.resources import files
from xml.etree import ElementTree as ET

from flows.sample.pages import (
    LICENCES,
    by_author,
    categories,
    frame,
    listing,
    moment,
    page,
    render,
    slug,
    spoken,
    summary,
)
from flows.sample.texts import Place, Text, texts

HTML = "text/html; charset=utf-8"
XML = "application/xml; charset=utf-8"
ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
# A tag address (RFC 4151) names an entry for ever, whatever port the sample runs on.
ENTRY_ID = "tag:gannetsound.example,2022:"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answers: the body, its type, and when it last changed."""

    body: bytes
    content_type: str
    modified: datetime.date
    status: int = 200
    location: str = ""

    @property
    def etag(self) -> str:
        """A strong validator: the hash of the body."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


def newest(found: tuple[Text, ...] | list[Text]) -> datetime.date:
    """When the youngest of them was last changed."""
    return max(t.modified for t in found)


def build(base: str) -> dict[str, Answer]:
    """All answers by path; `base` is the address the server is reached at, without a slash at the end."""
    answers = {t.path: Answer(page(t, base).encode(), HTML, t.modified) for t in (*texts("wiki"), *texts("blog"))}
    answers |= _wiki_lists(base) | _blog_lists(base) | _machine_files(base)
    everything = newest((*texts("wiki"), *texts("blog")))
    for old in ("/wiki", "/blog"):
        answers[old] = Answer(b"", HTML, everything, 301, old + "/")
    home = (
        "<p>Gannet Sound Ferries &amp; Harbours carries 700,000 people a year between Port Ellery and the islands of "
        "Skerrin, Tarrock and Innisholm. What we know is on the <a href='/wiki/'>wiki</a>; what we learn on the way is "
        "on the <a href='/blog/'>blog</a>.</p><p>The company is invented, and so is everybody in it.</p>"
    )
    answers["/"] = Answer(frame("wiki", base, "/", "Gannet Sound", home).encode(), HTML, everything)
    return answers


def missing(base: str, path: str) -> Answer:
    """The page that says there is no such page."""
    body = "<p>There is no page at this address. It may have been renamed: try <a href='/wiki/'>all pages</a>.</p>"
    place: Place = "blog" if path.startswith("/blog/") else "wiki"
    html = frame(place, base, "/", "Page not found", body)
    return Answer(html.encode(), HTML, newest(texts(place)), 404)


def _wiki_lists(base: str) -> dict[str, Answer]:
    pages = texts("wiki")
    changed = sorted(pages, key=lambda t: (t.modified, t.slug), reverse=True)[:25]
    rows = "".join(
        f"<tr><td>{spoken(t.modified)}</td><td><a href='{t.path}'>{t.title}</a></td>"
        f"<td>{', '.join(t.authors)}</td></tr>"
        for t in changed
    )
    lists = {
        "/wiki/": ("All pages", listing(list(pages))),
        "/wiki/recent": ("Recent changes", f"<table><tr><th>When</th><th>Page</th><th>Who</th></tr>{rows}</table>"),
    }
    for tag, found in categories("wiki").items():
        lists[f"/wiki/category/{slug(tag)}"] = (f"Category: {tag}", listing(found))
    for text in pages:
        words = f"<p>Sign in to edit <a href='{text.path}'>{text.title}</a>.</p>"
        lists[f"/wiki/edit/{text.slug}"] = (f"Edit: {text.title}", words)
    return {path: _list("wiki", base, path, *said) for path, said in lists.items()}


def _blog_lists(base: str) -> dict[str, Answer]:
    posts = texts("blog")
    teasers = "".join(
        f"<section class='teaser'><h2><a href='{p.path}'>{p.title}</a></h2><p class='byline'>{', '.join(p.authors)}, "
        f"{spoken(p.date)}</p><p>{summary(p)}</p></section>"
        for p in posts
    )
    about = (
        "<p>A wake is what a ship leaves behind in the water: for a few minutes you can see where it has been. We "
        "write about what went wrong, what went right and what we measured. Posts are read by one colleague before "
        "they appear, and by nobody else.</p>"
    )
    lists = {"/blog/": ("Latest posts", teasers), "/blog/about": ("About this blog", about)}
    for tag, found in categories("blog").items():
        lists[f"/blog/tag/{slug(tag)}"] = (f"Posts about {tag}", listing(found, dated=True))
    for name, found in by_author().items():
        lists[f"/blog/author/{slug(name)}"] = (f"Posts by {name}", listing(found, dated=True))
    return {path: _list("blog", base, path, *said) for path, said in lists.items()}


def _list(place: Place, base: str, path: str, title: str, body: str) -> Answer:
    return Answer(frame(place, base, path, title, body).encode(), HTML, newest(texts(place)))


def _machine_files(base: str) -> dict[str, Answer]:
    theme = files("flows.sample").joinpath("theme")
    robots = f"User-agent: *\nDisallow: /wiki/edit/\nDisallow: /wiki/recent\n\nSitemap: {base}/sitemap.xml\n"
    everything = newest((*texts("wiki"), *texts("blog")))
    answers = {
        "/robots.txt": Answer(robots.encode(), "text/plain; charset=utf-8", everything),
        "/sitemap.xml": Answer(_sitemap_index(base), XML, everything),
        "/blog/feed.xml": Answer(feed(base), "application/atom+xml; charset=utf-8", newest(texts("blog"))),
    }
    places: tuple[Place, ...] = ("wiki", "blog")
    for place in places:
        answers[f"/{place}/sitemap.xml"] = Answer(sitemap(base, place), XML, newest(texts(place)))
        styles = theme.joinpath(f"{place}.css").read_bytes()
        answers[f"/{place}/theme.css"] = Answer(styles, "text/css; charset=utf-8", newest(texts(place)))
    return answers


def _sitemap_index(base: str) -> bytes:
    root = ET.Element("sitemapindex", xmlns=SITEMAP)
    places: tuple[Place, ...] = ("wiki", "blog")
    for place in places:
        entry = ET.SubElement(root, "sitemap")
        ET.SubElement(entry, "loc").text = f"{base}/{place}/sitemap.xml"
        ET.SubElement(entry, "lastmod").text = newest(texts(place)).isoformat()
    return _xml(root)


def sitemap(base: str, place: Place) -> bytes:
    """The sitemap of one place: its texts, none of its lists."""
    root = ET.Element("urlset", xmlns=SITEMAP)
    for text in texts(place):
        entry = ET.SubElement(root, "url")
        ET.SubElement(entry, "loc").text = base + text.path
        ET.SubElement(entry, "lastmod").text = text.modified.isoformat()
    return _xml(root)


def feed(base: str) -> bytes:
    """The blog as Atom, every post in full."""
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": "en"})
    _add(root, "title", "Wake, the Gannet Sound blog")
    _add(root, "subtitle", "What we learn while crossing the Sound")
    _add(root, "id", f"{ENTRY_ID}/blog/")
    ET.SubElement(root, "link", rel="self", href=f"{base}/blog/feed.xml")
    ET.SubElement(root, "link", rel="alternate", href=f"{base}/blog/")
    _add(root, "updated", moment(newest(texts("blog"))))
    for post in texts("blog"):
        _entry(ET.SubElement(root, "entry"), post, base)
    return _xml(root)


def _entry(entry: ET.Element, post: Text, base: str) -> None:
    _add(entry, "title", post.title)
    _add(entry, "id", ENTRY_ID + post.path)
    ET.SubElement(entry, "link", rel="alternate", href=base + post.path)
    _add(entry, "published", moment(post.date))
    _add(entry, "updated", moment(post.modified))
    for name in post.authors:
        _add(ET.SubElement(entry, "author"), "name", name)
    for tag in post.tags:
        ET.SubElement(entry, "category", term=tag)
    _add(entry, "rights", f"{post.licence}, {LICENCES[post.licence]}")
    _add(entry, "summary", summary(post))
    content = ET.SubElement(entry, "content", type="html")
    content.text = render(post.markdown)[0].replace('href="/', f'href="{base}/')


def _add(parent: ET.Element, name: str, words: str) -> None:
    ET.SubElement(parent, name).text = words


def _xml(root: ET.Element) -> bytes:
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document
