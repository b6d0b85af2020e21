"""Where content comes from: sources, the runs over them, and each page known of a source."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from curation.database.base import Base, now


class SourceRow(Base):
    """A wiki, blog, feed or site; `settings` is the crawler's own description of it, handed across as data."""

    __tablename__ = "sources"

    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    address: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)
    removed_at: Mapped[datetime | None]


class RunRow(Base):
    """One pass of one step over one source (or over all: source is None); `state` is running, done or failed."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(index=True)
    source: Mapped[str | None] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(default="running")
    started_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    message: Mapped[str | None]


class PageRow(Base):
    """A page known of a source: `state` is live, missing (not seen by `misses` believable runs) or gone.

    `article_url` is where its article stands when that is another spelling of the address (its rel=canonical).
    """

    __tablename__ = "pages"
    __table_args__ = (UniqueConstraint("source", "url"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("sources.name"), index=True)
    url: Mapped[str] = mapped_column(index=True)
    article_url: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="live")
    misses: Mapped[int] = mapped_column(default=0)
    content_hash: Mapped[str] = mapped_column(default="")
    hints_hash: Mapped[str] = mapped_column(default="")
    etag: Mapped[str] = mapped_column(default="")
    last_modified: Mapped[str] = mapped_column(default="")
    first_seen: Mapped[datetime] = mapped_column(default=now)
    last_seen: Mapped[datetime] = mapped_column(default=now)


class FailureRow(Base):
    """An address of a source that failed in `times` runs in a row; with `retry` the next run asks for it again."""

    __tablename__ = "failures"

    source: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(primary_key=True)
    why: Mapped[str] = mapped_column(default="")
    times: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[datetime] = mapped_column(default=now)
    last_at: Mapped[datetime] = mapped_column(default=now)
    retry: Mapped[bool] = mapped_column(default=False)


class LeaseRow(Base):
    """Who works on what until when: a second run of the same thing is told to wait, a dead one's lease runs out."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]
