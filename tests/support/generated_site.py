"""Makes a static site of any size: the same pages for the same number, of about the size real handbook pages have."""

import random
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


def serve(site: StaticSite, pages: int, links: int = 20) -> None:
    """The same pages, each made when it is asked for: a site of any size in no memory; `requests` is not kept."""

    def answer(handler: Any) -> None:
        site.forget()
        number = 0 if handler.path == "/" else int(handler.path[2:-5])
        targets = {number * links + k + 1 for k in range(links)} | {number + 1, number // 2}
        found = "".join(f'<a href="/p{t}.html">Page {t}</a>\n' for t in sorted(targets) if 0 < t < pages)
        body = f"<html><head><title>Page {number}</title></head><body><p>{text(number)}</p>{found}</body></html>"
        handler.answer(200, body.encode())

    site.patterns.append(("/p", answer))
    site.routes["/"] = answer
