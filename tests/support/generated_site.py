"""Makes a static site of any size: the same pages for the same number, of about the size real handbook pages have."""

import random

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
