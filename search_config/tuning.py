"""The tuned data of search (fields.yaml, analysis.yaml, boosts.yaml), loaded once and typed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from search_config.errors import SearchError

FOLDER = Path(__file__).parent
BEHAVIOURS = frozenset({"key", "words", "exact", "facet", "prefix", "number", "decimal", "shown"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an index: how it behaves and what it means."""

    name: str
    behaviour: str
    description: str


@dataclass(frozen=True, slots=True)
class Number:
    """One tuned number; `baked` says that it acts at write time, so that a change asks for a rebuild."""

    value: float
    unit: str
    reason: str
    source: str
    baked: bool = False


@dataclass(frozen=True, slots=True)
class Analysis:
    """How text becomes words."""

    stemmer: str
    longest_word: int
    technical_tokens: tuple[str, ...]
    folds: Mapping[str, str]
    stop_words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tuning:
    """Everything tuned; `schema` names the shape of an index: version and fingerprint of what is baked into it."""

    schema: str
    fields: tuple[Field, ...]
    analysis: Analysis
    limits: Mapping[str, Number]
    boosts: Mapping[str, Number]

    def limit(self, name: str) -> int:
        """A limit of fields.yaml."""
        return int(self.limits[name].value)

    def boost(self, name: str) -> float:
        """A number of boosts.yaml."""
        return float(self.boosts[name].value)


@cache
def tuning(folder: Path = FOLDER) -> Tuning:
    """Load the three files; SearchError names the file and what is wrong in it."""
    fields, analysis, boosts = (_read(folder / f"{name}.yaml") for name in ("fields", "analysis", "boosts"))
    try:
        limits = _numbers(fields["limits"])
        numbers = _numbers(boosts)
        described = tuple(_field(name, entry) for name, entry in fields["fields"].items())
        return Tuning(
            schema=f"{int(fields['version'])}-{_fingerprint(described, analysis, limits, numbers)}",
            fields=described,
            analysis=_analysis(analysis),
            limits=limits,
            boosts=numbers,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise SearchError(
            f"the search configuration in {folder} is incomplete: {problem!r}; compare it with the release"
        ) from problem


def _read(path: Path) -> dict[str, Any]:
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as problem:
        raise SearchError(f"{path} can't be read: {problem}") from problem
    if not isinstance(loaded, dict):
        raise SearchError(f"{path} must hold names and values")
    return loaded


def _field(name: str, entry: Mapping[str, str]) -> Field:
    if entry["behaviour"] not in BEHAVIOURS:
        raise ValueError(
            f"field {name} has the unknown behaviour {entry['behaviour']}; known: {', '.join(sorted(BEHAVIOURS))}"
        )
    return Field(name, entry["behaviour"], entry["description"])


def _numbers(entries: Mapping[str, Mapping[str, Any]]) -> dict[str, Number]:
    return {
        name: Number(float(e["value"]), str(e["unit"]), str(e["reason"]), str(e["source"]), bool(e["baked"]))
        for name, e in entries.items()
    }


def _analysis(entries: Mapping[str, Any]) -> Analysis:
    return Analysis(
        stemmer=str(entries["stemmer"]),
        longest_word=int(entries["longest_word"]["value"]),
        technical_tokens=tuple(entries["technical_tokens"]),
        folds=dict(entries["folds"]),
        stop_words=frozenset(entries["stop_words"]),
    )


def _fingerprint(
    fields: tuple[Field, ...], analysis: Mapping[str, Any], limits: Mapping[str, Number], boosts: Mapping[str, Number]
) -> str:
    baked = {name: number.value for name, number in {**limits, **boosts}.items() if number.baked}
    shape = [[field.name, field.behaviour] for field in fields]
    # stop words act on queries only
    words = {name: entry for name, entry in analysis.items() if name != "stop_words"}
    text = json.dumps([shape, words, baked], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:8]
