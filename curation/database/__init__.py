"""The record: its tables, its session and its migrations."""

from curation.database.base import Base, now
from curation.database.jobs import IndexJobRow, SearchRow
from curation.database.people import AccountRow, CollectionItemRow, CollectionRow, PostRow, RatingRow, ScoreRow
from curation.database.resources import (
    ArticleRow,
    BandRow,
    FoldDecisionRow,
    LinkRow,
    MoveRow,
    ReaderRow,
    RelationRow,
    ResourceRow,
)
from curation.database.sources import FailureRow, LeaseRow, PageRow, RunRow, SourceRow
from curation.database.tags import (
    ConceptRow,
    DecisionRow,
    ProposalDecisionRow,
    ProposalRow,
    SuggestionRow,
    TaggingRow,
    VocabularyChangeRow,
    VocabularyRow,
)

__all__ = [
    "AccountRow",
    "ArticleRow",
    "BandRow",
    "Base",
    "CollectionItemRow",
    "CollectionRow",
    "ConceptRow",
    "DecisionRow",
    "FailureRow",
    "FoldDecisionRow",
    "IndexJobRow",
    "LeaseRow",
    "LinkRow",
    "MoveRow",
    "PageRow",
    "PostRow",
    "ProposalDecisionRow",
    "ProposalRow",
    "RatingRow",
    "ReaderRow",
    "RelationRow",
    "ResourceRow",
    "RunRow",
    "ScoreRow",
    "SearchRow",
    "SourceRow",
    "SuggestionRow",
    "TaggingRow",
    "VocabularyChangeRow",
    "VocabularyRow",
    "now",
]
