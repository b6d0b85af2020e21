"""What people do to a vocabulary, as a list that is played over what was imported: the same list, the same words."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from curation.errors import Conflict
from curation.tagging.concept import Concept, Labels

Kind = Literal["merge", "split", "rename", "deprecate", "move", "labels", "people_only", "add"]
Name = Literal["broader", "narrower", "related"]
LINKS: tuple[Name, ...] = ("broader", "narrower", "related")


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing done to a concept; `into` is what took its place, `details` what else the kind needs."""

    kind: str
    concept: str
    into: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    undone: bool = False

    def parts(self) -> list[Concept]:
        """The concepts it made."""
        return [Concept.from_dict(data) for data in self.details.get("parts", ())]


class Draft:
    """A vocabulary being changed: concepts by URI, and who mentions whom."""

    def __init__(self, concepts: Mapping[str, Concept]) -> None:
        self.concepts = dict(concepts)
        # A mention that was removed may still stand here; who reads it looks at the concept.
        self._mentions: dict[str, set[str]] = defaultdict(set)
        for concept in concepts.values():
            self._note(concept)

    def get(self, uri: str) -> Concept:
        """A concept that an edit is about.

        Raises:
            Conflict: it is not there.
        """
        if uri not in self.concepts:
            raise Conflict(
                f"{uri} is not in the vocabulary any more, and a later change needs it. Undo that one first."
            )
        return self.concepts[uri]

    def put(self, concept: Concept) -> None:
        """Take a concept's new form."""
        self.concepts[concept.uri] = concept
        self._note(concept)

    def lead(self, old: str, name: Name, onward: Iterable[str]) -> None:
        """Let every other concept that says `name` of an old one say it of these instead."""
        ends = tuple(onward)
        for uri in sorted(self._mentions[old]):
            said = getattr(self.concepts[uri], name)
            if old in said:
                links = dict.fromkeys(end for link in said for end in (ends if link == old else (link,)) if end != uri)
                self.put(_linked(self.concepts[uri], name, links))

    def parents(self, uri: str) -> list[str]:
        """The broader concepts, stated from either side."""
        return [
            *self.concepts[uri].broader,
            *(one for one in sorted(self._mentions[uri]) if uri in self.concepts[one].narrower),
        ]

    def _note(self, concept: Concept) -> None:
        for name in LINKS:
            for uri in getattr(concept, name):
                self._mentions[uri].add(concept.uri)


def play(base: Mapping[str, Concept], edits: Iterable[Edit], used: Collection[str]) -> dict[str, Concept]:
    """The vocabulary after these edits.

    An edit that was undone is passed over; but a concept it made and that people `used` since stays, out of use and
    leading back, so that nothing they said is lost.

    Raises:
        Conflict: an edit finds something it needs gone.
    """
    draft = Draft(base)
    for edit in edits:
        if not edit.undone:
            EDITS[edit.kind](draft, edit)
            continue
        for part in edit.parts():
            if part.uri in used:
                onward = edit.concept if edit.kind == "split" else None
                draft.put(replace(part, broader=(), related=(), status="deprecated", replaced_by=onward))
    return draft.concepts


def _merge(draft: Draft, edit: Edit) -> None:
    """One concept goes into another: its labels, its narrower and related concepts go along, itself leads onward."""
    old, into = draft.get(edit.concept), draft.get(edit.into or "")
    if old.uri in draft.parents(into.uri):
        raise Conflict(
            f"“{old.label()}” is broader than “{into.label()}”: merge the other way round, or move it first."
        )
    for name, ends in (("broader", (into.uri,)), ("related", (into.uri,)), ("narrower", ())):
        draft.lead(old.uri, name, ends)  # type: ignore[arg-type]
    into = draft.get(into.uri)
    into = _linked(into, "narrower", (*into.narrower, *old.narrower))
    into = _linked(into, "related", (*into.related, *old.related))
    draft.put(_with_labels(into, old))
    draft.put(replace(old, broader=(), narrower=(), related=(), status="deprecated", replaced_by=into.uri))


