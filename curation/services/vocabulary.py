"""The common language in the record: import, load, export, and a look-up that is quick to ask again."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from curation.database import ConceptRow, VocabularyRow, now
from curation.errors import CurationError
