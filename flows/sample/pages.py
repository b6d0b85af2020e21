"""The sample's Markdown dressed as the HTML of a wiki and a blog, with all the frame that real ones have."""

import datetime
import json
import re
import unicodedata
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from jinja2 import DictLoader, Environment
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from flows.sample.texts import Place, Text, related, texts

LICENCES = {
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC BY-SA 4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
}
# Words a minute when reading to oneself. Source: Brysbaert 2019, 238 for English non-fiction.
READING_SPEED = 238


def slug(words: str) -> str:
    """Words as part of an address: small ASCII letters, digits and dashes."""
    plain = unicodedata.normalize("NFKD", words.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def moment(day: datetime.date) -> str:
    """A day as a full time: everything here is published at nine in the morning."""
    return f"{day.isoformat()}T09:00:00+00:00"


def spoken(day: datetime.date) -> str:
    """A day as people write it."""
    return f"{day.day} {day:%B %Y}"


def render(markdown: str) -> tuple[str, list[tuple[str, str]]]:
    """HTML, and the (anchor, words) of its second-level headings."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(markdown)
    contents = []
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", slug(inline.content) or "section")
            if opening.tag == "h2":
                contents.append((slug(inline.content), inline.content))
    return parser.renderer.render(tokens, parser.options, {}), contents


def summary(text: Text, most: int = 200) -> str:
    """Its first running words, at most so many characters."""
    html, _ = render(text.markdown)
    paragraphs = re.findall(r"<p>(.*?)</p>", html, re.DOTALL)
    first = next((p for p in paragraphs if not p.startswith("<em>")), "")
    words = Markup(first).striptags()  # noqa: S704  # our own words
    return words if len(words) <= most else words[:most].rsplit(" ", 1)[0] + "…"


@cache
def biographies() -> dict[str, str]:
    """What the blog says about its writers, by name."""
    said: dict[str, str] = json.loads(files("flows.sample").joinpath("authors.json").read_text(encoding="utf-8"))
    return said


@cache
def _environment() -> Environment:
    theme = files("flows.sample").joinpath("theme")
    pages = {name: theme.joinpath(name).read_text(encoding="utf-8") for name in ("wiki.html", "blog.html")}
    environment = Environment(loader=DictLoader(pages), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.globals.update(slug=slug, moment=moment, day=spoken, licences=LICENCES, biographies=biographies())
    return environment


def categories(place: Place) -> dict[str, list[Text]]:
    """The texts under each tag, tags in order."""
    found: dict[str, list[Text]] = {}
    for text in texts(place):
        for tag in text.tags:
            found.setdefault(tag, []).append(text)
    return dict(sorted(found.items(), key=lambda item: item[0].casefold()))


def by_author() -> dict[str, list[Text]]:
    """The blog's posts by each of its writers."""
    names = sorted({name for post in texts("blog") for name in post.authors})
    return {name: [p for p in texts("blog") if name in p.authors] for name in names}


def frame(place: Place, base: str, path: str, title: str, body: str, **values: Any) -> str:
    """A page of that place around this body."""
    recent = sorted(texts("wiki"), key=lambda t: (t.modified, t.slug), reverse=True)[:6]
    common = [(tag, f"/wiki/category/{slug(tag)}") for tag, found in categories("wiki").items() if len(found) > 2]
    shown = {"language": "en", "contents": [], "recent": recent, "categories": common, **values}
    template = _environment().get_template(f"{place}.html")
    return template.render(base=base, path=path, title=title, body=Markup(body), **shown)  # noqa: S704  # our own words


def page(text: Text, base: str) -> str:
    """The whole HTML page of a text."""
    html, contents = render(text.markdown)
    posts = texts("blog")
    place = posts.index(text) if text in posts else -1
    return frame(
        text.place, base, text.path, text.title, html,
        text=text, language=text.language, contents=contents, summary=summary(text), related=related(text),
        supersedes=next((t for t in texts("wiki") if t.slug == text.supersedes), None),
        minutes=max(1, round(len(text.markdown.split()) / READING_SPEED)),
        newer=posts[place - 1] if place > 0 else None,
        older=posts[place + 1] if 0 <= place < len(posts) - 1 else None,
        linked_data=linked_data(text, base),
    )  # fmt: skip


def linked_data(text: Text, base: str) -> Markup:
    """The post as schema.org says it, safe inside a script element."""
    said = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": text.title,
        "author": [{"@type": "Person", "name": name} for name in text.authors],
        "datePublished": moment(text.date),
        "dateModified": moment(text.modified),
        "keywords": list(text.tags),
        "inLanguage": text.language,
        "license": LICENCES[text.licence],
        "mainEntityOfPage": base + text.path,
    }
    return Markup(json.dumps(said, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704  # no "<" is left


def listing(found: list[Text], dated: bool = False) -> str:
    """A list of links to texts, newest said first where dates are shown."""
    items = [
        f'<li><a href="{t.path}">{escape(t.title)}</a>{f" <small>{spoken(t.date)}</small>" if dated else ""}</li>'
        for t in found
    ]
    return f"<ul>{''.join(items)}</ul>"
