"""What an organisation knows: resources, the article each was read from, and how they relate."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from curation.database.base import Base, now


class ResourceRow(Base):
    """One thing to learn from, for ever: people's ratings, tags and words hang on its id.

    `state` is live, withdrawn (its page is gone; it comes back with everything), folded (a copy: `folded_into` says
    where it went) or moved (made for the new address of a page before the move was noticed: `folded_into` is that
    page's own resource, and this one has no article any more). `version` grows with every change that a search should
    see. `tagged_as` is the content that was last tagged, so that unchanged content costs nothing. `family` groups
    siblings made from one template.
    """

    __tablename__ = "resources"

    id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default="live", index=True)
    folded_into: Mapped[str | None] = mapped_column(ForeignKey("resources.id"), index=True)
    relation: Mapped[str | None]
    similarity: Mapped[float | None]
    family: Mapped[str | None] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1)
    tagged_as: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    article: Mapped["ArticleRow"] = relationship(back_populates="resource", uselist=False)


class ArticleRow(Base):
    """A page understood, as last extracted; `digest` is the hash of what it says (title and text).

    `system_id` is the page's id in its own system, which it keeps when it is moved; `attachments` what hangs on it
    there; `readers` the people and groups who may read it, everyone where that is empty.
    """

    __tablename__ = "articles"
    # A page that turns up at a new address is looked for by its id and by what it says.
    __table_args__ = (
        UniqueConstraint("source", "url"),
        Index("ix_articles_system_id", "source", "system_id"),
        Index("ix_articles_digest", "source", "digest"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[str] = mapped_column(ForeignKey("resources.id"), unique=True)
    source: Mapped[str] = mapped_column(ForeignKey("sources.name"), index=True)
    url: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    text: Mapped[str]
    html: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    authors: Mapped[list[str]] = mapped_column(default=list)
    published: Mapped[str | None]
    modified: Mapped[str | None]
    language: Mapped[str | None]
    licence: Mapped[str | None]
    kind: Mapped[str] = mapped_column(default="page")
    tags: Mapped[list[str]] = mapped_column(default=list)
    links: Mapped[list[str]] = mapped_column(default=list)
    kept: Mapped[float | None]
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    system_id: Mapped[str] = mapped_column(default="")
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    readers: Mapped[list[str]] = mapped_column(default=list)
    digest: Mapped[str] = mapped_column(default="")
    compared_as: Mapped[str] = mapped_column(default="")
    signature: Mapped[bytes | None] = mapped_column(LargeBinary)
    extracted_at: Mapped[datetime] = mapped_column(default=now)
    resource: Mapped[ResourceRow] = relationship(back_populates="article")


# Articles that wait to be compared, found without walking those that do not.
Index(
    "ix_articles_waiting",
    ArticleRow.id,
    sqlite_where=text("compared_as != digest"),
    postgresql_where=text("compared_as != digest"),
)


class ReaderRow(Base):
    """One name that may read a restricted resource: `readers` of its article, so that a list can be filtered by it."""

    __tablename__ = "readers"

    resource_id: Mapped[str] = mapped_column(ForeignKey("resources.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True, index=True)


class MoveRow(Base):
    """A page that went to another address with all it had, and why we think so; the old address leads on for ever.

    `merged` is the resource that the new address had made of its own before the move was noticed.
    """

    __tablename__ = "moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("sources.name"), index=True)
    old_url: Mapped[str] = mapped_column(index=True)
    new_url: Mapped[str]
    resource_id: Mapped[str] = mapped_column(ForeignKey("resources.id"), index=True)
    merged: Mapped[str | None] = mapped_column(ForeignKey("resources.id"))
    why: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)


class BandRow(Base):
    """One band of an article's MinHash signature: articles that share a band are compared, no others.

    Within a band articles stand in the order of `rank`, a hash of the whole signature, so that in a band a template
    gave to thousands only the nearest are read, and equal pages stand side by side.
    """

    __tablename__ = "bands"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  # as the base declares it

    band: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    rank: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )


class LinkRow(Base):
    """A link from an article to an address, known by a 64-bit key of it: what inbound links are counted by."""

    __tablename__ = "links"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  # as the base declares it

    target: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )


class FoldDecisionRow(Base):
    """What a curator said about two resources: `verdict` is join or split; the latest binds for ever. "undo" gives
    the pair back to the machine's judgement."""

    __tablename__ = "fold_decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[str] = mapped_column(ForeignKey("resources.id"), index=True)
    second: Mapped[str] = mapped_column(ForeignKey("resources.id"), index=True)
    verdict: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(default=now)


class RelationRow(Base):
    """What a comparison found between two resources: copy, revision, sibling, supersedes, contains or translation.

    Copies and revisions tie what is folded; which of them become one resource is decided over all that are tied.
    For supersedes and contains, `first` is the newer or the containing one.
    """

    __tablename__ = "relations"

    first: Mapped[str] = mapped_column(ForeignKey("resources.id"), primary_key=True)
    second: Mapped[str] = mapped_column(ForeignKey("resources.id"), primary_key=True, index=True)
    kind: Mapped[str]
    similarity: Mapped[float]
    why: Mapped[str] = mapped_column(default="")
