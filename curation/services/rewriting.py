"""The vocabulary is what was imported with people's changes played over it; whatever hangs on a concept follows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from curation.database import ConceptRow, DecisionRow, FollowRow, SuggestionRow, TaggingRow, now
from curation.errors import Conflict
from curation.services import changes, matching, publish, relocate, verdicts, vocabulary
from curation.tagging.concept import Concept, Vocabulary
from curation.tagging.defects import check
from curation.tagging.edits import Edit, play

# Defects named in one refusal; the rest are counted.
NAMED = 5


@dataclass(slots=True)
class Effect:
    """What a change did: rows and concepts that moved, resources whose entry in the index is made anew."""

    taggings: int = 0
    suggestions: int = 0
    narrower: int = 0
    resources: int = 0
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


def hold(db: Session) -> None:
    """Let nobody else change the vocabulary until this transaction ends; on SQLite every writer is alone anyway.

    Two changes at once would each be played without the other.
    """
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("LOCK TABLE vocabulary_changes IN SHARE ROW EXCLUSIVE MODE"))


def rewrite(db: Session, arriving: Mapping[str, Concept] | None = None) -> Effect:
    """Play the changes over what was imported (with what arrives now) and bring everything to the result.

    Raises:
        Conflict: the result would have an error that was not there before; nothing was changed.
    """
    before = vocabulary.load(db)
    rows = {row.uri: row for row in db.scalars(select(ConceptRow))}
    base = _base(rows, arriving or {})
    edits = [edit for _, edit in changes.edits(db)]
    after = Vocabulary(play(base, edits, _used(db, edits)), before.extra)
    _refuse(before, after)
    effect = _write(db, rows, base, after, arriving or {})
    effect.narrower = sum(1 for uri in after.concepts if uri in before and before.parents[uri] != after.parents[uri])
    concerned = _led_elsewhere(before, after)
    moved = relocate.relocate(db, after, concerned)
    effect.taggings, effect.suggestions = moved.taggings, moved.suggestions
    settled = _settle(db, after, concerned)
    touched = moved.resources | settled | _carrying(db, _renewed(before, after, effect.changed))
    effect.resources = len(touched)
    publish.touch(db, *sorted(touched))
    return effect


def _base(rows: Mapping[str, ConceptRow], arriving: Mapping[str, Concept]) -> dict[str, Concept]:
    """Every concept as imported. What comes back as it was exported from here says nothing new."""
    base = {}
    for uri, row in rows.items():
        data = row.data if row.imported is None else row.imported
        if data:
            base[uri] = Concept.from_dict(data)
    return base | {
        uri: concept
        for uri, concept in arriving.items()
        if uri not in rows or _sorted(concept.to_dict()) != _sorted(rows[uri].data)
    }


def _sorted(value: Any) -> Any:
    """A concept's data in one order, because files keep none."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return sorted(map(_sorted, value), key=repr) if isinstance(value, list) else value


def _used(db: Session, edits: Collection[Edit]) -> set[str]:
    """Concepts made here that a resource carries, or that somebody decided about or follows."""
    made = [part.uri for edit in edits for part in edit.parts()]
    found: set[str] = set()
    for batch in matching.batches(made):
        for table in (DecisionRow, FollowRow, TaggingRow):
            found.update(db.scalars(select(table.concept).where(table.concept.in_(batch)).distinct()))
    return found


def _refuse(before: Vocabulary, after: Vocabulary) -> None:
    """Refuse errors that were not there before."""
    errors = [defect.message for defect in check(after) if defect.severity == "error"]
    known = {defect.message for defect in check(before)} if errors else set()
    fresh = [message for message in errors if message not in known]
    if fresh:
        more = f" And {len(fresh) - NAMED} more." if len(fresh) > NAMED else ""
        raise Conflict(" ".join(fresh[:NAMED]) + more)


def _write(
    db: Session,
    rows: Mapping[str, ConceptRow],
    base: Mapping[str, Concept],
    after: Vocabulary,
    arriving: Mapping[str, Concept],
) -> Effect:
    """Bring the rows of concepts to what they are now; those made here and undone go, unless people used them."""
    slugs, moment, effect = {row.slug for row in rows.values()}, now(), Effect()
    for concept in after:
        row = rows.get(concept.uri)
        if (
            row is not None
            and row.imported is None
            and concept.uri not in arriving
            and concept is base.get(concept.uri)
        ):
            continue
        data = concept.to_dict()
        origin = base[concept.uri].to_dict() if concept.uri in base else {}
        imported = None if origin == data else origin
        if row is None:
            slug = vocabulary.slug(concept.label(), slugs)
            made = ConceptRow(uri=concept.uri, label=concept.label(), slug=slug, data=data, changed_at=moment)
            made.imported = imported
            db.add(made)
            effect.added.append(concept.uri)
            continue
        if row.data != data:
            row.label, row.data, row.changed_at = concept.label(), data, moment
            effect.changed.append(concept.uri)
        if row.imported != imported:
            row.imported = imported
    for uri in rows.keys() - after.concepts.keys():
        db.execute(delete(SuggestionRow).where(SuggestionRow.concept == uri))
        db.delete(rows[uri])
        effect.changed.append(uri)
    db.flush()
    return effect


def _led_elsewhere(before: Vocabulary, after: Vocabulary) -> set[str]:
    """Concepts that lead elsewhere than before, with where they led and where they lead."""
    found: set[str] = set()
    for uri in before.concepts.keys() | after.concepts.keys():
        old, new = before.current(uri), after.current(uri)
        if old != new:
            found.update(one for one in (uri, old, new) if one is not None and one in after)
    return found


def _settle(db: Session, words: Vocabulary, concerned: Collection[str]) -> set[str]:
    """Let decisions have their say where concepts came together or apart; the resources that carry one more."""
    found: set[str] = set()
    ids: set[str] = set()
    for batch in matching.batches(sorted(concerned)):
        ids.update(db.scalars(select(DecisionRow.resource_id).where(DecisionRow.concept.in_(batch)).distinct()))
    stands = {pair: row for pair, row in verdicts.standing(db, sorted(ids)).items() if pair[1] in concerned}
    for (resource_id, concept), row in stands.items():
        if row.verdict == "accept" and db.get(TaggingRow, (resource_id, concept)) is None:
            verdicts.settle(db, resource_id, concept, row)
            found.add(resource_id)
    for batch in matching.batches(sorted(ids)):
        said = select(SuggestionRow).where(SuggestionRow.resource_id.in_(batch), SuggestionRow.concept.in_(concerned))
        for suggestion in db.scalars(said):
            standing = stands.get((suggestion.resource_id, suggestion.concept))
            suggestion.state = verdicts.STATES[standing.verdict] if standing else "suggested"
    db.flush()
    return found


def _renewed(before: Vocabulary, after: Vocabulary, changed: Collection[str]) -> set[str]:
    """Concepts with other words, or with another way up to the top."""
    every = before.concepts.keys() | after.concepts.keys()
    moved = [uri for uri in every if before.parents.get(uri) != after.parents.get(uri)]
    below = {under for uri in moved for words in (before, after) if uri in words for under in words.narrower(uri)}
    return {*changed, *moved, *below}


def _carrying(db: Session, uris: Collection[str]) -> set[str]:
    """The resources that carry any of these concepts."""
    found: set[str] = set()
    for batch in matching.batches(sorted(uris)):
        found.update(db.scalars(select(TaggingRow.resource_id).where(TaggingRow.concept.in_(batch)).distinct()))
    return found
