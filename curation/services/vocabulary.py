"""The common language in the record: import, export, and a vocabulary that is quick to ask for again."""

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from curation.database import ConceptRow, TaggingRow, VocabularyRow, now
from curation.errors import CurationError
from curation.services import publish
from curation.tagging.concept import Concept, Vocabulary

# The row that keeps what an import said about no concept at all (schemes, collections).
REST = "urn:commonplace:rest"
# Defects named in one refusal; the rest are counted.
NAMED = 5

_loaded: dict[str, tuple[tuple[Any, ...], Vocabulary]] = {}


@dataclass(slots=True)
class Imported:
    """What an import did, and what a curator may want to mend."""

    added: int = 0
    changed: int = 0
    warnings: list[str] = field(default_factory=list)


def load(db: Session) -> Vocabulary:
    """Every concept in the record; read again only when one changed."""
    stamp = tuple(db.execute(select(func.count(), func.max(ConceptRow.changed_at)).select_from(ConceptRow)).one())
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
    """Take in every concept of a file; one known before is replaced, none is removed.

    Raises:
        CurationError: the file is no vocabulary or has errors; nothing was changed.
    """
    from curation.tagging.vocabulary import check, read_vocabulary

    arriving = read_vocabulary(file)
    together = Vocabulary({**load(db).concepts, **arriving.concepts}, arriving.extra)
    defects = check(together)
    errors = [defect.message for defect in defects if defect.severity == "error"]
    if errors:
        more = f" And {len(errors) - NAMED} more." if len(errors) > NAMED else ""
        raise CurationError(f"{file} was not imported: {' '.join(errors[:NAMED])}{more} Mend it and import it again.")
    report = Imported(warnings=[defect.message for defect in defects])
    _keep(db, arriving, report)
    return report


def _keep(db: Session, arriving: Vocabulary, report: Imported) -> None:
    """Write the concepts, and let the index know of resources whose words for a tag changed."""
    slugs = set(db.scalars(select(ConceptRow.slug)))
    moment, renamed = now(), []
    for concept in arriving:
        row, data = db.get(ConceptRow, concept.uri), concept.to_dict()
        if row is None:
            slug = _slug(concept.label(), slugs)
            db.add(ConceptRow(uri=concept.uri, label=concept.label(), slug=slug, data=data, changed_at=moment))
            report.added += 1
        elif row.data != data:
            row.label, row.data, row.changed_at = concept.label(), data, moment
            renamed.append(concept.uri)
            report.changed += 1
    rest = db.get(VocabularyRow, REST)
    extra = [list(row) for row in dict.fromkeys((*(map(tuple, rest.data["extra"]) if rest else ()), *arriving.extra))]
    db.merge(VocabularyRow(uri=REST, data={"extra": extra}, imported_at=moment))
    db.flush()
    for uri in renamed:
        publish.touch(db, *db.scalars(select(TaggingRow.resource_id).where(TaggingRow.concept == uri)))


def _slug(label: str, taken: set[str]) -> str:
    """A short name for addresses, made from the label and unlike any other."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode("ascii").lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "concept"
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    taken.add(slug)
    return slug


def export(db: Session, form: str) -> str:
    """Every concept as text in a format of SKOS; importing it gives the same vocabulary."""
    from curation.tagging.vocabulary import write_vocabulary

    return write_vocabulary(load(db), form)
