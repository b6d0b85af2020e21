"""A concept that was split: what carried it is suggested for each part, until somebody decides."""

import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from curation.database import ArticleRow, SuggestionRow, TaggingRow, VocabularyChangeRow, now
from curation.services import matching
from curation.services.undone import not_undone
from curation.tagging.concept import Concept

METHOD = "split"
# How sure a part is whose name stands in the text, and one of which nothing is known. Judgement: near the precision of
# label matching, and even chances.
NAMED, UNNAMED = 0.9, 0.5
# Characters before and after a match that are kept to recognise it, as everywhere in suggestions.
AROUND = 40


def suggest(db: Session, uri: str, parts: Sequence[Concept]) -> int:
    """Suggest each part for whatever carries a concept; how many suggestions were made."""
    carrying = list(db.scalars(select(TaggingRow.resource_id).where(TaggingRow.concept == uri)))
    patterns = {part.uri: re.compile(rf"\b{re.escape(part.label())}\b", re.IGNORECASE) for part in parts}
    made = 0
    for batch in matching.batches(carrying):
        for article in db.scalars(select(ArticleRow).where(ArticleRow.resource_id.in_(batch))):
            for part, pattern in patterns.items():
                db.add(_suggestion(article, part, pattern.search(article.text)))
                made += 1
    db.flush()
    return made


def whole(db: Session, part: str) -> str | None:
    """The concept that was split into this one and others; None for all other concepts."""
    return next((uri for uri, made in parts(db).items() if part in made), None)


def parts(db: Session) -> dict[str, tuple[str, ...]]:
    """Every concept that is split, with what it was split into."""
    splits = select(VocabularyChangeRow).where(VocabularyChangeRow.kind == "split", not_undone())
    return {row.concept: tuple(made["uri"] for made in row.details["parts"]) for row in db.scalars(splits)}


def _suggestion(article: ArticleRow, part: str, found: re.Match[str] | None) -> SuggestionRow:
    """A part for a resource, with the place where its name stands."""
    row = SuggestionRow(resource_id=article.resource_id, concept=part, state="suggested", method=METHOD, made_at=now())
    row.score = NAMED if found else UNNAMED
    if found:
        start, end = found.span()
        row.exact, row.prefix, row.suffix = (
            found[0],
            article.text[max(0, start - AROUND) : start],
            article.text[end : end + AROUND],
        )
    return row
