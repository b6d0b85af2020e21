"""A page to an Article: the system's own content first, then posts, then the subtree with the best weights."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from crawlers.extract.content import Scale
from crawlers.extract.dates import iso_date
from crawlers.extract.decode import decode
from crawlers.extract.facts import Facts, facts_of
from crawlers.extract.frame import drop_frame
from crawlers.extract.generic import clean, generic_content
from crawlers.extract.handed import handed_on
from crawlers.extract.language import guessed_language
from crawlers.extract.places import WEAK
from crawlers.extract.posts import generic_posts
from crawlers.extract.render import Rendered, render
from crawlers.extract.summary import summary_of
from crawlers.extract.systems import content_element, recognise, where_marks_stand
from crawlers.extract.tails import drop_ends
from crawlers.extract.theme import drop_repeated
from crawlers.extract.threads import Post, posts_of, render_thread
from crawlers.extract.titles import is_title
from crawlers.extract.tree import Element, drop, line_of, parse, select, words_of
from crawlers.extract.unseen import drop_unseen
from crawlers.page import Article
from crawlers.urls import canonical

_POST_TYPES = frozenset(
    ("BlogPosting", "NewsArticle", "Article", "OpinionNewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle")
)
_NO_THREAD_TYPES = frozenset(("BlogPosting", "NewsArticle"))
_THREAD_TYPES = frozenset(("DiscussionForumPosting", "QAPage", "Question"))
_THREAD_ADDRESS = re.compile(
    r"/(?:threads?|topics?|t|d|forums?|discussions?|boards?|questions?|talk|community)[/.?-]|"
    r"showtopic|viewtopic|showthread|"
    r"//(?:discuss|boards?|bbs|community|answers)\.|//[^/]*forum|/r/[^/]+/comments/",
    re.I,
)
_HEADINGS = "h1, h2"
# Posts that hold less of the best weight are comments below something else (share; unknown).
_LEAST_OF_POSTS = 0.25


@dataclass(slots=True)
class Content:
    """The content found in a page, an element or posts, how, and what kind of page that makes it."""

    element: Element | None
    method: str
    kind: str = "page"
    generator: str | None = None
    posts: list[Post] = field(default_factory=list)
    captions: bool = False
    numbers: bool = True
    """Whether a browser's numbers of list items are said; a system's own content is said word for word."""
    shown: int | None = None
    """How many of the posts stand in the HTML, where the others are archived as conversation; the text has all."""


def article_from_html(
    markup: str | bytes,
    url: str = "",
    source: str = "",
    hints: Mapping[str, Any] | None = None,
    content_type: str = "",
    repeated: Collection[str] = (),
) -> Article:
    """The article in a page's HTML.

    `url` is the page's address, against which links are resolved; `hints` is what the system's own interface said
    and outranks the markup, with `html_is_content` true where the HTML is the content without a frame; `repeated`
    are the marks of what the source's other pages say too. Never raises for bad HTML: a page without content gives an
    article without text.
    """
    hints = hints or {}
    text = decode(markup, content_type)
    tree = parse(text)
    if tree is None:
        return Article(url=canonical(url) or url, title=str(hints.get("title") or ""), text="", source=source, kept=0.0)
    facts = facts_of(tree, url, hints)
    address = _address(tree, url)
    drop_unseen(tree)
    visible = max(words_of(tree), 1)
    content = _content(tree, where_marks_stand(text), url, facts, hints)
    rendered = _rendered(content, url, repeated)
    return _article(facts, content, rendered, address, source, visible, hints)


def _content(tree: Element, tags: str, url: str, facts: Facts, hints: Mapping[str, Any]) -> Content:
    if hints.get("html_is_content"):
        return _fragment(tree, tags, facts)
    scale = Scale(tree)
    known = posts_of(tree, tags)
    if known is not None and sum(scale.weight(post.body) for post in known[1]) >= _LEAST_OF_POSTS * scale.best_weight:
        shown = 1 if hints.get("comments") else None
        return Content(None, "posts of the system", "thread", known[0], known[1], shown=shown)
    systems = recognise(tags)
    generator = systems[0].name if systems else None
    thread = _may_be_thread(url, facts)
    if thread:
        posts = generic_posts(tree, scale.counts)
        if posts:
            return Content(None, "repeated posts", "thread", generator, posts)
    kind = "post" if facts.types & _POST_TYPES else "page"
    found = content_element(tree, systems, scale.holds_content)
    if found is not None:
        system, element = found
        if system.kind == "post":
            clean(element, scale, facts.title)
        else:
            drop_frame(element, scale.counts, named=False, lists=False)
            _drop_title(element, facts.title)
            drop_ends(element, scale.counts)
        return Content(
            element,
            f"content element of {system.name}",
            "post" if system.kind == "post" else kind,
            system.name,
            captions=system.kind == "page",
            numbers=False,
        )
    best = generic_content(scale, facts.title, thread)
    return Content(best, "nothing" if best is None else "weights", kind, generator)


def _rendered(content: Content, url: str, repeated: Collection[str]) -> Rendered:
    if content.posts:
        return render_thread(content.posts, url, content.shown)
    if content.element is None:
        return Rendered("", "")
    if taken := drop_repeated(content.element, repeated):
        content.method += f", less {taken} blocks that repeat over the source"
    return render(content.element, url, content.captions, numbers=content.numbers)


def _fragment(tree: Element, tags: str, facts: Facts) -> Content:
    """HTML that is content already: only what the system itself adds (edit links, tables of contents) is taken out."""
    found = content_element(tree, recognise(tags), lambda element: True)
    body = tree.find("body")
    element = body if body is not None else tree
    _drop_title(element, facts.title)
    return Content(
        element, "the system's content", "page", found[0].name if found else None, captions=True, numbers=False
    )


def _may_be_thread(url: str, facts: Facts) -> bool:
    return bool(facts.types & _THREAD_TYPES) or (
        bool(_THREAD_ADDRESS.search(url)) and not facts.types & _NO_THREAD_TYPES
    )


def _drop_title(content: Element, title: str) -> None:
    """Take out the heading that only repeats the title, which has a field of its own."""
    for heading in select(content, _HEADINGS)[:2]:
        if heading is not content and is_title(line_of(heading), title):
            drop(heading)
            return


def _address(tree: Element, url: str) -> str:
    """The page's canonical address: what it names itself on its own host, else where it was read."""
    read = canonical(url) or url
    for link in select(tree, "link[rel~=canonical]")[:1]:
        named = canonical(link.get("href") or "", url)
        if named and (not read or named.split("/")[2:3] == read.split("/")[2:3]):
            return named
    return read


