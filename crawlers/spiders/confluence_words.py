"""What Confluence's search says of pages, comments and files, in a few plain fields."""

from typing import Any

from crawlers.spiders.conversation import plain
from crawlers.spiders.moments import iso

_READ = "restrictions.read.restrictions"
# What is asked of each page. Reason for what is missing: space.permissions fails on some versions (CONFSERVER-99908),
# and a body makes Data Center give fewer entries than it was asked for.
DETAILS = (
    f"space,version,history,metadata.labels,{_READ}.user,{_READ}.group,ancestors,"
    f"ancestors.{_READ}.user,ancestors.{_READ}.group"
)
WORDS = "version,history,ancestors,container,extensions,metadata,body.view"

PageFacts = dict[str, Any]
"""id, type, status, title, url, space, version, people, created, modified, labels, and who may read it by levels."""
Word = dict[str, Any]
"""id, on (the page's id), version, and either a comment or an attachment in the form of Page.hints."""


def facts_of(said: dict[str, Any], root: str) -> PageFacts:
    """A page as the search tells of it."""
    history, version = said.get("history") or {}, said.get("version") or {}
    people = [_name(history.get("createdBy")), _name(version.get("by"))]
    labels = ((said.get("metadata") or {}).get("labels") or {}).get("results") or []
    return {
        "id": str(said["id"]),
        "type": said.get("type", "page"),
        "status": said.get("status", "current"),
        "title": str(said.get("title") or ""),
        "url": root + str(said["_links"]["webui"]),
        "space": str((said.get("space") or {}).get("key") or ""),
        "version": version.get("number", 0),
        "people": [name for name in dict.fromkeys(people) if name],
        "created": str(history.get("createdDate") or ""),
        "modified": str(version.get("when") or ""),
        "labels": [str(one["name"]) for one in labels if one.get("prefix", "global") != "my"],
        "levels": [level for one in (said, *said.get("ancestors", [])) if (level := _level(one))],
    }


def _level(said: dict[str, Any]) -> list[str]:
    """The people and groups that one page lets in; none where it lets in everyone."""
    allowed = ((said.get("restrictions") or {}).get("read") or {}).get("restrictions") or {}
    people = [_name(one) for one in (allowed.get("user") or {}).get("results") or []]
    groups = [str(one.get("name") or "") for one in (allowed.get("group") or {}).get("results") or []]
    return sorted(name for name in (*people, *groups) if name)


def readers_of(facts: PageFacts) -> list[str] | None:
    """Who may read a page: None is everyone.

    Confluence asks on every level from the page up. Only names that stand on all of them are surely let in; where no
    name does, because groups and people were mixed, the list is empty and nobody is.
    """
    levels = [set(level) for level in facts["levels"]]
    return sorted(set.intersection(*levels)) if levels else None


def word_of(said: dict[str, Any], root: str) -> Word:
    """A comment or a file as the search tells of it."""
    word = {
        "id": str(said["id"]),
        "on": str((said.get("container") or {}).get("id") or ""),
        "version": (said.get("version") or {}).get("number", 0),
    }
    return word | ({"comment": _comment(said, root)} if said.get("type") == "comment" else _attachment(said, root))


def _comment(said: dict[str, Any], root: str) -> dict[str, Any]:
    history, extensions = said.get("history") or {}, said.get("extensions") or {}
    body = plain(str(((said.get("body") or {}).get("view") or {}).get("value") or ""), root)
    quoted = (extensions.get("inlineProperties") or {}).get("originalSelection")
    above = [str(one["id"]) for one in said.get("ancestors", []) if one.get("type", "comment") == "comment"]
    return {
        "id": str(said["id"]),
        "author": _name(history.get("createdBy")) or _name((said.get("version") or {}).get("by")),
        "at": iso(str(history.get("createdDate") or "")),
        "body": f"> {' '.join(str(quoted).split())}\n\n{body}" if quoted else body,
        "parent": above[-1] if above else "",
        "kind": "comment",
        "accepted": False,
    }


def _attachment(said: dict[str, Any], root: str) -> dict[str, Any]:
    extensions, metadata = said.get("extensions") or {}, said.get("metadata") or {}
    attachment = {
        "name": str(said.get("title") or ""),
        "url": root + str((said.get("_links") or {}).get("download") or ""),
        "media_type": str(extensions.get("mediaType") or metadata.get("mediaType") or ""),
        "bytes": int(extensions.get("fileSize") or 0),
    }
    return {"attachment": attachment}


def _name(person: dict[str, Any] | None) -> str:
    """The name of a person as others see it."""
    said = person or {}
    return str(said.get("publicName") or said.get("displayName") or said.get("username") or "")
