"""A conversation from an interface, written in the form in which a page of it would show it, and as its posts."""

from dataclasses import dataclass
from html import escape
from typing import Any

from crawlers.extract.render import render
from crawlers.extract.tree import parse
from crawlers.spiders.moments import moment


@dataclass(frozen=True, slots=True)
class Said:
    """One contribution: its words as HTML, when (ISO 8601), and the id of the one it replies to ("" for the first)."""

    id: str
    author: str
    at: str
    html: str
    parent: str = ""
    accepted: bool = False
    base: str = ""


def conversation(said: list[Said], generator: str) -> str:
    """The page of a conversation as Discourse writes it for crawlers, so that extraction reads both alike."""
    posts = "\n".join(map(_post, said))
    return f'<html><head><meta name="generator" content="{escape(generator)}"></head><body>\n{posts}\n</body></html>'


def _post(one: Said) -> str:
    accepted = " accepted-answer" if one.accepted else ""
    found = moment(one.at)
    hour = f"{found.hour % 12 or 12}:{found:%M}{'pm' if found.hour >= 12 else 'am'}" if found else ""
    shown = f"{found:%B} {found.day}, {found.year}, {hour}" if found else ""
    name = f'<span itemprop="author"><span itemprop="name">{escape(one.author)}</span></span>'
    return (
        f'<div class="crawler-post{accepted}">{name}<time class="post-time" datetime="{escape(one.at)}">{shown}</time>'
        f'<div class="post" itemprop="text">{one.html}</div></div>'
    )


def answers(said: list[Said], kind: str) -> list[dict[str, Any]]:
    """All contributions but the first as posts; a reply to another one stays a comment on it."""
    return [
        {
            "id": one.id,
            "author": one.author,
            "at": one.at,
            "body": plain(one.html, one.base),
            "parent": one.parent,
            "kind": "comment" if one.parent else kind,
            "accepted": one.accepted,
        }
        for one in said[1:]
    ]


def plain(html: str, base: str) -> str:
    """The words of a piece of HTML, its blocks as paragraphs."""
    tree = parse(f"<html><body>{html}</body></html>")
    return render(tree, base).text.strip() if tree is not None else ""
