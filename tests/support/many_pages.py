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
from sqlalchemy import Engine, event, insert, text
from sqlalchemy.orm import Session

from curation.database import ArticleRow, ResourceRow, SourceRow
from curation.dedup.signature import _bands, _minhash, _shingles, signed_key, word_keys
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

    def parts(self, number: int) -> list[int]:
        """The sentences of a page, by number."""
        own = [int(n) for n in np.random.default_rng(number).integers(20, len(self.sentences), 9)]
        if number % 5 == 0:
            return [*range(8), own[0]]
        if number % 10 == 1:
            return [*range(8, 11), *own[:6]]
        return [*own[:8], 11]

    def text(self, number: int) -> str:
        return " ".join(self.sentences[n] for n in self.parts(number))

    def grow(self, size: int) -> None:
        """Put in pages until there are `size`."""
        bands: list[NDArray[Any]] = []
        with self.engine.begin() as connection:
            for start in range(self.loaded, size, BATCH):
                numbers = range(start, min(size, start + BATCH))
                rows, found = self._rows(numbers)
                connection.execute(insert(ResourceRow), [{"id": f"p{n}"} for n in numbers])
                connection.execute(insert(ArticleRow), rows)
                bands.append(found)
        self.loaded = size
        _put_bands(self.engine, np.concatenate(bands))

    def _rows(self, numbers: range) -> tuple[list[dict[str, Any]], NDArray[Any]]:
        parts = [self.parts(n) for n in numbers]
        values = self._hashes[np.array(parts)].min(axis=1)
        rows, bands = [], np.empty((len(numbers), 32, 3), np.int64)
        for n, number in enumerate(numbers):
            sketch = values[n].astype(np.uint8).tobytes()
            bands[n, :, 0] = _bands(values[n]).view(np.int64)
            bands[n, :, 1], bands[n, :, 2] = signed_key(sketch), number + 1
            about = {"id": number + 1, "resource_id": f"p{number}", "source": LOADED, "title": f"Page {number}"}
            where = {"url": f"https://{LOADED}.example/{number}", "digest": "same", "compared_as": "same"}
            said = " ".join(self.sentences[i] for i in parts[n])
            rows.append({**about, **where, "text": said, "signature": sketch})
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
