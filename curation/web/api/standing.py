"""What the JSON interface says of the library as a whole and of who asks."""

from datetime import datetime

from pydantic import BaseModel, Field

from curation.web.api.models import Model


class SourceCount(Model):
    """How much of the library comes from one source."""

    name: str
    kind: str
    address: str
    resources: int
    last_read: datetime | None


class Index(Model):
    """How the search index is."""

    engine: str
    name: str
    documents: int
    problem: str | None


class Status(BaseModel):
    """The library in numbers."""

    resources: int
    sources: list[SourceCount]
    concepts: int
    collections: int
    people: int
    freshest: datetime | None
    suggestions_waiting: int
    changes_waiting: int = Field(description="Changes that the index has not seen yet.")
    index: Index


class Me(BaseModel):
    """Who calls."""

    signed_in: bool
    name: str | None
    display_name: str | None
    role: str | None
    csrf_token: str = Field(description="Goes into the header X-CSRF-Token of a change that is made by cookie.")
