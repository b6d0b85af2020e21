"""Suggestion: a concept proposed for one document, with the reason a person can check."""

from dataclasses import dataclass


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
