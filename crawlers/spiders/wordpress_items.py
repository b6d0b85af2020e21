"""What WordPress says of a post, its comments and its files, in the words a page carries."""

import mimetypes
import re
from collections.abc import Iterable, Sequence
from html import unescape
from typing import Any
from urllib.parse import unquote, urlsplit

from crawlers.extract.render import render
from crawlers.extract.tree import line_of, parse
from crawlers.urls import canonical

REMARK = "id,post,parent,author_name,date_gmt,content,meta,_links"
FILE = "id,post,source_url,mime_type,title,media_details"
UPLOAD = re.compile(r"(?:href|src)=[\"']([^\"']{1,1000}/wp-content/uploads/[^\"']{1,500})[\"']")
# A picture in one of the sizes that WordPress makes of it.
RESIZED = re.compile(r"-\d{1,5}x\d{1,5}(?=\.\w{3,4}$)")
# The category of whatever its author gave none.
NO_CATEGORY = "uncategorized"


def number_of(base: str, item: dict[str, Any]) -> str:
    """The lasting id of a post: ids are one sequence, but the API asks for the type as well."""
    return f"{base}/{item['id']}"


def state_of(modified: str, remarks: Sequence[dict[str, Any]]) -> str:
    """What of a post's state a listing can tell: when it was changed, how many comments it has, and the newest."""
    newest = max((int(remark["id"]) for remark in remarks), default=0)
    return f"{re.sub(r'[^0-9]', '', modified)}-{len(remarks)}-{newest}"


def parts_of(state: str) -> tuple[str, int, int]:
    """The parts of a state_of(): the digits of the time, the comments, the newest of them."""
    found = re.fullmatch(r"(\d*)-(\d+)-(\d+)", state)
    return (found[1], int(found[2]), int(found[3])) if found else ("", 0, 0)


def hints_of(item: dict[str, Any], remarks: list[dict[str, Any]], files: list[dict[str, Any]]) -> dict[str, Any]:
    """What the API says of a post."""
    embedded = item.get("_embedded") or {}
    terms = [term for group in embedded.get("wp:term") or [] for term in group if isinstance(term, dict)]
    authors = [a.get("name") for a in embedded.get("author") or [] if isinstance(a, dict)]
    title = parse(str((item.get("title") or {}).get("rendered", "")))
    return {
        "title": line_of(title) if title is not None else "",
        "authors": [unescape(str(name)) for name in authors if name],
        "published": _utc(item.get("date_gmt")),
        "modified": _utc(item.get("modified_gmt")),
        "tags": [unescape(str(t["name"])) for t in terms if t.get("name") and t.get("slug") != NO_CATEGORY],
        "kind": "page" if item.get("type") == "page" else "post",
        "html_is_content": True,
        "comments": [_comment(remark, {r["id"] for r in remarks}) for remark in remarks],
        "reactions": [r for r in map(_stars, remarks) if r],
        "attachments": _attachments(files, str((item.get("content") or {}).get("rendered", ""))),
    }


def _utc(moment: Any) -> str:
    text = str(moment or "")
    return f"{text}Z" if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", text) and text[:4] != "0000" else ""


def _comment(remark: dict[str, Any], present: set[Any]) -> dict[str, Any]:
    tree = parse(str((remark.get("content") or {}).get("rendered", "")))
    return {
        "id": str(remark["id"]),
        "author": unescape(str(remark.get("author_name") or "")),
        "at": _utc(remark.get("date_gmt")),
        "body": render(tree).text if tree is not None else "",
        # A parent that is not approved is not shown, so its answers stand by themselves.
        "parent": str(remark["parent"]) if remark.get("parent") in present else "",
        "kind": "comment",
        "accepted": False,
    }


def _stars(remark: dict[str, Any]) -> dict[str, Any] | None:
    meta = remark.get("meta")
    said = str(meta.get("rating")) if isinstance(meta, dict) else ""
    stars = int(said) if said.isdigit() else 0
    if not 1 <= stars <= 5 or not remark.get("author_name"):
        return None
    return {"person": unescape(str(remark["author_name"])), "stars": stars, "at": _utc(remark.get("date_gmt"))}


def _attachments(files: list[dict[str, Any]], html: str) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for file in files:
        url = canonical(str(file.get("source_url") or ""))
        details = file.get("media_details")
        size = details.get("filesize") if isinstance(details, dict) else 0
        found[url] = _file(url, str(file.get("mime_type") or ""), int(size or 0))
    for linked in UPLOAD.findall(html):
        url = canonical(RESIZED.sub("", unescape(linked)))
        found.setdefault(url, _file(url, "", 0))
    return [file for url, file in found.items() if url]


def _file(url: str, kind: str, size: int) -> dict[str, Any]:
    name = unquote(urlsplit(url).path.rpartition("/")[2])
    return {"name": name, "url": url, "media_type": kind or mimetypes.guess_type(name)[0] or "", "bytes": size}


def in_batches(numbers: Iterable[str], size: int) -> dict[str, list[list[str]]]:
    """The ids of posts by the base of their type, so many together."""
    bases: dict[str, list[str]] = {}
    for number in numbers:
        base, _, post = number.rpartition("/")
        bases.setdefault(base, []).append(post)
    return {base: [ids[i : i + size] for i in range(0, len(ids), size)] for base, ids in bases.items()}
