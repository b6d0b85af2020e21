"""What a system hands on beside the words of a page: its id, comments, reactions, attachments, readers, checked."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC
from hashlib import blake2b
from typing import Any

from crawlers.spiders.moments import moment

KINDS = ("comment", "answer")
# Stars of a reaction; a like is 5 where the system has no scale.
LEAST, MOST = 1, 5


def handed_on(hints: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an Article that come from its system alone; what is not of the agreed shape is left out.

    `readers` is the exception: where the system restricts a page in words that can't be read, nobody may read it.
    """
    return {
        "system_id": str(hints.get("system_id") or ""),
        "comments": tuple(_comments(hints)),
        "reactions": tuple(_reactions(hints)),
        "attachments": tuple(_attachments(hints)),
        "readers": _readers(hints.get("readers")),
    }


def hints_hash(hints: Mapping[str, Any]) -> str:
    """A short name for exactly these hints, empty for none: a page may gain a comment and keep its every word."""
    if not hints:
        return ""
    said = json.dumps(hints, sort_keys=True, default=str)
    return blake2b(said.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _dicts(hints: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    listed = hints.get(name)
    yield from (one for one in listed if isinstance(one, Mapping)) if isinstance(listed, list | tuple) else ()


def _comments(hints: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for one in _dicts(hints, "comments"):
        comment = {name: _line(one.get(name)) for name in ("id", "author", "parent")}
        body, kind = str(one.get("body") or "").strip(), str(one.get("kind") or "comment")
        if comment["id"] and body and kind in KINDS:
            yield {**comment, "at": _at(one), "body": body, "kind": kind, "accepted": one.get("accepted") is True}


def _reactions(hints: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for one in _dicts(hints, "reactions"):
        person, stars = _line(one.get("person")), one.get("stars")
        if person and isinstance(stars, int) and LEAST <= stars <= MOST:
            yield {"person": person, "stars": int(stars), "at": _at(one)}


def _attachments(hints: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for one in _dicts(hints, "attachments"):
        url, size = _line(one.get("url")), one.get("bytes")
        if url.startswith(("http://", "https://")):
            kind, known = _line(one.get("media_type")), size if isinstance(size, int) and size > 0 else 0
            yield {"name": _line(one.get("name")) or url, "url": url, "media_type": kind, "bytes": known}


def _readers(said: Any) -> tuple[str, ...]:
    if not said:
        return ()
    names = said if isinstance(said, list | tuple | set | frozenset) else [said]
    found = sorted({_line(name) for name in names} - {""})
    # A name no account and no group can have: a slip of a spider must not open a page that is closed.
    return tuple(found) or ("nobody (the readers could not be read)",)


def _line(value: Any) -> str:
    return " ".join(str(value if value is not None else "").split())


def _at(one: Mapping[str, Any]) -> str:
    """The time as ISO 8601 in UTC, empty where none was given."""
    found = moment(str(one.get("at") or ""))
    return found.astimezone(UTC).isoformat() if found else ""
