"""Forum threads: the posts of a page, each with who wrote it, when and what."""

import re
from dataclasses import dataclass
from functools import cache
from html import escape

from crawlers.extract.render import Rendered, render
from crawlers.extract.tables import rows
from crawlers.extract.tree import Element, drop, line_of, select


@dataclass(frozen=True, slots=True)
class Forum:
    """A forum system: the fields of forums.yaml, which describes them."""

    name: str
    marks: tuple[str, ...]
    post: str
    author: tuple[str, ...] = ()
    time: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


@dataclass(slots=True)
class Post:
    """One contribution: its words as an element, and author and time as the page shows them ("" where unknown)."""

    body: Element
    author: str = ""
    time: str = ""
    accepted: bool = False


@cache
def known_forums() -> tuple[Forum, ...]:
    """The table of forum systems, most telling first."""
    return tuple(Forum(**row) for row in rows("forums.yaml"))


def posts_of(tree: Element, tags: str) -> tuple[str, list[Post]] | None:
    """The forum system of a page and its posts in order; None where no known system has any here."""
    best: tuple[str, list[Post]] | None = None
    for forum in known_forums():
        if any(mark in tags for mark in forum.marks):
            posts = _posts(tree, forum)
            if posts and (best is None or len(posts) > len(best[1])):
                best = forum.name, posts
    return best


def _posts(tree: Element, forum: Forum) -> list[Post]:
    found, seen = [], set()
    for element in select(tree, forum.post):
        body = _first(element, forum.body)
        if body is None or body in seen or not line_of(body):
            continue
        seen.add(body)
        for frame in forum.drop:
            for part in select(body, frame):
                drop(part)
        found.append(Post(body, _author(element, forum), _time(element, forum, body), _is_accepted(element)))
    return found


# What systems call the post that its asker, or a moderator, marked as the answer: Discourse and Stack Exchange, Khoros,
# XenForo, Flarum and Invision in the names of their templates, the others as schema.org has it.
_ACCEPTED = re.compile(
    r"(?:^|[\s_-])(?:accepted-?(?:answer|solution)|is-?solution|best-?answer"
    r"|(?:message|post|comment)--?(?:solution|solved))(?:[\s_-]|$)",
    re.I,
)


def _is_accepted(post: Element) -> bool:
    return post.get("itemprop") == "acceptedAnswer" or bool(_ACCEPTED.search(post.get("class") or ""))


def _first(element: Element, choices: tuple[str, ...]) -> Element | None:
    """The first element that matches the first choice which matches at all."""
    return next((match[0] for css in choices if (match := select(element, css))), None)


# A user's name or a date as shown is a few words; longer text is a whole profile (characters; unknown).
LONGEST_NAME = 60


def _author(post: Element, forum: Forum) -> str:
    for choice in forum.author:
        if choice.startswith("@"):
            said = post.get(choice[1:]) or ""
        else:
            said = next((line for match in select(post, choice) if (line := line_of(match))), "")
        if said and len(said) <= LONGEST_NAME:
            return said
    return ""


def _time(post: Element, forum: Forum, body: Element) -> str:
    inside = set(body.iter())
    for choice in forum.time:
        for match in select(post, choice):
            said = "" if match in inside else line_of(match)
            if said and len(said) <= LONGEST_NAME:
                return said
    return ""


# Quotations by their markup in forum systems, and previews of other pages, which are nobody's words in this thread.
_QUOTES = (
    "blockquote, aside.quote, .bbcode_quote, .quotebox, .bbc_standard_quote, .quoteheader, .quote_container, "
    ".ipsQuote, [data-ipsquote], "
    ".bbCodeBlock--quote, .VBEditorContent-quote, .bbcode_container"
)
_PREVIEWS = (
    "aside.onebox, .bbCodeBlock--unfurl, .ipsEmbeddedOther, .ipsOEmbed, .codebox > p, dl.codebox > dt, .codeheader, "
    ".bbCodeBlock-expandLink, .ipsType_light.ipsType_reset, .lbContainer-zoomer, .message-lastEdit, .attachmentList, "
    ".bbcode_postedby, .bbCodeBlock-title a:not([href])"
)
# A quotation is left out where this share of its 4-word runs stands in an earlier post (share; unknown).
_REPEATED = 0.6
_RUN = 4


def render_thread(posts: list[Post], base: str, shown: int | None = None) -> Rendered:
    """The posts in order, each under who wrote it and when; what repeats an earlier post as a quotation is left out.

    The text holds all of them, the HTML only the first `shown` (None: all).
    """
    said: set[tuple[str, ...]] = set()
    texts, parts, links = [], [], dict[str, None]()
    for post in posts:
        for preview in select(post.body, _PREVIEWS):
            drop(preview)
        _drop_repeated(post.body, said)
        rendered = render(post.body, base, captions=True)
        said.update(_runs(rendered.text))
        above = [*([post.author] if post.author else []), *([post.time] if post.time else [])]
        texts.append("\n".join([*above, *(["Accepted answer"] if post.accepted else []), rendered.text]))
        parts.append(_post_markup(post, rendered.html))
        links.update(dict.fromkeys(rendered.links))
    return Rendered("\n".join(texts), "\n".join(parts[:shown]), tuple(links))


def _post_markup(post: Post, markup: str) -> str:
    who = f"<cite>{escape(post.author)}</cite>" if post.author else ""
    when = f" <time>{escape(post.time)}</time>" if post.time else ""
    accepted = " <mark>Accepted answer</mark>" if post.accepted else ""
    head = f"<p>{who}{when}{accepted}</p>" if who or when or accepted else ""
    # Elements that a library's pages keep when they make foreign markup safe.
    return f"<div>{head}{markup}</div>"


def _drop_repeated(body: Element, said: set[tuple[str, ...]]) -> None:
    for quote in select(body, _QUOTES):
        if quote.getparent() is None or quote is body:
            continue
        runs = _runs(line_of(quote))
        if runs and len(runs & said) >= _REPEATED * len(runs):
            drop(quote)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1)}
