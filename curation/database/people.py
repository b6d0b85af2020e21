"""Accounts, what people said (ratings, questions, answers, comments), and the collections they keep."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from curation.database.base import Base, now


class AccountRow(Base):
    """A person who signs in; `role` is learner, curator, ops or admin, each able to do what the ones before may.

    `groups` are the names under which sources let this person read what they restrict, beside the account's own.
    """

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    role: Mapped[str] = mapped_column(default="learner")
    groups: Mapped[list[str]] = mapped_column(default=list)
    password_hash: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    disabled_at: Mapped[datetime | None]


class RatingRow(Base):
    """One rating as it was given, for ever; the latest a person and resource counts, a frozen one does not.

    `resource_id` is None until the address it names arrives in the library. `rater` is the account name, or the
    name an import gave. `origin` is site, import or source (a reaction there, `withdrawn` in the row that says it was
    taken back).
    """

    __tablename__ = "ratings"
    __table_args__ = (UniqueConstraint("url", "rater", "at", "stars"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(index=True)
    resource_id: Mapped[str | None] = mapped_column(ForeignKey("resources.id"), index=True)
    rater: Mapped[str] = mapped_column(index=True)
    stars: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now)
    comment: Mapped[str] = mapped_column(default="")
    origin: Mapped[str] = mapped_column(default="import")
    withdrawn: Mapped[bool] = mapped_column(default=False)
    frozen_why: Mapped[str | None]


class ScoreRow(Base):
    """The weighed rating of a resource (1 to 5), made again from the ratings; `count` is how many count."""

    __tablename__ = "scores"

    resource_id: Mapped[str] = mapped_column(ForeignKey("resources.id"), primary_key=True)
    score: Mapped[float] = mapped_column(index=True)
    mean: Mapped[float]
    count: Mapped[int]


class PostRow(Base):
    """What someone wrote: `kind` is question, answer (`parent_id` its question) or comment (on a resource or post).

    `system_id` is the post's id at the resource's own source, None for what was written here or imported: only those
    with one follow their source.
    """

    __tablename__ = "posts"
    # Questions are listed by time, and an archive that is imported again is recognised by it.
    __table_args__ = (Index("ix_posts_time", "kind", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    resource_id: Mapped[str | None] = mapped_column(ForeignKey("resources.id"), index=True)
    url: Mapped[str | None] = mapped_column(index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"), index=True)
    title: Mapped[str] = mapped_column(default="")
    body: Mapped[str]
    author: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    accepted: Mapped[bool] = mapped_column(default=False)
    system_id: Mapped[str | None]
    removed_at: Mapped[datetime | None]


class FollowRow(Base):
    """That a person follows a concept, or from then on no longer does; the latest a concept counts, none is rewritten.

    `concept` is the one they chose: where the vocabulary leads from it today is looked up when it is asked for, so
    followers move along with every merge and split and come back when it is undone.
    """

    __tablename__ = "follows"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    concept: Mapped[str] = mapped_column(ForeignKey("concepts.uri"), index=True)
    on: Mapped[bool]
    at: Mapped[datetime] = mapped_column(default=now)


class CollectionRow(Base):
    """A curated collection."""

    __tablename__ = "collections"

    slug: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    curator: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)


class CollectionItemRow(Base):
    """A resource's place in a collection; `url` keeps the place until the resource arrives."""

    __tablename__ = "collection_items"

    collection: Mapped[str] = mapped_column(ForeignKey("collections.slug"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(index=True)
    resource_id: Mapped[str | None] = mapped_column(ForeignKey("resources.id"), index=True)
    note: Mapped[str] = mapped_column(default="")
