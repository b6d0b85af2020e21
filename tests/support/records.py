"""A record for tests: a real database with the schema as migrated, and rows made in one line each."""

import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

from curation.database import (
    AccountRow,
    ArticleRow,
    Base,
    ConceptRow,
    RatingRow,
    ResourceRow,
    SourceRow,
    SuggestionRow,
    TaggingRow,
    now,
)
from curation.database.session import engine, upgrade
from curation.tagging.concept import Concept

_numbers = count(1)


@pytest.fixture(scope="session")
def empty_record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite record with the schema and nothing in it, migrated once a session and then copied."""
    path = tmp_path_factory.mktemp("record") / "empty.db"
    upgrade(f"sqlite:///{path}")
    # The last connection's end folds the write-ahead log into the file, so that the file alone is the record.
    engine(f"sqlite:///{path}").dispose()
    return path


@pytest.fixture(scope="session")
def server_record() -> Iterator[str | None]:
    """A fresh database on the PostgreSQL server that DATABASE_URL names, dropped at the end; None without one.

    A folder that starts a server of its own overrides this fixture with `yield from fresh_database(address)`.
    """
    address = os.environ.get("DATABASE_URL", "")
    if not address.startswith("postgresql"):
        yield None
        return
    yield from fresh_database(address)


def fresh_database(address: str) -> Iterator[str]:
    """A new, migrated database beside the one an address names; what the address itself names is never touched."""
    name = f"commonplace_test_{uuid4().hex[:12]}"
    made = make_url(address).set(database=name).render_as_string(hide_password=False)
    with engine(address).connect().execution_options(isolation_level="AUTOCOMMIT") as server:
        server.execute(text(f'CREATE DATABASE "{name}"'))
        upgrade(made)
        yield made
        engine(made).dispose()
        server.execute(text(f'DROP DATABASE "{name}"'))


@pytest.fixture
def record_url(empty_record: Path, server_record: str | None, tmp_path: Path) -> Iterator[str]:
    """The address of a record with nothing in it, this test's own."""
    if server_record is not None:
        tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
        with engine(server_record).begin() as connection:
            connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
        yield server_record
        return
    path = tmp_path / "record.db"
    shutil.copyfile(empty_record, path)
    url = f"sqlite:///{path}"
    yield url
    engine(url).dispose()


@pytest.fixture
def db(record_url: str) -> Iterator[Session]:
    """A session on a record with nothing in it; rolled back at the end unless the test commits."""
    with Session(engine(record_url), expire_on_commit=False) as session:
        yield session


def a_source(db: Session, name: str = "wiki", kind: str = "mediawiki", address: str = "") -> SourceRow:
    """A source; the one there is, if there is one of this name."""
    row = db.get(SourceRow, name)
    if row is None:
        row = SourceRow(name=name, kind=kind, address=address or f"https://{name}.example", settings={})
        db.add(row)
        db.flush()
    return row


def a_resource(
    db: Session,
    title: str = "",
    source: str = "wiki",
    state: str = "live",
    tags: tuple[str, ...] = (),
    folded_into: str | None = None,
    family: str | None = None,
    **article: object,
) -> ResourceRow:
    """A resource with its article; `tags` are URIs of concepts it carries, `article` any columns of ArticleRow."""
    a_source(db, source)
    number = next(_numbers)
    row = ResourceRow(id=f"r{number}", state="folded" if folded_into else state, folded_into=folded_into, family=family)
    if folded_into:
        row.relation, row.similarity = "copy", 0.95
    db.add(row)
    db.flush()
    title = title or f"Page {number}"
    facts: dict[str, object] = {
        "url": f"https://{source}.example/{number}",
        "title": title,
        "text": f"{title}. What it says.",
        "summary": f"About {title}.",
        "authors": ["Ada Example"],
        "published": "2026-01-31",
        "language": "en",
    }
    db.add(ArticleRow(resource_id=row.id, source=source, **(facts | article)))
    db.add_all(TaggingRow(resource_id=row.id, concept=uri) for uri in tags)
    db.flush()
    return row


def an_account(db: Session, name: str = "", role: str = "learner", display_name: str = "") -> AccountRow:
    """An account nobody can sign in to: hashing a password takes long. `accounts.add` makes real ones."""
    name = name or f"person{next(_numbers)}"
    row = AccountRow(name=name, display_name=display_name or name.title(), role=role, password_hash="none")
    db.add(row)
    db.flush()
    return row


def a_concept(
    db: Session, label: str, alt: tuple[str, ...] = (), broader: tuple[str, ...] = (), **more: object
) -> ConceptRow:
    """A concept, its URI made from the label; `more` are fields of tagging's Concept."""
    slug = label.lower().replace(" ", "-")
    uri = f"https://vocabulary.example/{slug}"
    said = Concept(uri, pref_labels={"en": label}, alt_labels={"en": alt} if alt else {}, broader=broader, **more)  # type: ignore[arg-type]
    row = ConceptRow(uri=uri, label=label, slug=slug, data=said.to_dict(), changed_at=now())
    db.add(row)
    db.flush()
    return row


def a_suggestion(db: Session, resource: ResourceRow, concept: ConceptRow, score: float = 0.8) -> SuggestionRow:
    """A suggestion that waits for a decision."""
    row = SuggestionRow(
        resource_id=resource.id, concept=concept.uri, state="suggested", score=score, method="label",
        exact=concept.label, prefix="about ", suffix=" here",
    )  # fmt: skip
    db.add(row)
    db.flush()
    return row


def a_rating(db: Session, resource: ResourceRow, rater: str, stars: int) -> RatingRow:
    """A rating as an import leaves it."""
    row = RatingRow(
        url=f"https://wiki.example/{resource.id}", resource_id=resource.id, rater=rater, stars=stars, at=now()
    )
    db.add(row)
    db.flush()
    return row
