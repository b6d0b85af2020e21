"""The relation between two pages: copy, revision, supersedes, contains, sibling, translation or none."""

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from curation.dedup.names import Names
from curation.dedup.signature import without_language, word_keys
from curation.dedup.similarity import similarity
from curation.dedup.slots import SHORT, Pair, judge
from curation.dedup.text import Relation, Text

COPY = 0.80
"""Similarity from which two pages are copies where nothing else is known: over it all 54 pairs of live pages from
two sources were true cross-posts (read by hand)."""

CROSS_POST = 0.65
"""The same across two sources for one heading and one page within the other: a cross-post with an introduction."""

MEASURED = 0.50
"""Below this similarity a pair is not measured further: nothing is decided there but containment."""

WITHIN = 0.90
"""Share of the shorter page found, in order, in the longer: from there the longer contains it."""

_BY = r"(?:superseded|replaced|obsoleted) by|deprecated in favou?r of|moved to|newer version(?: of this page)? is"
_STALE_SAYS = re.compile(rf"\b(?:{_BY})\b(.{{0,200}})", re.I | re.S)
_FRESH_SAYS = re.compile(r"\b(?:supersedes|replaces|obsoletes)\b(.{0,200})", re.I | re.S)
# A directory that says which version of the documentation this is.
_VERSION = re.compile(r"(?<=/)(?:v\d+(?:\.\d+)*|\d+(?:\.\d+)+|latest|stable|current|next|main|master)(?=/)")
_NEWEST = {"stable": 1.0, "current": 1.0, "latest": 2.0, "main": 3.0, "master": 3.0, "next": 4.0}


@dataclass(frozen=True)
class Prepared:
    """A page with its words hashed once (`word_keys`), for many comparisons."""

    text: Text
    keys: NDArray[np.uint64]

    @cached_property
    def names(self) -> Names:
        return Names(self.text)


def prepare(text: Text) -> Prepared:
    """A page ready for comparisons."""
    return Prepared(text, word_keys(text.text))


def compare(a: Text, b: Text) -> Relation:
    """How `a` and `b` relate; `compare(b, a)` says the same. Only copy and revision are ever folded. Where one has no
    source, similarity alone decides; a page without words is nobody's copy."""
    return compare_prepared(prepare(a), prepare(b))


def compare_prepared(a: Prepared, b: Prepared) -> Relation:
    """The same for pages prepared before."""
    if a.text.id > b.text.id:
        a, b = b, a
    least, most = sorted((len(a.keys), len(b.keys)))
    if not least:
        return Relation("none", 0.0, "a page without words can't be compared")
    enough = min(MEASURED, 2 * WITHIN * least / (least + most)) if least >= SHORT else MEASURED
    alike = similarity(a.keys, b.keys, enough)
    if a.text.source is None or b.text.source is None:
        decided = _unknown_sources(alike)
    elif a.text.source != b.text.source:
        decided = _two_sources(a, b, alike, least)
    else:
        decided = _one_source(a, b, alike, least)
    return decided or _otherwise(a, b, alike, least, most)


def _unknown_sources(alike: float) -> Relation | None:
    return (
        Relation("copy", alike, "the same words" if alike == 1.0 else f"{alike:.2f} alike") if alike >= COPY else None
    )


def _two_sources(a: Prepared, b: Prepared, alike: float, least: int) -> Relation | None:
    one, two = a.names.heading_words, b.names.heading_words
    if alike >= COPY and least < SHORT and one and two and 2 * len(one & two) < min(len(one), len(two)):
        return Relation("sibling", alike, f"short pages ({least} words) of two sources under different headings")
    if alike >= COPY:
        return Relation("copy", alike, f"{alike:.2f} alike in two sources")
    if alike >= CROSS_POST and one and one == two and _held(a, b, alike) >= WITHIN:
        return Relation("copy", alike, "the same heading, and one holds nearly all of the other")
    return None


def _one_source(a: Prepared, b: Prepared, alike: float, least: int) -> Relation | None:
    newer = superseding(a.names, b.names) if alike >= MEASURED else None
    if newer:
        return Relation("supersedes", alike, newer[1], newer[0].text.id)
    if alike < COPY:
        return None
    kind, why = judge(Pair(a.names, b.names, alike, least))
    return Relation(kind, alike, why)


def _otherwise(a: Prepared, b: Prepared, alike: float, least: int, most: int) -> Relation:
    if alike and least >= SHORT and least < COPY * most and _held(a, b, alike) >= WITHIN:
        longer = a if len(a.keys) > len(b.keys) else b
        return Relation(
            "contains", alike, f"{_held(a, b, alike):.0%} of the shorter page stands in the longer", longer.text.id
        )
    if a.text.url != b.text.url and without_language(a.text.url) == without_language(b.text.url) and most <= 3 * least:
        return Relation("translation", alike, "their addresses differ in the language only")
    return Relation("none", alike, f"only {alike:.2f} alike" if alike else f"less than {MEASURED:.2f} alike")


def _held(a: Prepared, b: Prepared, alike: float) -> float:
    return alike * (len(a.keys) + len(b.keys)) / 2 / min(len(a.keys), len(b.keys))


def superseding(a: Names, b: Names) -> tuple[Names, str] | None:
    """The newer of two pages of one source and what says so: one page's own words, an "old" in one of the names, or
    the version in the address of the same page; None where nothing does."""
    for new, old in ((a, b), (b, a)):
        if _mentions(_FRESH_SAYS, new, old) or _mentions(_STALE_SAYS, old, new):
            return new, "one of them says that it replaces the other"
        if old.stale and not new.stale and new.lasting and new.lasting == old.lasting:
            return new, "one is called old, the other has the same name without it"
    versions = _VERSION.findall(a.path), _VERSION.findall(b.path)
    if all(versions) and versions[0] != versions[1] and _VERSION.sub("*", a.path) == _VERSION.sub("*", b.path):
        return max((a, b), key=lambda n: _order(_VERSION.findall(n.path)[0])), "the same page of two versions"
    return None


def _mentions(says: re.Pattern[str], page: Names, other: Names) -> bool:
    name = other.heading.lower()
    slug = other.slug if len(other.slug) >= 4 else ""
    found = (m.group(1).lower() for m in says.finditer(page.text.text))
    return any((len(name) >= 8 and name in words) or (slug and slug in words.replace("_", "-")) for words in found)


def _order(version: str) -> tuple[float, list[int]]:
    numbers = [int(n) for n in re.findall(r"\d+", version)]
    return (0.0, numbers) if numbers else (_NEWEST[version], [])
