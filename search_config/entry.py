"""Entry: a SearchDocument as both engines write it, every field of fields.yaml filled."""

import hashlib
import math
from datetime import date
from itertools import islice
from typing import TypedDict

from search_config.analysis import clean, fold, terms, tokens
from search_config.document import SearchDocument
from search_config.tuning import tuning

EPOCH = date(1970, 1, 1)
UNKNOWN_DAY = -1_000_000
# between the folded words a suggestion is looked up by and the words that are shown; no reader's text contains it
BREAK = "\x1f"
# in the reader field of what nobody restricted
EVERYONE = "everyone"
# external versions are signed 64-bit numbers on both engines
LARGEST_VERSION = 2**63 - 1


class Entry(TypedDict):
    """The fields of fields.yaml, by name."""

    key: str
    id: str
    version: int
    live: str
    words: list[str]
    title_exact: str
    suggestions: list[str]
    tag: list[str]
    source: list[str]
    author: list[str]
    year: list[str]
    language: list[str]
    kind: list[str]
    reader: list[str]
    newest: int
    best_rated: int
    rating: float
    title: str
    summary: str
    text: str


def entry(document: SearchDocument) -> Entry:
    """The document as it is written; ValueError with the reason where it can't be indexed."""
    title, text = clean(document.title), clean(document.text)
    labels = [clean(label) for label in document.tag_labels]
    authors = [clean(author) for author in document.authors]
    in_title = terms(title)
    rating = _rating(document.rating)
    return Entry(
        key=key(document.id),
        id=clean(document.id),
        version=checked_version(document.version),
        live="1",
        words=[" ".join(said) for said in _said(in_title, labels + authors, text) if said],
        title_exact=joined_title(in_title),
        suggestions=_suggestions([title, *labels]),
        tag=facet_values((*document.tags, *document.tag_paths)),
        source=facet_values((document.source,)),
        author=facet_values(authors),
        year=facet_values((str(document.year or ""),)),
        language=facet_values((document.language,)),
        kind=facet_values((document.kind,)),
        reader=_named(document.readers) or [EVERYONE],
        newest=_first_day(document.published, document.added),
        best_rated=0 if rating is None else round(rating * 1000) * 10_000 + max(0, min(document.rating_count, 9_999)),
        rating=tuning().boost("rating_neutral") if rating is None else rating,
        title=title,
        summary=clean(document.summary),
        text=text[: tuning().limit("kept_text")],
    )


def key(document_id: str) -> str:
    """The id as an engine takes it; ValueError where it is empty."""
    if not document_id:
        raise ValueError("a document needs an id")
    encoded = document_id.encode("utf-8", "surrogatepass")
    if len(encoded) <= tuning().limit("id_bytes") and document_id == clean(document_id):
        return document_id
    return f"sha256:{hashlib.sha256(encoded).hexdigest()}"


def checked_version(version: int) -> int:
    """The version itself; ValueError where an engine can't keep it."""
    if not 0 <= version <= LARGEST_VERSION:
        raise ValueError(f"the version {version} is not between 0 and {LARGEST_VERSION}")
    return version


def facet_values(values: tuple[str, ...] | list[str]) -> list[str]:
    """Facet values as they are kept and filtered: cleaned, cut to the longest length, once each, none empty."""
    longest = tuning().limit("value_characters")
    return [value for value in dict.fromkeys(clean(value)[:longest] for value in values) if value]


def readable_by(names: tuple[str, ...]) -> list[str]:
    """The values of the reader field that these names may find; whoever has none finds what everyone may."""
    return [EVERYONE, *_named(names)]


def _named(names: tuple[str, ...]) -> list[str]:
    # Marked, so that no name can be mistaken for everyone.
    return facet_values([f"name:{name}" for name in names])


def joined_title(said: list[str]) -> str:
    """A title's terms as one value, to compare whole titles."""
    return " ".join(said)[: tuning().limit("value_characters")]


def _said(in_title: list[str], names: list[str], text: str) -> list[list[str]]:
    return [in_title] * int(tuning().boost("title_weight")) + [terms(name) for name in names] + [terms(text)]


def _suggestions(phrases: list[str]) -> list[str]:
    longest = tuning().limit("value_characters")
    values: dict[str, None] = {}
    for phrase in phrases:
        shown = " ".join(phrase.split())[:longest]
        starts = [token.start for token in islice(tokens(shown), tuning().limit("suggestion_words"))]
        for place, start in enumerate(starts):
            values[BREAK.join((fold(shown[start:]), str(min(place, 1)), shown))] = None
    return list(values)


def _rating(rating: float | None) -> float | None:
    return None if rating is None or not math.isfinite(rating) else min(5.0, max(1.0, rating))


def _first_day(*moments: str | None) -> int:
    return next((day for moment in moments if (day := _day(moment)) is not None), UNKNOWN_DAY)


def _day(moment: str | None) -> int | None:
    """Days since 1970 of an ISO 8601 date, also one of only a year or a month; None where it is none."""
    parts = (moment or "")[:10].split("-")
    try:
        year, month, day = (int(part) for part in [*parts, "1", "1"][:3])
        return (date(year, month, day) - EPOCH).days
    except ValueError:
        return None
