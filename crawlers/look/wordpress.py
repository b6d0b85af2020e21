"""WordPress, by the link to its REST API, which says how many posts and pages there are."""

import re
from urllib.parse import urljoin

from crawlers.look.eye import Eye
from crawlers.look.found import Answer, Found, counted, locked

API = "https://api.w.org/"
# A theme may leave the link out of its pages; WordPress itself sends it with every answer.
LINK = re.compile(rf"<([^<>]+)>\s*;\s*rel=\"{re.escape(API)}\"")
HOW = "Its header Authorization takes 'Basic …' (base64 of name:application password)."


def detect(eye: Eye, answer: Answer) -> Found | None:
    """The blog or site whose page this is."""
    sent = LINK.search(answer.headers.get("link", ""))
    link = answer.said(f'link[rel="{API}"]', "href") or (sent[1] if sent else "")
    if not link and not answer.generator.startswith("WordPress"):
        return None
    root = urljoin(answer.url, link or "/?rest_route=/")
    about = eye.get(root)
    said = about.data()
    if not isinstance(said, dict) or "namespaces" not in said:
        if about.status in (401, 403):
            return locked("wordpress", urljoin(answer.url, "/"), "A WordPress", HOW)
        return None
    address = str(said.get("home") or said.get("url") or urljoin(answer.url, "/")).rstrip("/") + "/"
    posts, pages = (_total(eye, root, what) for what in ("posts", "pages"))
    name = answer.generator or "WordPress"
    message = f"{name}, {counted(posts, 'post')} and {counted(pages, 'page')}, you may read them."
    return Found("wordpress", address, str(said.get("name") or ""), name, posts + pages, message=message)


def _total(eye: Eye, root: str, what: str) -> int:
    join = "&" if "?" in root else "?"
    total = eye.get(f"{root.rstrip('/')}/wp/v2/{what}{join}per_page=1&_fields=id").headers.get("x-wp-total", "")
    return int(total) if total.isdigit() else 0
