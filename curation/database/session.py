"""The way into the record: an engine with the right habits, a session, and the schema brought up to date."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from curation.errors import CurationError

# Milliseconds a writer waits for another on SQLite; a batch commits within seconds, so half a minute means trouble.
SQLITE_BUSY_MS = 30_000


@cache
def engine(url: str) -> Engine:
    """The engine for an address, one a process.

    Raises:
        CurationError: the address can't be understood.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        made = create_engine(parsed, pool_pre_ping=True)
    except (SQLAlchemyError, OSError, ModuleNotFoundError) as error:
        raise CurationError(f"The database address can't be used ({error}). Check DATABASE_URL.") from error
    if made.dialect.name == "sqlite":
        event.listen(made, "connect", _sqlite_habits)
        event.listen(made, "begin", _sqlite_begin)
    return made


def _sqlite_habits(connection: Any, _record: Any) -> None:
    """WAL so that readers never wait, FULL so that a power cut loses nothing acknowledged, keys enforced."""
    # Transactions are begun by us (below), not guessed by the driver.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={SQLITE_BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    """Who will write takes the lock at once: on SQLite, a reader who turns writer after another's commit just fails."""
    reads = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def open_session(url: str, reads_only: bool = False) -> Iterator[Session]:
    """A session that is rolled back and closed at the end; who opens it commits.

    With `reads_only` it never waits for a writer, and must not write.

    Raises:
        CurationError: the database can't be reached, or was never set up.
    """
    bind = engine(url).execution_options(reads_only=reads_only)
    with Session(bind, expire_on_commit=False) as db:
        try:
            yield db
        except OperationalError as error:
            raise CurationError(_explain(url, error)) from error


def _explain(url: str, error: OperationalError) -> str:
    """The database's complaint as a sentence with a next step."""
    said = str(error.orig).splitlines()[0]
    place = make_url(url).render_as_string(hide_password=True)
    if "no such table" in said or "does not exist" in said:
        return f"The record at {place} is not set up. Run: commonplace init"
    if "full" in said:
        return f"The disk that holds {place} is full. Nothing acknowledged is lost; make room and run again."
    return f"The record at {place} does not answer ({said}). Check that it runs and that DATABASE_URL is right."


def _alembic(url: str) -> Config:
    """Alembic's configuration, from here rather than from a file, so that it works from any folder."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = engine(url)
    return config


def upgrade(url: str) -> None:
    """Bring the schema to this version; safe to repeat.

    Raises:
        CurationError: the database can't be reached or changed.
    """
    try:
        command.upgrade(_alembic(url), "head")
    except OperationalError as error:
        raise CurationError(_explain(url, error)) from error


def schema_state(url: str) -> tuple[str | None, str | None]:
    """The schema's revision in the database and the one this version needs.

    Raises:
        CurationError: the database can't be reached.
    """
    try:
        with engine(url).connect() as connection:
            held = MigrationContext.configure(connection).get_current_revision()
    except OperationalError as error:
        raise CurationError(_explain(url, error)) from error
    return held, ScriptDirectory.from_config(_alembic(url)).get_current_head()
