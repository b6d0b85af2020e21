"""Everything people did to the vocabulary, as sentences, and which of it still stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from curation.database import AccountRow, VocabularyChangeRow
from curation.services import vocabulary
from curation.tagging.concept import Vocabulary
from curation.tagging.edits import Edit

UNDO = "undo"
NOBODY = "the command line"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing done, by whom and when; `undone` where it was taken back."""

    id: int
    kind: str
    said: str
    who: str
    at: datetime
    undone: bool


def edits(db: Session) -> Iterator[tuple[int, Edit]]:
    """Every change in the order it was made, with its number."""
    undo = aliased(VocabularyChangeRow)
    statement = select(VocabularyChangeRow, undo.id).outerjoin(undo, undo.undoes == VocabularyChangeRow.id)
    for row, undone in db.execute(statement.where(VocabularyChangeRow.kind != UNDO).order_by(VocabularyChangeRow.id)):
        yield row.id, Edit(row.kind, row.concept, row.into, row.details, undone is not None)


def history(db: Session, uri: str | None = None, limit: int = 50) -> list[Change]:
    """What was done to the vocabulary, or to one concept, the latest first."""
    words, undo = vocabulary.load(db), aliased(VocabularyChangeRow)
    statement = (
        select(VocabularyChangeRow, undo.id, AccountRow.display_name)
        .outerjoin(undo, undo.undoes == VocabularyChangeRow.id)
        .outerjoin(AccountRow, AccountRow.id == VocabularyChangeRow.account_id)
        .order_by(VocabularyChangeRow.id.desc())
        .limit(limit)
    )
    if uri is not None:
        statement = statement.where(or_(VocabularyChangeRow.concept == uri, VocabularyChangeRow.into == uri))
    return [
        Change(row.id, row.kind, _said(row, words), who or NOBODY, row.at, undone is not None)
        for row, undone, who in db.execute(statement)
    ]


def _said(row: VocabularyChangeRow, words: Vocabulary) -> str:
    """A change as a sentence."""
    if row.kind == UNDO:
        return f"Took change {row.undoes} back."
    return describe(Edit(row.kind, row.concept, row.into, row.details), words)


def describe(edit: Edit, words: Vocabulary) -> str:
    """An edit as a sentence, with the names that concepts had when it was made."""
    name = f"“{edit.details.get('was') or words.label(edit.concept)}”"
    parts = ", ".join(f"“{part.label()}”" for part in edit.parts())
    broader = ", ".join(f"“{words.label(uri)}”" for uri in edit.details.get("broader", ()))
    added = ", ".join(f"“{text}”" for _, _, text in edit.details.get("add", ()))
    removed = ", ".join(f"“{text}”" for _, _, text in edit.details.get("remove", ()))
    told = {
        "merge": f"Merged {name} into “{words.label(edit.into or '')}”.",
        "split": f"Split {name} into {parts}.",
        "rename": f"Renamed {name} to “{edit.details.get('label')}”.",
        "deprecate": f"Took {name} out of use.",
        "move": f"Moved {name} under {broader}." if broader else f"Made {name} a top concept.",
        "labels": f"Labels of {name}:"
        + (f" added {added}" if added else "")
        + (f" removed {removed}" if removed else ""),
        "people_only": f"{name} is set by people alone."
        if edit.details.get("on")
        else f"{name} may be suggested again.",
        "add": f"Added {parts}.",
    }
    return told[edit.kind]
