"""Which changes to the vocabulary still stand."""

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased

from curation.database import VocabularyChangeRow


def not_undone() -> ColumnElement[bool]:
    """The condition that no later row takes a change back."""
    later = aliased(VocabularyChangeRow)
    return ~exists().where(later.undoes == VocabularyChangeRow.id)
