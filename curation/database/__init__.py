"""The record: its tables, its session and its migrations."""

from curation.database.base import Base, now
from curation.database.jobs import IndexJobRow, SearchRow
from curation.database.people import (
    AccountRow,
    CollectionItemRow,
    CollectionRow,
    FollowRow,
    PostRow,
    RatingRow,
    ScoreRow,
)
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
    PhraseRow,
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
    "FollowRow",
    "IndexJobRow",
    "LeaseRow",
    "LinkRow",
    "MoveRow",
    "PageRow",
    "PhraseRow",
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
