"""The common language in the record: import, export, and a vocabulary that is quick to ask for again."""

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from curation.database import ConceptRow, VocabularyRow, now
from curation.errors import Conflict, CurationError
from curation.tagging.concept import Concept, Vocabulary

# The row that keeps what an import said about no concept at all (schemes, collections).
REST = "urn:commonplace:rest"

# Pages that stand among the addresses of concepts.
PAGES = frozenset({"proposals", "changes"})

_loaded: dict[str, tuple[tuple[Any, ...], Vocabulary]] = {}


@dataclass(slots=True)
class Imported:
    """What an import did, what a curator may want to mend, and what people had changed that stays."""

    added: int = 0
    changed: int = 0
    warnings: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def load(db: Session) -> Vocabulary:
    """Every concept in the record; read again only when one changed."""
    rest_at = select(func.max(VocabularyRow.imported_at)).scalar_subquery()
    stamp = tuple(
        db.execute(select(func.count(), func.max(ConceptRow.changed_at), rest_at).select_from(ConceptRow)).one()
    )
    # By address: every session of a record has an engine object of its own, around the one that is shared.
    key = db.get_bind().engine.url.render_as_string(hide_password=False)
    held = _loaded.get(key)
    if held is None or held[0] != stamp:
        concepts = [Concept.from_dict(data) for data in db.scalars(select(ConceptRow.data).order_by(ConceptRow.uri))]
        rest = db.get(VocabularyRow, REST)
        extra = tuple(tuple(row) for row in rest.data["extra"]) if rest else ()
        held = _loaded[key] = (stamp, Vocabulary.of(concepts, extra))
    return held[1]


def import_file(db: Session, file: Path) -> Imported:
    """Take in every concept of a file; one known before is replaced, none is removed, and what people changed stays.

    Raises:
        CurationError: the file is no vocabulary or has errors; nothing was changed.
    """
    from curation.services import changes, rewriting
    from curation.tagging.vocabulary import check, read_vocabulary

    arriving = read_vocabulary(file)
    rewriting.hold(db)
    _keep_rest(db, arriving)
    try:
        effect = rewriting.rewrite(db, arriving.concepts)
    except Conflict as error:
        raise CurationError(f"{file} was not imported: {error} Mend it and import it again.") from error
    words = load(db)
    report = Imported(len(effect.added), len(effect.changed), [defect.message for defect in check(words)])
    for number, edit in changes.edits(db):
        held, said = words.concepts.get(edit.concept), arriving.concepts.get(edit.concept)
        if said and held and not edit.undone and held.to_dict() != said.to_dict():
            told = changes.describe(edit, words)
            report.kept.append(f"{told} Take it back with: commonplace vocabulary undo {number}")
    return report


def _keep_rest(db: Session, arriving: Vocabulary) -> None:
    """Keep what a file says about no concept at all."""
    rest = db.get(VocabularyRow, REST)
    extra = [list(row) for row in dict.fromkeys((*(map(tuple, rest.data["extra"]) if rest else ()), *arriving.extra))]
    db.merge(VocabularyRow(uri=REST, data={"extra": extra}, imported_at=now()))
    db.flush()


def slug(label: str, taken: set[str]) -> str:
    """A short name for addresses, made from the label and unlike any other."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode("ascii").lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "concept"
    name, number = base, 2
    while name in taken or name in PAGES:
        name, number = f"{base}-{number}", number + 1
    taken.add(name)
    return name


def export(db: Session, form: str) -> str:
    """Every concept as text in a format of SKOS; importing it gives the same vocabulary."""
    from curation.tagging.vocabulary import write_vocabulary

    return write_vocabulary(load(db), form)
