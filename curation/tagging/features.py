"""The described figures that a suggestion is ranked by, and the row of them for every candidate of a document."""

from math import log1p

import numpy as np
from numpy.typing import NDArray

from curation.tagging.concept import Vocabulary
from curation.tagging.evidence import Evidence, Heard

Matrix = NDArray[np.float32]

# What the text says: name and meaning. The order is the order of columns.
LEXICAL = {
    "named": "1 where a label stands in title or text",
    "count": "log(1 + how often it is named)",
    "density": "log(1 + names per 100 words)",
    "share": "its names / those of the concept named most often here",
    "title": "1 where a label stands in the title",
    "title_share": "share of the title's words that the label takes",
    "heading": "1 where it stands in a heading or another short line",
    "early": "1 at the first word of the text, 0 at the last or where not named",
    "spread": "distance between first and last name / length of the text",
    "preferred": "1 where named by a prefLabel",
    "exact": "share of its names that needed no inflection",
    "long": "words of the label beyond the first, at most 3",
    "letters": "log(letters of the label)",
    "short": "1 where the label has at most 3 letters",
    "rivals": "log(number of concepts that share the label)",
    "nested": "log(1 + times it stands only inside a longer label)",
    "neighbours": "log(1 + broader, narrower and related concepts that are named too)",
    "source": "1 where the source itself filed the document under it",
    "covered": "share of the label's words that stand anywhere in the text, where the label itself does not",
    "forms": "log(1 + how often those words stand there), where the label itself does not",
    "crowd": "log(1 + concepts named in this document), where named",
}  # fmt: skip

# What examples say; all 0 before the first one.
LEARNED = {
    "fit": "what a ridge regression over the words of the examples predicts",
    "fit_share": "the same / the highest in this document",
    "fit_sure": "the same, times log(1 + examples carrying the concept)",
    "near": "share of the 20 most similar examples that carry it, weighed by similarity",
    "nearest": "similarity of the most similar example that carries it",
    "usual": "log odds of any example carrying it, over those of an average concept",
    "seen": "log(1 + examples carrying it)",
    "kept": "log odds of it being accepted when named, over those of an average concept",
    "ever": "share of the examples that name it",
    "refused": "log(1 + times it was rejected)",
}  # fmt: skip

NAMES = ("base", *LEXICAL, *LEARNED)
COLUMN = {name: index for index, name in enumerate(NAMES)}


def blank_rows(total: int) -> Matrix:
    """Rows of candidates of which nothing is known."""
    rows = np.zeros((total, len(NAMES)), dtype=np.float32)
    rows[:, 0] = 1
    return rows


def lexical_rows(heard: Heard, uris: list[str], vocabulary: Vocabulary) -> Matrix:
    """One row of all features a candidate, those of LEARNED still 0."""
    rows = blank_rows(len(uris))
    named = {uri for uri, found in heard.evidence.items() if found.count}
    most = max((heard.evidence[uri].count for uri in named), default=1)
    near = vocabulary.neighbours
    said = [
        _row(heard.evidence[uri], heard, most, len(near[uri] & named) if near.get(uri) else 0, len(named))
        for uri in uris
    ]
    if said:
        rows[:, 1 : 1 + len(LEXICAL)] = said
    return rows


def _row(found: Evidence, heard: Heard, most: int, near: int, crowd: int) -> list[float]:
    """The figures of LEXICAL, in its order."""
    rest = [log1p(found.nested), log1p(near), float(found.from_source)]
    if not found.count:
        return [0.0] * 15 + [*rest, found.covered, log1p(found.forms), 0.0]
    length = max(1, len(heard.text.words))
    in_text = found.first >= 0
    return [
        1.0,
        log1p(found.count),
        log1p(100 * found.count / (length + len(heard.title.words))),
        found.count / most,
        float(found.in_title > 0),
        min(1.0, found.words / len(heard.title.words)) if found.in_title else 0.0,
        float(found.in_heading > 0),
        1 - found.first / length if in_text else 0.0,
        (found.last - found.first) / length if in_text else 0.0,
        float(found.preferred),
        found.exact / found.count,
        float(min(found.words - 1, 3)),
        log1p(found.letters),
        float(found.letters <= 3),
        log1p(found.rivals - 1),
        *rest,
        0.0,
        0.0,
        log1p(crowd),
    ]
