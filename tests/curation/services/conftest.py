"""The record every test here works on."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from curation.database.session import engine
from tests.support.records import db, empty_record, fresh_database, record_url, server_record

__all__ = ["db", "empty_record", "record_url", "server_record"]


@pytest.fixture(scope="session")
def fresh_server(postgresql_url: str) -> Iterator[str]:
    """A database of our own on a real PostgreSQL."""
    yield from fresh_database(postgresql_url)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def either(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session on a record with nothing in it, on both databases; nothing is committed."""
    if request.param == "sqlite":
        yield request.getfixturevalue("db")
        return
    with Session(engine(request.getfixturevalue("fresh_server")), expire_on_commit=False) as session:
        yield session
