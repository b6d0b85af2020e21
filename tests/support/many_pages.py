"""A library of very many pages in the record: put in directly, found and compared as if they had come one by one.

A page is nine sentences. One in five is made from one template and differs in a single sentence; one in ten is a third
boilerplate; all others end with the same line. What is put in directly has the MinHash of its sentences, without the
few shingles that cross from one to the next: near enough to be met, and made in seconds.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, bindparam, event, insert, text
from sqlalchemy.orm import Session

from curation.database import ArticleRow, Base, ResourceRow, SourceRow
from curation.dedup.signature import _MIX, BANDS, ROWS, _bands, _minhash, _shingles, signed_key, word_keys
from curation.services import deduplicate
from curation.services.submit import Submission, submit

LOADED, ARRIVING = "loaded", "arriving"
KINDS = ("new", "copy", "template", "template-copy")
# Rows put in at a time: some tens of megabytes.
BATCH = 20_000


@dataclass
class ManyPages:
    """Pages 0 to `loaded` - 1 are in the record."""

    engine: Engine
    sentences: Sequence[str]
    loaded: int = 0
    _hashes: NDArray[np.uint32] = field(init=False)

    def __post_init__(self) -> None:
        self._hashes = np.stack([_minhash(_shingles(word_keys(s))) for s in self.sentences])
        with self.engine.begin() as connection:
            rows = [{"name": name, "kind": "site", "address": f"https://{name}.example"} for name in (LOADED, ARRIVING)]
            connection.execute(insert(SourceRow), rows)

    def parts(self, numbers: Sequence[int]) -> NDArray[np.int64]:
        """The sentences of pages, by number: nine a page."""
        page = np.array(numbers, np.uint64)[:, None]
        mixed = (page * np.uint64(0x9E3779B97F4A7C15)) ^ (
            np.arange(1, 10, dtype=np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
        )
        mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        found = (20 + (mixed >> np.uint64(33)) % np.uint64(len(self.sentences) - 20)).astype(np.int64)
        template, boilerplate = (page % 5 == 0).ravel(), (page % 10 == 1).ravel()
        found[~template & ~boilerplate, 8] = 11
        found[template, :8] = np.arange(8)
        found[boilerplate, :3] = np.arange(8, 11)
        return found

    def text(self, number: int) -> str:
        return self._said(self.parts([number])[0])

    def _said(self, parts: NDArray[np.int64]) -> str:
        return " ".join([self.sentences[n] for n in parts.tolist()])

    def grow(self, size: int) -> None:
        """Put in pages until there are `size`."""
        bands: list[NDArray[Any]] = []
        with self.engine.begin() as connection:
            for start in range(self.loaded, size, BATCH):
                numbers = range(start, min(size, start + BATCH))
                rows, found = self._rows(numbers)
                _put(connection, ResourceRow, [{"id": f"p{n}"} for n in numbers])
                _put(connection, ArticleRow, rows)
                bands.append(found)
        self.loaded = size
        _put_bands(self.engine, np.concatenate(bands))

    def _rows(self, numbers: range) -> tuple[list[dict[str, Any]], NDArray[Any]]:
        parts = self.parts(numbers)
        values = self._hashes[parts].min(axis=1)
        rows, bands = [], np.empty((len(numbers), BANDS, 3), np.int64)
        bands[:, :, 0] = _all_bands(values)
        for n, (number, sketch) in enumerate(zip(numbers, values.astype(np.uint8), strict=True)):
            bands[n, :, 1], bands[n, :, 2] = signed_key(sketch.tobytes()), number + 1
            about = {"id": number + 1, "resource_id": f"p{number}", "source": LOADED, "title": f"Page {number}"}
            where = {"url": f"https://{LOADED}.example/{number}", "digest": "same", "compared_as": "same"}
            rows.append({**about, **where, "text": self._said(parts[n]), "signature": sketch.tobytes()})
        return rows, bands.reshape(-1, 3)

    def arrive(self, db: Session, kind: str, url: str, said: str, title: str) -> None:
        """A page comes as from a crawl and is compared; what is made from the template stays in its source."""
        submit(db, Submission(LOADED if kind.startswith("template") else ARRIVING, url, title, said))
        deduplicate.compare_next(db, 10)

    def arrivals(self, count: int) -> Iterator[tuple[str, str, str, str]]:
        """Kind, address, text and title of pages to come: new, a copy, new from the template, a copy of such a page."""
        for n in range(count):
            chance = np.random.default_rng((n, self.loaded))
            fresh, old = 10_000_000 + 10 * (self.loaded + n), int(chance.integers(0, self.loaded // 5)) * 5
            number = (fresh + 2, old + 2, fresh, old)[n % 4]
            words = self.text(number).split(" ")
            words[len(words) // 2] = f"changed{n}"
            kind = KINDS[n % 4]
            title = f"Page {number}" if "copy" in kind else f"New {number}"
            yield kind, f"https://other.example/again{n}at{self.loaded}/{number}", " ".join(words), title


def _all_bands(values: NDArray[np.uint32]) -> NDArray[np.int64]:
    """The bands of many pages; the first page's are checked against those the product makes."""
    rows = values.reshape(-1, BANDS, ROWS).astype(np.uint64)
    keys = np.broadcast_to(np.arange(BANDS, dtype=np.uint64) * _MIX[0], rows.shape[:2])
    for row in range(ROWS):
        keys = (keys ^ rows[:, :, row]) * _MIX[1]
        keys ^= keys >> np.uint64(29)
    assert (keys[0] == _bands(values[0])).all()
    return keys.view(np.int64)