def _with_labels(into: Concept, old: Concept) -> Concept:
    """A concept with the labels of another as further ones."""
    for kind, tag, text in old.labels():
        into = labelled(into, "hidden_labels" if kind == "hiddenLabel" else "alt_labels", tag, text)
    return into


def labelled(concept: Concept, name: str, tag: str, text: str) -> Concept:
    """A concept with one label more ("alt_labels" or "hidden_labels"); one that it has already adds nothing."""
    said = {label.casefold() for _, language, label in concept.labels() if language == tag}
    if text.casefold() in said:
        return concept
    labels: Labels = dict(getattr(concept, name))
    labels[tag] = (*labels.get(tag, ()), text)
    return _with(concept, name, labels)


def _retire(draft: Draft, edit: Edit) -> None:
    """Out of use, without one that takes its place: narrower concepts go up to what was broader."""
    old = draft.get(edit.concept)
    up = tuple(dict.fromkeys(draft.parents(old.uri)))
    for uri in old.narrower:
        if uri in draft.concepts:
            draft.put(_linked(draft.get(uri), "broader", (*draft.get(uri).broader, *up)))
    draft.lead(old.uri, "broader", up)
    draft.put(replace(draft.get(old.uri), narrower=(), status="deprecated"))


def _split(draft: Draft, edit: Edit) -> None:
    _retire(draft, edit)
    _add(draft, edit)


def _add(draft: Draft, edit: Edit) -> None:
    for part in edit.parts():
        draft.put(part)


def _rename(draft: Draft, edit: Edit) -> None:
    """A new prefLabel in one language; the old one stays as an altLabel."""
    concept, tag, text = draft.get(edit.concept), edit.details["language"], edit.details["label"]
    before = concept.pref_labels.get(tag)
    alts: Labels = {
        language: tuple(one for one in texts if language != tag or one.casefold() != text.casefold())
        for language, texts in concept.alt_labels.items()
    }
    renamed = replace(
        concept,
        pref_labels={**concept.pref_labels, tag: text},
        alt_labels={language: texts for language, texts in alts.items() if texts},
    )
    draft.put(labelled(renamed, "alt_labels", tag, before) if before else renamed)


def _move(draft: Draft, edit: Edit) -> None:
    """Other broader concepts than before; none makes it a top concept."""
    uri, broader = edit.concept, [draft.get(one).uri for one in edit.details["broader"]]
    draft.lead(uri, "narrower", ())
    draft.put(_linked(draft.get(uri), "broader", broader))


def _labels(draft: Draft, edit: Edit) -> None:
    """Further labels added or removed; `details` holds rows of field, language and text."""
    concept = draft.get(edit.concept)
    for name, tag, text in edit.details.get("remove", ()):
        labels: Labels = dict(getattr(concept, name))
        labels[tag] = tuple(one for one in labels.get(tag, ()) if one != text)
        concept = _with(concept, name, {tag: texts for tag, texts in labels.items() if texts})
    for name, tag, text in edit.details.get("add", ()):
        concept = labelled(concept, name, tag, text)
    draft.put(concept)


def _people_only(draft: Draft, edit: Edit) -> None:
    draft.put(replace(draft.get(edit.concept), people_only=bool(edit.details["on"])))


def _linked(concept: Concept, name: Name, uris: Iterable[str]) -> Concept:
    """A concept with these links, each once and none to itself."""
    return _with(concept, name, tuple(dict.fromkeys(uri for uri in uris if uri != concept.uri)))


def _with(concept: Concept, name: str, value: Any) -> Concept:
    """A concept with one field changed."""
    changed: dict[str, Any] = {name: value}
    return replace(concept, **changed)


EDITS: dict[str, Callable[[Draft, Edit], None]] = {
    "merge": _merge, "split": _split, "rename": _rename, "deprecate": _retire, "move": _move, "labels": _labels,
    "people_only": _people_only, "add": _add,
}  # fmt: skip
