"""Suggestion: a concept proposed for one document, with the reason a person can check."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Quote:
    """Where it stands in the text, as the W3C text-quote selector: robust against a re-crawl."""

    exact: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`concept` is the URI, `score` a probability of being accepted (0 to 1), `method` how it was found: "label",
    "altLabel", "source-tag", "similar", "learned" and their like; `quote` is None where no words of the text name
    it."""

    concept: str
    label: str
    score: float
    method: str
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What is tagged. `source_tags` are the words its own wiki or blog filed it under; `language` is ISO 639-1."""

    id: str
    title: str
    text: str
    language: str | None = None
    source_tags: tuple[str, ...] = ()


def document_of(record: Any) -> Document:
    """The document of a decoded line: `id` and `text`, where known `title`, `language` and `source_tags`.

    Raises ValueError, saying what is wrong with the line.
    """
    if not isinstance(record, dict):
        raise ValueError('it is no object such as {"id": …, "title": …, "text": …}')
    if missing := [key for key in ("id", "text") if record.get(key) is None]:
        raise ValueError(f"it has no {' and no '.join(missing)}")
    if isinstance(record["id"], bool) or not isinstance(record["id"], str | int):
        raise ValueError("its id is neither a string nor a whole number")
    for key in ("text", "title", "language"):
        if not isinstance(record.get(key), str | None):
            raise ValueError(f"its {key} is no string")
    filed = names(record, "source_tags")
    return Document(str(record["id"]), record.get("title") or "", record["text"], record.get("language") or None, filed)


def names(record: dict[str, Any], key: str) -> tuple[str, ...]:
    """The strings that a record lists under a key, none where it is not there. Raises ValueError for anything else."""
    listed = record.get(key) or []
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        raise ValueError(f"its {key} are no list of strings")
    return tuple(listed)
