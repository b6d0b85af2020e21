"""Concept and Vocabulary: the organisation's common language, as SKOS has it and without any RDF in memory."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

Labels = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Concept:
    """One SKOS concept. Labels are keyed by language tag, "" where the label carries none.

    `broader`, `narrower` and `related` hold URIs exactly as stated; `Vocabulary` reads them in both directions.
    `status` is "deprecated" or None; `replaced_by` the URI that takes its place. `people_only` concepts are never
    suggested. `extra` keeps every other statement as (predicate, object) in N-Triples form.
    """

    uri: str
    scheme: str | None = None
    pref_labels: dict[str, str] = field(default_factory=dict)
    alt_labels: Labels = field(default_factory=dict)
    hidden_labels: Labels = field(default_factory=dict)
    definitions: dict[str, str] = field(default_factory=dict)
    broader: tuple[str, ...] = ()
    narrower: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    notation: str | None = None
    status: str | None = None
    replaced_by: str | None = None
    people_only: bool = False
    extra: tuple[tuple[str, str], ...] = ()

    def label(self, language: str = "en") -> str:
        """The prefLabel in a language, else in English, else without language, else any, else the end of the URI.

        A regional form (en-GB) serves its language, and the language its regional forms.
        """
        for key in (language, language.partition("-")[0], "en", ""):
            regional = (text for tag, text in self.pref_labels.items() if text and _of(tag, key))
            if text := self.pref_labels.get(key) or next(regional, ""):
                return text
        named = next((text for text in self.pref_labels.values() if text), "")
        return named or self.uri.rstrip("/#").rpartition("/")[2].rpartition("#")[2]

    def labels(self, language: str | None = None) -> Iterator[tuple[str, str, str]]:
        """(kind, language, label) of every label, kind being "prefLabel", "altLabel" or "hiddenLabel"."""
        for tag, text in self.pref_labels.items():
            if language is None or tag == language:
                yield "prefLabel", tag, text
        for kind, labels in (("altLabel", self.alt_labels), ("hiddenLabel", self.hidden_labels)):
            for tag, texts in labels.items():
                if language is None or tag == language:
                    yield from ((kind, tag, text) for text in texts)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-safe form; what is empty is left out."""
        return {
            item.name: _plain(value)
            for item in fields(self)
            if (value := getattr(self, item.name)) or item.name == "uri"
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Concept":
        """The concept of `to_dict`; keys it does not know are ignored, so that newer records can be read."""
        known: dict[str, Any] = {item.name: data[item.name] for item in fields(cls) if item.name in data}
        for name in ("broader", "narrower", "related"):
            if name in known:
                known[name] = tuple(known[name])
        for name in ("alt_labels", "hidden_labels"):
            if name in known:
                known[name] = {tag: tuple(texts) for tag, texts in known[name].items()}
        if "extra" in known:
            known["extra"] = tuple((pair[0], pair[1]) for pair in known["extra"])
        return cls(**known)


def _of(tag: str, language: str) -> bool:
    """Whether a language tag is a regional form of a language."""
    return language != "" and tag.partition("-")[0].lower() == language


def _plain(value: Any) -> Any:
    """Tuples as lists, all the way down."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


@dataclass(frozen=True)
class Vocabulary:
    """The concepts by URI, and `extra`: every statement about anything else (say, schemes) as N-Triples terms."""

    concepts: dict[str, Concept]
    extra: tuple[tuple[str, str, str], ...] = ()

    @classmethod
    def of(cls, concepts: Iterable[Concept], extra: tuple[tuple[str, str, str], ...] = ()) -> "Vocabulary":
        """A vocabulary of these concepts."""
        return cls({concept.uri: concept for concept in concepts}, extra)

    def __len__(self) -> int:
        return len(self.concepts)

    def __iter__(self) -> Iterator[Concept]:
        return iter(self.concepts.values())

    def __contains__(self, uri: object) -> bool:
        return uri in self.concepts

    def label(self, uri: str, language: str = "en") -> str:
        """What people call a concept; the URI itself where it is unknown."""
        concept = self.concepts.get(uri)
        return concept.label(language) if concept else uri

    @cached_property
    def parents(self) -> dict[str, tuple[str, ...]]:
        """The broader concepts of each, stated from either side; unknown URIs left out."""
        found: dict[str, dict[str, None]] = {uri: {} for uri in self.concepts}
        for concept in self:
            found[concept.uri].update(dict.fromkeys(uri for uri in concept.broader if uri in self.concepts))
            for uri in concept.narrower:
                if uri in found:
                    found[uri][concept.uri] = None
        return {uri: tuple(broader) for uri, broader in found.items()}

    @cached_property
    def children(self) -> dict[str, tuple[str, ...]]:
        """The narrower concepts of each, stated from either side."""
        found: dict[str, list[str]] = {uri: [] for uri in self.concepts}
        for uri, broader in self.parents.items():
            for parent in broader:
                found[parent].append(uri)
        return {uri: tuple(narrower) for uri, narrower in found.items()}

    @cached_property
    def neighbours(self) -> dict[str, frozenset[str]]:
        """Broader, narrower and related concepts of each, in both directions."""
        found = {uri: {*self.parents[uri], *self.children[uri]} for uri in self.concepts}
        for concept in self:
            for uri in concept.related:
                if uri in found:
                    found[uri].add(concept.uri)
                    found[concept.uri].add(uri)
        return {uri: frozenset(near - {uri}) for uri, near in found.items()}

    def broader(self, uri: str) -> tuple[str, ...]:
        """All broader concepts, nearest first, without the concept itself; a cycle ends where it began."""
        return _closure(uri, self.parents)

    def narrower(self, uri: str) -> tuple[str, ...]:
        """All narrower concepts, nearest first, without the concept itself."""
        return _closure(uri, self.children)

    @cached_property
    def _by_label(self) -> dict[str, str]:
        """Case-folded label -> URI, preferred labels winning over the others and current concepts over old ones."""
        found: dict[str, str] = {}
        ranks = {"prefLabel": 0, "altLabel": 1, "hiddenLabel": 2}
        every = [
            (concept.status == "deprecated", ranks[kind], text.strip().casefold(), concept.uri)
            for concept in self
            for kind, _, text in concept.labels()
        ]
        for _, _, text, uri in sorted(every, key=lambda row: row[:2]):
            found.setdefault(text, uri)
        return found

    def resolve(self, name: str) -> str | None:
        """The URI of a concept by its URI, a label in any language or a notation; what was replaced leads onward."""
        uri: str | None = name if name in self.concepts else self._by_label.get(name.strip().casefold())
        if uri is None:
            uri = next((concept.uri for concept in self if concept.notation and concept.notation == name.strip()), None)
        return self.current(uri) if uri else None

    def current(self, uri: str) -> str | None:
        """The concept that stands for this one today, following replacedBy; None where it is unknown."""
        seen: set[str] = set()
        while uri in self.concepts and uri not in seen:
            seen.add(uri)
            onward = self.concepts[uri].replaced_by
            if not onward or onward not in self.concepts:
                return uri
            uri = onward
        return uri if uri in self.concepts else None

    @cached_property
    def _led(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for concept in self:
            onward = self.current(concept.uri) if concept.replaced_by else None
            if onward not in (None, concept.uri):
                found.setdefault(str(onward), []).append(concept.uri)
        return found

    def same(self, uri: str) -> tuple[str, ...]:
        """A concept and every one that was replaced by it, however indirectly: what was said of those is said of it."""
        return (uri, *self._led.get(uri, ()))


def _closure(start: str, edges: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Everything reachable from a concept, breadth first."""
    found: dict[str, None] = {}
    ring = [start]
    while ring:
        ring = [uri for near in ring for uri in edges.get(near, ()) if uri not in found and uri != start]
        found.update(dict.fromkeys(ring))
    return tuple(found)
