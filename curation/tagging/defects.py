"""What is wrong with a vocabulary, each defect as a sentence a curator can act on."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from curation.tagging.concept import Vocabulary

# SKOS-XL has a prefLabel of its own.
PREF_LABEL = "<http://www.w3.org/2004/02/skos/core#prefLabel>"


@dataclass(frozen=True, slots=True)
class Defect:
    """`severity` "error" breaks suggestions or SKOS, "warning" is worth a look; `concepts` are the URIs meant."""

    severity: Literal["error", "warning"]
    message: str
    concepts: tuple[str, ...]


def check(vocabulary: Vocabulary) -> list[Defect]:
    """Every defect found, errors first."""
    found = [
        *_no_concepts(vocabulary), *_labels(vocabulary), *_shared_labels(vocabulary), *_dangling(vocabulary),
        *_cycles(vocabulary), *_orphans(vocabulary), *_replaced(vocabulary), *_clashes(vocabulary),
    ]  # fmt: skip
    return sorted(found, key=lambda defect: (defect.severity, defect.concepts))


def _no_concepts(vocabulary: Vocabulary) -> Iterator[Defect]:
    if not vocabulary.concepts:
        yield Defect(
            "error", "There is no SKOS concept here: add concepts of type skos:Concept with a skos:prefLabel.", ()
        )


def _labels(vocabulary: Vocabulary) -> Iterator[Defect]:
    """Missing, empty and doubled labels of one concept."""
    for concept in vocabulary:
        if not concept.pref_labels:
            yield Defect("error", f"{concept.uri} has no prefLabel: give it the name people use.", (concept.uri,))
        if any(not text.strip() for _, _, text in concept.labels()):
            yield Defect("error", f"{concept.uri} has an empty label: remove it or fill it in.", (concept.uri,))
        if any(predicate == PREF_LABEL for predicate, _ in concept.extra):
            message = (
                f"“{concept.label()}” has two prefLabels in one language: keep one and make the other an altLabel."
            )
            yield Defect("error", message, (concept.uri,))


def _clashes(vocabulary: Vocabulary) -> Iterator[Defect]:
    """What SKOS says excludes itself: one label of two kinds (S13), a concept both related and broader (S27), and one
    that has a successor and is not out of use."""
    for concept in vocabulary:
        kinds: dict[tuple[str, str], str] = {}
        for kind, tag, text in concept.labels():
            other = kinds.setdefault((tag, text), kind)
            if other != kind:
                message = f"“{concept.label()}” has “{text}” both as {other} and as {kind}: keep one."
                yield Defect("warning", message, (concept.uri,))
        for uri in concept.related:
            if uri in vocabulary and (uri in vocabulary.broader(concept.uri) or concept.uri in vocabulary.broader(uri)):
                names = f"“{concept.label()}” and “{vocabulary.label(uri)}”"
                message = f"{names} are related, and one is broader than the other too: remove the related link."
                yield Defect("warning", message, (concept.uri, uri))
        if concept.replaced_by and concept.status != "deprecated":
            message = f"“{concept.label()}” is replaced by another but not out of use: mark it owl:deprecated."
            yield Defect("warning", message, (concept.uri,))


def _shared_labels(vocabulary: Vocabulary) -> Iterator[Defect]:
    """One label for several concepts: an error among prefLabels, a warning where one is an altLabel elsewhere."""
    users: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    shown: dict[tuple[str, str], str] = {}
    for concept in vocabulary:
        if concept.status == "deprecated":
            continue
        for kind, tag, text in concept.labels():
            key = (tag, " ".join(text.split()).casefold())
            shown.setdefault(key, text)
            if key[1] and kind != "hiddenLabel":
                users[key][kind].add(concept.uri)
    for key, kinds in users.items():
        preferred, other = kinds["prefLabel"], kinds["altLabel"] - kinds["prefLabel"]
        name = f"“{shown[key]}”" + (f" ({key[0]})" if key[0] else "")
        if len(preferred) > 1:
            message = (
                f"{name} is the prefLabel of {len(preferred)} concepts: merge them or rename one ({_list(preferred)})."
            )
            yield Defect("error", message, tuple(sorted(preferred)))
        if preferred and other:
            both = _list(preferred | other)
            message = f"{name} names one concept and is an altLabel of another: decide which one it means ({both})."
            yield Defect("warning", message, tuple(sorted(preferred | other)))
        elif len(other) > 1:
            message = f"{name} is an altLabel of {len(other)} concepts: it will be ambiguous ({_list(other)})."
            yield Defect("warning", message, tuple(sorted(other)))


def _dangling(vocabulary: Vocabulary) -> Iterator[Defect]:
    for concept in vocabulary:
        for name in ("broader", "narrower", "related"):
            for uri in getattr(concept, name):
                if uri not in vocabulary:
                    said = f"“{concept.label()}” says {name} {uri}"
                    message = f"{said}, which is not in the vocabulary: add it or remove the link."
                    yield Defect("warning", message, (concept.uri, uri))


def _replaced(vocabulary: Vocabulary) -> Iterator[Defect]:
    for concept in vocabulary:
        if concept.replaced_by and concept.replaced_by not in vocabulary:
            message = (
                f"“{concept.label()}” is replaced by {concept.replaced_by}, which is not in the vocabulary: add it."
            )
            yield Defect("warning", message, (concept.uri, concept.replaced_by))


def _cycles(vocabulary: Vocabulary) -> Iterator[Defect]:
    """Each cycle of broader once, found by a depth-first walk without recursion."""
    done: set[str] = set()
    for start in vocabulary.concepts:
        path: list[str] = []
        places: dict[str, int] = {}
        stack: list[tuple[str, bool]] = [(start, False)]
        while stack:
            uri, leaving = stack.pop()
            if leaving:
                done.add(uri)
                del places[path.pop()]
            elif uri in places:
                ring = path[places[uri] :]
                names = " → ".join(f"“{vocabulary.label(one)}”" for one in [*ring, uri])
                yield Defect("error", f"Broader runs in a circle: {names}. Remove one of these links.", tuple(ring))
            elif uri not in done:
                places[uri] = len(path)
                path.append(uri)
                stack.append((uri, True))
                stack.extend((parent, False) for parent in vocabulary.parents[uri])


def _orphans(vocabulary: Vocabulary) -> Iterator[Defect]:
    """Concepts without any neighbour, where the vocabulary otherwise has a hierarchy."""
    linked = [uri for uri, near in vocabulary.neighbours.items() if near]
    if not linked:
        return
    for concept in vocabulary:
        if not vocabulary.neighbours[concept.uri] and concept.status != "deprecated":
            message = (
                f"“{concept.label()}” stands alone: it has no broader, narrower or related concept. Give it a place."
            )
            yield Defect("warning", message, (concept.uri,))


def _list(uris: set[str]) -> str:
    """Up to five URIs for a message."""
    named = sorted(uris)
    return ", ".join(named[:5]) + (f" and {len(named) - 5} more" if len(named) > 5 else "")