def _put(connection: Connection, table: type[Base], rows: list[dict[str, Any]]) -> None:
    """Rows into a table, every other column as its default says, computed once."""
    shared = {c.name: _default(c) for c in table.__table__.columns if c.name not in rows[0] and not c.primary_key}
    wanted = {**shared, **rows[0]}
    names = ", ".join(wanted)
    statement = text(f"INSERT INTO {table.__tablename__} ({names}) VALUES ({', '.join(':' + n for n in wanted)})")
    typed = statement.bindparams(*(bindparam(n, type_=table.__table__.columns[n].type) for n in wanted))
    connection.execute(typed, [{**shared, **row} for row in rows])


def _default(column: Any) -> Any:
    made = column.default
    return None if made is None else made.arg(None) if callable(made.arg) else made.arg


def _put_bands(engine: Engine, bands: NDArray[Any]) -> None:
    """In the order of the table, with the second index made afterwards: minutes instead of an hour for 32 million."""
    order = np.lexsort((bands[:, 2], bands[:, 1], bands[:, 0]))
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_bands_article_id"))
        raw = connection.connection.driver_connection
        if engine.dialect.name == "sqlite":
            raw.execute("PRAGMA cache_size = -1000000")
            rows = (
                row for start in range(0, len(order), BATCH) for row in bands[order[start : start + BATCH]].tolist()
            )
            raw.executemany("INSERT INTO bands (band, rank, article_id) VALUES (?, ?, ?)", rows)
        else:
            with raw.cursor().copy("COPY bands (band, rank, article_id) FROM STDIN") as copy:
                for start in range(0, len(order), BATCH):
                    lines = "\n".join(f"{b}\t{r}\t{a}" for b, r, a in bands[order[start : start + BATCH]].tolist())
                    copy.write(lines + "\n")
            connection.execute(text("SELECT setval('articles_id_seq', (SELECT max(id) FROM articles))"))
        connection.execute(text("CREATE INDEX ix_bands_article_id ON bands (article_id)"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


@dataclass
class Work:
    """What was asked of the database: statements, and steps (SQLite: its machine's, in hundreds; PostgreSQL: rows)."""

    statements: int = 0
    steps: int = 0


@contextmanager
def watched(db: Session) -> Iterator[Work]:
    """Counts the work of everything done in a session, which must not commit meanwhile."""
    work, engine = Work(), db.get_bind()
    raw = db.connection().connection.driver_connection
    before = _rows_touched(db)

    def count(*_: object) -> None:
        work.statements += 1

    def step() -> int:
        work.steps += 1
        return 0

    event.listen(engine, "after_cursor_execute", count)
    if engine.dialect.name == "sqlite":
        raw.set_progress_handler(step, 100)  # type: ignore[union-attr]
    try:
        yield work
    finally:
        event.remove(engine, "after_cursor_execute", count)
        if engine.dialect.name == "sqlite":
            raw.set_progress_handler(None, 0)  # type: ignore[union-attr]
        else:
            work.steps = _rows_touched(db) - before


def _rows_touched(db: Session) -> int:
    """Rows PostgreSQL read for this transaction."""
    if db.get_bind().dialect.name == "sqlite":
        return 0
    counted = "SELECT sum(seq_tup_read + idx_tup_fetch) FROM pg_stat_xact_user_tables"
    return int(db.scalar(text(counted)) or 0)
