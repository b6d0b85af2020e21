"""Two pages of one source: made from one template with other things in its slots, or one page twice?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from curation.dedup.names import SLOT_WORDS, Names, conflict, stems
from curation.dedup.similarity import Edit, edits
from curation.dedup.text import Kind, cased_words

SHORT = 60
"""Words; below it a template leaves too little of a page's own to tell by (siblings of 75 to 86 words were seen)."""

SAME_BODY = 0.98
"""Similarity of the bodies from which a page with another heading is still a copy (.9955 with a reworded heading was
one, .991 with another subject was none); with subjects in its slots it never is."""

MOVED = 0.90
"""Similarity from which a page with the same heading at an address of another name is a revision; below, only at an
address of the same name. Conservative: a page hidden wrongly costs more than a copy shown twice."""

SLOT = 4
"""Words a template's slot holds at most: names, dates, versions (source: the 88 siblings read)."""

VALUES = 0.6
"""Share of the differences that are dates, numbers or names from which they are a template's slots (source: unknown;
at .5 edits of rates and deadlines in travel pages count as slots too)."""

Words = tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """Two pages of one source, `similarity` at least the fold threshold."""

    a: Names
    b: Names
    similarity: float
    least_words: int


def judge(pair: Pair) -> tuple[Kind, str]:
    """What the pair is, and the reason a person can check. In doubt a sibling: siblings stay visible."""
    a, b = pair.a, pair.b
    for where, differ in (
        ("names", conflict(a.heading_numbers, b.heading_numbers)),
        ("addresses", conflict(a.path_numbers, b.path_numbers)),
    ):
        if differ:
            return "sibling", f"their {where} differ in {differ}"
    same_heading = a.heading_words == b.heading_words
    if pair.least_words < SHORT and not same_heading:
        return "sibling", f"short pages with one template ({pair.least_words} words)"
    if pair.similarity == 1.0:
        return "copy", "the same words"
    changes = [e for e in edits(cased_words(a.body), cased_words(b.body)) if e[0] != "equal"]
    filled = slots_filled(pair, changes)
    if filled:
        return "sibling", filled
    return _edited(pair, changes, same_heading)


def _edited(pair: Pair, changes: Sequence[Edit], same_heading: bool) -> tuple[Kind, str]:
    a, b = pair.a, pair.b
    if not changes:
        return "copy", f"only the heading differs: {a.heading!r} and {b.heading!r}"
    if not same_heading:
        if pair.similarity >= SAME_BODY and a.heading_words & b.heading_words:
            return "copy", "almost the same words under a reworded heading"
        return "sibling", f"different headings: {a.heading!r} and {b.heading!r}"
    if a.slug != b.slug and a.slug and b.slug and pair.similarity < MOVED:
        return "sibling", f"different addresses ({a.slug}, {b.slug}) and only {pair.similarity:.2f} alike"
    return "revision", f"the same heading, {len(changes)} edits"


def slots_filled(pair: Pair, changes: Sequence[Edit]) -> str | None:
    """The evidence that what differs are a template's slots, or None: each page's own name put where the other has
    its own; one replacement made again and again; mostly dates, numbers and names exchanged for others."""
    own_a, own_b = (x.heading_words | x.path_words for x in (pair.a, pair.b))
    own_a, own_b = own_a - own_b, own_b - own_a
    exchanged = [(one, two) for _, one, two in changes if one and two]
    for one, two in exchanged:
        if own_a.intersection(_stemmed(one)) and own_b.intersection(_stemmed(two)):
            return f"each names itself: {' '.join(one[:SLOT])!r} where the other has {' '.join(two[:SLOT])!r}"
    small = [(one, two) for one, two in exchanged if max(len(one), len(two)) <= SLOT]
    same_name = pair.a.heading_words == pair.b.heading_words and pair.a.slug == pair.b.slug
    return _mostly_values(small, len(changes)) or (None if same_name else _again(small))


def _again(small: Sequence[tuple[Words, Words]]) -> str | None:
    """One replacement made twice or more: a subject put into its slots. Under one name it is a term renamed."""
    counted = Counter((tuple(_stemmed(one)), tuple(_stemmed(two))) for one, two in small)
    for (left, right), times in counted.most_common():
        if times >= 2 and left != right:
            return f"{' '.join(left)!r} stands {times} times where the other has {' '.join(right)!r}"
    return None


def _mostly_values(small: Sequence[tuple[Words, Words]], changes: int) -> str | None:
    values = [(one, two) for one, two in small if is_value(one) and is_value(two)]
    dated = [one for one, two in values if is_count(one) and is_count(two)]
    if len(values) >= 3 and dated and len(values) >= VALUES * changes:
        one, two = values[0]
        return (
            f"{len(values)} of {changes} differences are dates, numbers or names: {' '.join(one)!r}, {' '.join(two)!r}"
        )
    return None


def is_value(found: Sequence[str]) -> bool:
    """Only numbers, dates and names: words with a digit, counting words, capitals."""
    return all(any(c.isdigit() for c in w) or w.lower() in SLOT_WORDS or w[:1].isupper() for w in found)


def is_count(found: Sequence[str]) -> bool:
    """Some number or date among the words."""
    return any(any(c.isdigit() for c in w) or w.lower() in SLOT_WORDS for w in found)


def _stemmed(found: Sequence[str]) -> list[str]:
    return stems(w.lower() for w in found)
