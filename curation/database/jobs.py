"""The outbox that keeps the index true, and the log of what people searched for."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from curation.database.base import Base, now


class IndexJobRow(Base):
    """A resource whose change the index has not seen yet; written in the transaction of the change itself.

    One row a resource: a second change before the first is drained needs no second job. `attempts` and `error`
    are for a document the engine refuses: it waits until `not_before` and never blocks the others.
    """

    __tablename__ = "index_jobs"

    resource_id: Mapped[str] = mapped_column(ForeignKey("resources.id"), primary_key=True)
    version: Mapped[int]
    enqueued_at: Mapped[datetime] = mapped_column(default=now)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(default=now, index=True)
    error: Mapped[str | None]


class SearchRow(Base):
    """One search a person made: what was typed, what was found, what was opened (rank counts from 1)."""

    __tablename__ = "searches"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    text: Mapped[str]
    filters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    found: Mapped[int | None]
    opened: Mapped[str | None]
    opened_rank: Mapped[int | None]