def _article(
    facts: Facts,
    content: Content,
    rendered: Rendered,
    address: str,
    source: str,
    visible: int,
    hints: Mapping[str, Any],
) -> Article:
    text = rendered.text
    if not facts.language:
        facts.note("language", guessed_language(text), "the text (py3langid)")
    authors = tuple(dict.fromkeys(post.author for post in content.posts if post.author))
    if authors and facts.evidence.get("authors") != "system":
        facts.authors, facts.evidence["authors"] = authors, "authors of the posts"
    if first := _first_day(content.posts, facts):
        facts.published, facts.evidence["published"] = first, "the first post"
    summary, source_of_summary = summary_of(facts.summary, text)
    if summary:
        facts.evidence["summary"] = source_of_summary or facts.evidence.get("summary", "")
    facts.evidence["text"] = content.method
    return Article(
        url=address, title=facts.title, text=text, source=source, html=rendered.html, summary=summary,
        authors=facts.authors, published=facts.published, modified=facts.modified, language=facts.language,
        licence=facts.licence, kind=str(hints.get("kind") or content.kind), tags=facts.tags,
        links=_links(rendered.links), generator=str(hints.get("generator") or "") or content.generator,
        kept=min(1.0, len(text.split()) / visible), evidence=facts.evidence, **handed_on(hints),
    )  # fmt: skip


def _first_day(posts: list[Post], facts: Facts) -> str | None:
    """The day of a thread's first post, where no more than a place in the markup names another day."""
    said = facts.evidence.get("published", "")
    day = iso_date(posts[0].time) if posts and (not said or said.startswith(WEAK)) else None
    return None if facts.published and facts.published[:10] == day else day


def _links(addresses: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for address in addresses if (found := canonical(address))))
