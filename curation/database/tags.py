"""The common language and its use: concepts, suggestions, what people decided, and the taggings that follow."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from curation.database.base import Base, now

# A column that is empty holds NULL rather than a JSON null, which no database finds quickly.
OR_NULL = JSON(none_as_null=True)


class ConceptRow(Base):
    """A SKOS concept; `data` is all that is known of it, `label` the prefLabel shown.

    `imported` is what the last import said, where people changed it since; empty for a concept made here, NULL where
    nobody changed anything.
    """

    __tablename__ = "concepts"

    uri: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(index=True)
    slug: Mapped[str] = mapped_column(unique=True)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    imported: Mapped[dict[str, Any] | None] = mapped_column(OR_NULL)
    changed_at: Mapped[datetime] = mapped_column(default=now, index=True)


class VocabularyChangeRow(Base):
    """What a person did to the vocabulary, as a dated row; `undoes` is the change that a row of kind undo takes back.

    `concept` is what was changed, `into` what took its place; `details` holds the rest, and under `decision` the newest
    decision at that moment, so that later ones are told from earlier ones.
    """

    __tablename__ = "vocabulary_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    concept: Mapped[str] = mapped_column(index=True)
    into: Mapped[str | None] = mapped_column(index=True)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    undoes: Mapped[int | None] = mapped_column(ForeignKey("vocabulary_changes.id"), unique=True)


class VocabularyRow(Base):
    """What an import said that is about no single concept: the scheme, its title, whatever else; kept for export."""

    __tablename__ = "vocabularies"

    uri: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    imported_at: Mapped[datetime] = mapped_column(default=now)


class SuggestionRow(Base):
    """A concept a machine proposes; derived, so it can be made again. `state` is suggested, accepted or rejected.

    `origins` are the rows it stands for where concepts were merged since, as they were; so for taggings.
    """

    __tablename__ = "suggestions"
    # The queue walks the first backwards, and the second where a curator works through one concept.
    __table_args__ = (
        Index("ix_suggestions_queue", "state", "score", "resource_id", "concept"),
        Index("ix_suggestions_concept", "concept", "state", "score"),
    )

    resource_id: Mapped[str] = mapped_column(ForeignKey("resources.id"), primary_key=True)
    concept: Mapped[str] = mapped_column(ForeignKey("concepts.uri"), primary_key=True)
    state: Mapped[str] = mapped_column(default="suggested")
    score: Mapped[float]
    method: Mapped[str]
    exact: Mapped[str] = mapped_column(default="")
    prefix: Mapped[str] = mapped_column(default="")
    suffix: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime] = mapped_column(default=now)
    origins: Mapped[list[dict[str, Any]] | None] = mapped_column(OR_NULL)


class DecisionRow(Base):
    """What a person said of a concept on a resource: accept, reject, or undo of their last word; never overwritten."""

    __tablename__ = "decisions"
    # Undo looks for the latest of one's own.
    __table_args__ = (Index("ix_decisions_account", "account_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[str] = mapped_column(ForeignKey("resources.id"), index=True)
    concept: Mapped[str] = mapped_column(ForeignKey("concepts.uri"), index=True)
    verdict: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    score: Mapped[float | None]
    method: Mapped[str | None]


class TaggingRow(Base):
    """A concept a resource carries: the sum of its decisions, kept for quick reading."""

    __tablename__ = "taggings"

    resource_id: Mapped[str] = mapped_column(ForeignKey("resources.id"), primary_key=True)
    concept: Mapped[str] = mapped_column(ForeignKey("concepts.uri"), primary_key=True, index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    since: Mapped[datetime] = mapped_column(default=now)
    origins: Mapped[list[dict[str, Any]] | None] = mapped_column(OR_NULL)


class PhraseRow(Base):
    """The phrases of a resource's text that could name a concept, as of `digest` and found by `method`; derived.

    `found` is compressed JSON, a list of key, words and place: what recurs is counted without reading the texts again.
    """

    __tablename__ = "phrases"

    resource_id: Mapped[str] = mapped_column(ForeignKey("resources.id"), primary_key=True)
    language: Mapped[str] = mapped_column(index=True)
    digest: Mapped[str]
    method: Mapped[str]
    found: Mapped[bytes] = mapped_column(LargeBinary)


class ProposalRow(Base):
    """What the vocabulary may lack, as last looked for: a concept (`concept` is empty) or a further label of one.

    Derived: the next look writes it anew. `key` stays the same for the same words, so that what was said of it counts;
    `language` is that of the texts it stands in.
    """

    __tablename__ = "proposals"

    key: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    concept: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    documents: Mapped[int] = mapped_column(index=True)
    examples: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    nearest: Mapped[list[str]] = mapped_column(default=list)
    found_at: Mapped[datetime] = mapped_column(default=now)


class ProposalDecisionRow(Base):
    """What a person said of a proposal: accept (`change_id` is what it did), dismiss, or undo; the latest counts."""

    __tablename__ = "proposal_decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(index=True)
    verdict: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    change_id: Mapped[int | None] = mapped_column(ForeignKey("vocabulary_changes.id"))
    at: Mapped[datetime] = mapped_column(default=now)
