"""How good suggestions are against what people attached: F1, nDCG, precision, recall, calibration."""

import json
from collections.abc import Iterable, Iterator, Sequence
from math import log2
from pathlib import Path
from typing import Any

from curation.errors import CurationError
from curation.tagging.lines import UNREADABLE, open_lines

# Suggestions looked at for nDCG and recall. Source: what a curator sees at once.
DEPTH = 5

# Bins of the calibration error, equally wide. Source: the usual expected calibration error; Guo and others 2017.
BINS = 10

Ranked = Sequence[tuple[str, float]]


def evaluate_tags(gold: Path, suggestions: Path) -> dict[str, float]:
    """Figures of a file of suggestions (`commonplace tag`) against a file with `id` and `tags`, over all its documents.

    Tags may be URIs, or labels of suggested concepts. A document without suggestions counts as 0. Raises CurationError
    naming file and line of what is no such record, or both files where they have no document in common.
    """
    wanted = {str(record["id"]): record["tags"] for record in _records(gold, ("id", "tags"))}
    given: dict[str, list[tuple[str, float]]] = {}
    named: dict[str, str] = {}
    for number, record in enumerate(_records(suggestions, ("id", "suggestions")), 1):
        try:
            given[str(record["id"])] = [(str(s["concept"]), float(s.get("score", 0))) for s in record["suggestions"]]
            named.update((str(s.get("label", "")).casefold(), str(s["concept"])) for s in record["suggestions"])
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise CurationError(f"{suggestions}, record {number} has a suggestion without concept or score.") from error
    if not any(wanted.values()):
        raise CurationError(f"{gold} holds no tags to measure against. Give it lines with id and tags.")
    if not wanted.keys() & given.keys():
        raise CurationError(f"{gold} and {suggestions} have no id in common. Are both about the same documents?")
    known = {concept for ranked in given.values() for concept, _ in ranked}
    sought = {
        id: {tag if tag in known else named.get(tag.casefold(), tag) for tag in map(str, wanted[id])} for id in wanted
    }
    figures = figures_of([(sought[name], given.get(name, [])) for name in wanted])
    return {**figures, "answered": sum(name in given for name in wanted)}


def figures_of(pairs: Iterable[tuple[set[str], Ranked]]) -> dict[str, float]:
    """Means over documents of (wanted concepts, suggestions with scores, best first); those with no tag left out."""
    rows = [(gold, list(ranked)) for gold, ranked in pairs if gold]
    figures: dict[str, float] = {"documents": len(rows)}
    for depth in (1, 3, DEPTH):
        figures[f"F1@{depth}"] = _mean([f1(gold, ranked, depth) for gold, ranked in rows])
    figures[f"nDCG@{DEPTH}"] = _mean([ndcg(gold, ranked) for gold, ranked in rows])
    figures["precision@1"] = _mean([float(bool(ranked) and ranked[0][0] in gold) for gold, ranked in rows])
    figures[f"recall@{DEPTH}"] = _mean([_hits(gold, ranked, DEPTH) / len(gold) for gold, ranked in rows])
    scored = [(score, concept in gold) for gold, ranked in rows for concept, score in ranked]
    figures["calibration error"] = round(calibration_error(scored), 4)
    return figures


def f1(gold: set[str], ranked: Ranked, depth: int) -> float:
    """Harmonic mean of precision and recall of the first `depth` suggestions; precision over those that were given."""
    hits = _hits(gold, ranked, depth)
    return 2 * hits / (len(ranked[:depth]) + len(gold)) if hits else 0.0


def ndcg(gold: set[str], ranked: Ranked) -> float:
    """Discounted gain of the first DEPTH suggestions over that of a perfect order, a hit gaining 1."""
    gain = sum(1 / log2(place + 2) for place, (concept, _) in enumerate(ranked[:DEPTH]) if concept in gold)
    return gain / sum(1 / log2(place + 2) for place in range(min(DEPTH, len(gold))))


def calibration_error(scored: Sequence[tuple[float, bool]]) -> float:
    """Mean distance of score and share of hits over BINS bins of the score, weighed by their size."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for score, hit in scored:
        bins.setdefault(min(BINS - 1, int(score * BINS)), []).append((score, hit))
    gaps = [abs(sum(score for score, _ in one) - sum(hit for _, hit in one)) for one in bins.values()]
    return sum(gaps) / max(1, len(scored))


def _hits(gold: set[str], ranked: Ranked, depth: int) -> int:
    return sum(concept in gold for concept, _ in ranked[:depth])


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def _records(path: Path, needed: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The JSON objects of a file, a line each, with their id and, under the second of `needed`, a list."""
    try:
        with open_lines(path) as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    record = json.loads(line)
                except (ValueError, RecursionError) as error:
                    raise CurationError(f"{path}, line {number} is no JSON. Mend or remove the line.") from error
                if not isinstance(record, dict) or any(key not in record for key in needed):
                    raise CurationError(f"{path}, line {number} lacks {' or '.join(needed)}. Is it the right file?")
                if not isinstance(record[needed[1]], list):
                    raise CurationError(f"{path}, line {number}: {needed[1]} is no list. Is it the right file?")
                yield record
    except UNREADABLE as error:
        raise CurationError(f"{path} can't be read ({error}). Check the name of the file.") from error
