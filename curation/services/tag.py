"""Suggestions for resources whose words, vocabulary or model changed; what a person decided is never touched."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from curation.database import ArticleRow, ResourceRow, SuggestionRow, now
from curation.services import learn, splitting, verdicts, vocabulary
from curation.tagging.suggestion import Suggestion

if TYPE_CHECKING:
    from curation.tagging.tagger import Tagger


@dataclass(frozen=True, slots=True)
class Tagging:
    """A tagger and the stamp of what it was made from: a resource tagged under the same stamp needs nothing."""

    tagger: "Tagger"
    stamp: str


def open_tagger(db: Session, models: Path, say: Callable[[str], None] = lambda _: None) -> Tagging | None:
    """The tagger for the vocabulary in the record and the newest whole model in the folder; None without a vocabulary.

    `say` is told of models and concepts that had to be passed over.
    """
    from curation.tagging.tagger import open_tagger as open_with

    words = vocabulary.load(db)
    if not words.concepts:
        return None
    tagger = open_with(words, models if models.exists() else None, say)
    # The stamp is of the nightly fit: one decision changes the next suggestion, not every resource at once.
    said = json.dumps([concept.to_dict() for concept in words], sort_keys=True)
    stamp = hashlib.sha256(f"{said}\x00{tagger.model.version}".encode()).hexdigest()[:16]
    learn.count_newer(db, tagger.model)
    return Tagging(tagger, stamp)


def _waiting(tagging: Tagging) -> Select[ResourceRow]:
    """Live resources that were last tagged from other words or under another stamp."""
    wanted = ArticleRow.digest + ":" + tagging.stamp
    return (
        select(ResourceRow)
        .join(ArticleRow, ArticleRow.resource_id == ResourceRow.id)
        .where(ResourceRow.state == "live", ResourceRow.tagged_as != wanted)
    )


def waiting(db: Session, tagging: Tagging) -> int:
    """How many resources wait for suggestions."""
    return db.scalar(select(func.count()).select_from(_waiting(tagging).subquery())) or 0


def tag_next(db: Session, tagging: Tagging, limit: int, most: int) -> dict[str, int]:
    """Suggest for the next resources; how many suggestions each got."""
    rows = db.scalars(_waiting(tagging).order_by(ResourceRow.id).limit(limit)).all()
    documents = [learn.document(row.article) for row in rows]
    decided = verdicts.all_decided(db, [row.id for row in rows])
    counts = {}
    for row, found in zip(rows, tagging.tagger.suggest_many(documents, most), strict=True):
        said = {concept: verdict for (resource, concept), verdict in decided.items() if resource == row.id}
        _keep(db, row.id, found, said)
        row.tagged_as = f"{row.article.digest}:{tagging.stamp}"
        counts[row.id] = len(found)
    db.flush()
    return counts


def _keep(db: Session, resource_id: str, found: Sequence[Suggestion], said: dict[str, str]) -> None:
    """Put the new suggestions in the place of the old; each keeps the state that a person's decision gave it."""
    mine = SuggestionRow.resource_id == resource_id
    # What a split asks about waits for a person, whatever a machine thinks of it.
    asked = (SuggestionRow.method == splitting.METHOD) & (SuggestionRow.state == "suggested")
    db.execute(delete(SuggestionRow).where(mine, ~asked | SuggestionRow.concept.in_([one.concept for one in found])))
    moment = now()
    for suggestion in found:
        quote = suggestion.quote
        db.add(
            SuggestionRow(
                resource_id=resource_id,
                concept=suggestion.concept,
                state=verdicts.STATES.get(said.get(suggestion.concept, ""), "suggested"),
                score=suggestion.score,
                method=suggestion.method,
                exact=_text(quote.exact) if quote else "",
                prefix=_text(quote.prefix) if quote else "",
                suffix=_text(quote.suffix) if quote else "",
                made_at=moment,
            )
        )


def _text(value: str) -> str:
    """A quote as every database keeps it."""
    return value.encode("utf-8", "replace").decode("utf-8")
