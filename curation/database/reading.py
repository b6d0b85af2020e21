"""What one reader may see: a session that speaks for somebody loads nothing that was restricted to others.

One rule in one place, applied to every question such a session asks, so that no page, list, feed or count can forget
it (curation/services/decisions/002-readers.md). A session that speaks for nobody, as the pipeline's, sees everything.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, event, or_, select
from sqlalchemy.orm import InstrumentedAttribute, ORMExecuteState, Session, with_loader_criteria

from curation.database.people import PostRow
from curation.database.resources import ArticleRow, ReaderRow, ResourceRow
from curation.database.tags import SuggestionRow

KEY = "readers"
# Every table that a page is made from and that tells of one resource, with the column that says which.
TOLD: tuple[tuple[type[Any], InstrumentedAttribute[Any]], ...] = (
    (ResourceRow, ResourceRow.id),
    (ArticleRow, ArticleRow.resource_id),
    (PostRow, PostRow.resource_id),
    (SuggestionRow, SuggestionRow.resource_id),
)


def reader_key(name: str) -> str:
    """A name as readers and restrictions are compared: without case, doubled spaces and look-alike forms."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def speak_for(db: Session, names: Iterable[str] = ()) -> None:
    """Let a session see, from its next question on, only what is open to everyone or to one of these names."""
    db.info[KEY] = frozenset(map(reader_key, names)) - {""}
    if not event.contains(db, "do_orm_execute", _restrict):
        event.listen(db, "do_orm_execute", _restrict)


def names(db: Session) -> tuple[str, ...]:
    """The names a session speaks for, in a steady order; none where it speaks for nobody."""
    return tuple(sorted(db.info.get(KEY, ())))


@contextmanager
def everything(db: Session) -> Iterator[None]:
    """During this block a session sees everything: what a person decides about the whole library, whoever they are."""
    named = db.info.pop(KEY, None)
    try:
        yield
    finally:
        if named is not None:
            db.info[KEY] = named


def _restrict(state: ORMExecuteState) -> None:
    # What a relation leads to is restricted already: the rule goes along with it.
    if KEY not in state.session.info:
        return
    if state.is_select and not state.is_column_load and not state.is_relationship_load and _any(state.session):
        named = names(state.session)
        state.statement = state.statement.options(
            *(with_loader_criteria(table, _readable(column, named), include_aliases=True) for table, column in TOLD)
        )


def _any(db: Session) -> bool:
    """Whether anything is restricted at all, asked each time, because it costs nothing where nothing is."""
    return db.connection().execute(select(ReaderRow.resource_id).limit(1)).first() is not None


def _readable(column: InstrumentedAttribute[Any], named: tuple[str, ...]) -> ColumnElement[bool]:
    restricted = select(ReaderRow.name).where(ReaderRow.resource_id == column)
    return or_(~restricted.exists(), restricted.where(ReaderRow.name.in_(named)).exists())
