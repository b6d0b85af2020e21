"""Two resources turn out to be one page: the older one stays, and everything people did goes to it."""

from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from curation.database import (
    ArticleRow,
    CollectionItemRow,
    DecisionRow,
    FoldDecisionRow,
    MoveRow,
    PhraseRow,
    PostRow,
    RatingRow,
    ReaderRow,
    RelationRow,
    ResourceRow,
    ScoreRow,
    SuggestionRow,
    TaggingRow,
)
from curation.services import matching, publish, verdicts

# What a later page has to say about a page is worth more than what an earlier one said.
KEPT = {"id", "resource_id", "signature", "compared_as"}
DERIVED: tuple[Any, ...] = (SuggestionRow, ScoreRow, ReaderRow, PhraseRow)
PEOPLES: tuple[Any, ...] = (RatingRow, PostRow, DecisionRow, CollectionItemRow, MoveRow)


def merge(db: Session, old: ArticleRow, new: ArticleRow) -> tuple[str, str]:
    """Make one resource of a page's old and new one, with the new article; the ids of the one that stays and the other.

    The older resource stays: its address is the one people know. The other keeps no article and leads to it for ever.
    """
    for row in (old.resource, new.resource):
        matching.release(db, row)
    stays, goes = sorted((old.resource, new.resource), key=lambda row: (row.created_at, row is new.resource))
    state = "live" if "live" in (stays.state, goes.state) else stays.state
    facts = {c.key: getattr(new, c.key) for c in ArticleRow.__table__.columns if c.key not in KEPT}
    article = stays.article
    db.delete(goes.article)
    db.flush()
    db.expire(goes, ["article"])
    for name, value in facts.items():
        setattr(article, name, value)
    article.compared_as = ""
    stays.state = state
    _hand_over(db, goes.id, stays.id)
    goes.state, goes.folded_into, goes.relation, goes.similarity, goes.family = "moved", stays.id, "moved", None, None
    publish.set_readers(db, stays.id, article.readers)
    publish.touch(db, stays.id, goes.id)
    return stays.id, goes.id


def _hand_over(db: Session, goes: str, stays: str) -> None:
    """Give what people did to one resource to another: every row stays as it was said, by whom and when."""
    either = select(TaggingRow.concept).where(TaggingRow.resource_id.in_((goes, stays)))
    said = select(DecisionRow.concept).where(DecisionRow.resource_id == goes)
    concepts = {*db.scalars(either), *db.scalars(said)}
    for table in PEOPLES:
        db.execute(update(table).where(table.resource_id == goes).values(resource_id=stays))
    _one_post_each(db, stays)
    for concept in sorted(concepts):
        _one_tagging(db, goes, stays, concept)
    for table in DERIVED:
        db.execute(delete(table).where(table.resource_id == goes))
    db.execute(delete(RelationRow).where(or_(RelationRow.first == goes, RelationRow.second == goes)))
    _hand_over_folds(db, goes, stays)
    db.flush()
    db.expire_all()


def _one_post_each(db: Session, stays: str) -> None:
    """A comment that came with both pages is one: the first keeps its replies, the other is told apart no more."""
    seen: dict[str, int] = {}
    for row in db.scalars(select(PostRow).where(PostRow.resource_id == stays).order_by(PostRow.id)).all():
        if row.system_id is None:
            continue
        first = seen.setdefault(row.system_id, row.id)
        if first != row.id:
            db.execute(update(PostRow).where(PostRow.parent_id == row.id).values(parent_id=first))
            db.execute(delete(PostRow).where(PostRow.id == row.id))


def _one_tagging(db: Session, goes: str, stays: str, concept: str) -> None:
    """Let the resource carry a concept as the decisions on both say; without any, if either carried it."""
    theirs, own = (db.get(TaggingRow, (resource_id, concept)) for resource_id in (goes, stays))
    verdict = verdicts.decided(db, stays, concept)
    if theirs is not None:
        if own is None and verdict != "reject":
            facts = {name: getattr(theirs, name) for name in ("concept", "account_id", "since", "origins")}
            db.add(TaggingRow(resource_id=stays, **facts))
        db.delete(theirs)
    if own is not None and verdict == "reject":
        db.delete(own)
    db.flush()


def _hand_over_folds(db: Session, goes: str, stays: str) -> None:
    """A curator's word about the one holds for the other; about the two of them there is nothing left to say."""
    mine = or_(FoldDecisionRow.first == goes, FoldDecisionRow.second == goes)
    for row in db.scalars(select(FoldDecisionRow).where(mine)).all():
        other = row.second if row.first == goes else row.first
        if other != stays:
            row.first, row.second = sorted((other, stays))
    db.execute(update(ResourceRow).where(ResourceRow.folded_into == goes).values(folded_into=stays))
