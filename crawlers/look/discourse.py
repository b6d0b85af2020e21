"""Discourse, by its generator, and by about.json, which says how many topics there are."""

import re
from urllib.parse import urljoin

from crawlers.look.eye import Eye
from crawlers.look.found import Answer, Found, locked

HOW = "Its header Api-Key takes a key, and Api-Username the name it belongs to."
CATEGORY = re.compile(r"/c/(?:[^?#]*/)?\d+(?:[/?]|$)")


def detect(eye: Eye, answer: Answer) -> Found | None:
    """The forum whose page this is; a category's address stays one."""
    refused = answer.data() if answer.status in (401, 403) else None
    known = isinstance(refused, dict) and refused.get("error_type") in ("not_logged_in", "invalid_access")
    if not known and not answer.generator.startswith("Discourse"):
        return None
    base = urljoin(answer.url, answer.said("meta[name=discourse-base-uri]", "content") or "/").rstrip("/") + "/"
    address = answer.url if CATEGORY.search(answer.url) else base
    name = " ".join(answer.generator.split(" - ")[0].split()[:2]) or "Discourse"
    if known:
        return locked("discourse", address, "A Discourse", HOW, ("Api-Key", "Api-Username"))
    said = eye.get(urljoin(base, "about.json"))
    about = (said.data() or {}).get("about") if isinstance(said.data(), dict) else None
    if not isinstance(about, dict):
        if said.status in (401, 403):
            return locked("discourse", address, f"A {name}", HOW, ("Api-Key", "Api-Username"))
        return Found("discourse", address, answer.title, name, message=f"{name}, you may read it.")
    numbers = about.get("stats") or {}
    topics = numbers.get("topics_count", numbers.get("topic_count"))
    pages = topics if isinstance(topics, int) and address == base else None
    counted = f"{name}, {pages:,} topics, you may read them." if pages is not None else f"{name}, you may read it."
    return Found("discourse", address, str(about.get("title") or answer.title), name, pages, message=counted)
