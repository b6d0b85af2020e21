"""Makes a static site of any size: the same pages for the same number, of about the size real handbook pages have."""

import json
import random
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from tests.support.static_site import StaticSite

WORDS = ("travel", "policy", "request", "approval", "team", "project", "budget", "review", "security", "guide", "notes")


def text(number: int, words: int = 600) -> str:
    """The text of one page."""
    chance = random.Random(number)
    return " ".join(chance.choices(WORDS, k=words))


def fill(site: StaticSite, pages: int, links: int = 20) -> None:
    """Put pages on a site, each reachable from the start by few steps."""
    for number in range(pages):
        path = "/" if number == 0 else f"/p{number}.html"
        targets = {number * links + k + 1 for k in range(links)} | {number + 1, number // 2}
        site.page(path, f"Page {number}", text(number), tuple(f"/p{t}.html" for t in sorted(targets) if 0 < t < pages))


def paragraphs(corpus: Path) -> list[str]:
    """The real paragraphs of a corpus of Markdown pages (JSON Lines)."""
    with corpus.open(encoding="utf-8") as lines:
        found = [part for line in lines for part in json.loads(line)["markdown"].split("\n\n")]
    return [part for part in found if len(part) > 80]


def real(number: int, said: Sequence[str], much: int = 60) -> str:
    """The content of one page of real paragraphs, some 30 kB with headings: a long page of a wiki."""
    chance = random.Random(number)
    rows = (f"<h2>Part {n}</h2>" * (n % 8 == 0) + f"<p>{escape(chance.choice(said))}</p>\n" for n in range(much))
    return f"<main><h1>Page {number}</h1>{''.join(rows)}</main>"


def serve(site: StaticSite, pages: int, links: int = 20, said: Sequence[str] = ()) -> None:
    """The same pages, each made when it is asked for: a site of any size in no memory; `requests` is not kept.

    With paragraphs to choose from, pages are made of those.
    """

    def answer(handler: Any) -> None:
        site.forget()
        number = 0 if handler.path == "/" else int(handler.path[2:-5])
        targets = {number * links + k + 1 for k in range(links)} | {number + 1, number // 2}
        found = "".join(f'<a href="/p{t}.html">Page {t}</a>\n' for t in sorted(targets) if 0 < t < pages)
        content = real(number, said) if said else f"<p>{text(number)}</p>"
        body = f"<html lang='en'><head><title>Page {number}</title></head><body>{content}{found}</body></html>"
        handler.answer(200, body.encode())

    site.patterns.append(("/p", answer))
    site.routes["/"] = answer
