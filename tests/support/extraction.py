"""The pages of the extraction corpora with their gold, and the F1 of Zyte's article benchmark over them."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHINGLE = 4


@dataclass(frozen=True)
class GoldPage:
    """A saved page: `kind` is documentation, forum or article for WCXB, zyte for Zyte's benchmark."""

    name: str
    kind: str
    file: Path
    url: str
    text: str
    title: str | None
    author: str | None
    published: str | None

    def body(self) -> bytes:
        return gzip.decompress(self.file.read_bytes())


def gold_pages(folder: Path, kind: str = "") -> list[GoldPage]:
    """The pages of corpora/pages or corpora/articles, in the order of their names."""
    gold: dict[str, dict[str, Any]] = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    return [
        GoldPage(
            name,
            row.get("kind", kind),
            folder / "html" / f"{name}.html.gz",
            row.get("url") or "",
            row["articleBody"],
            row.get("title"),
            row.get("author"),
            row.get("published"),
        )
        for name, row in sorted(gold.items())
    ]


def f1(pairs: Iterable[tuple[str, str]]) -> float:
    """F1 of mean precision and mean recall of 4-token shingles over (gold, found) pairs, as Zyte's scorer has it."""
    precisions, recalls = [], []
    for gold, found in pairs:
        wanted, got = _shingles(gold), _shingles(found)
        hits = sum((wanted & got).values())
        if sum(got.values()):
            precisions.append(hits / sum(got.values()))
        recalls.append(hits / sum(wanted.values()))
    precision = sum(precisions) / len(precisions) if precisions else 0.0
    recall = sum(recalls) / len(recalls) if recalls else 0.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    tokens = re.findall(r"\w+", text)
    return Counter(tuple(tokens[i : i + SHINGLE]) for i in range(max(1, len(tokens) - SHINGLE + 1)))


def letters(text: str | None) -> str:
    """A text's letters and digits in lower case: titles and names are compared without their punctuation."""
    return "".join(re.findall(r"\w+", (text or "").lower()))
