"""What a crawl still has to ask, has asked and knows, in a file that survives the process: the frontier.

Everything since the last checkpoint is one open transaction, so the file always holds the crawl as it was at a
checkpoint: what waits, what was under way, which addresses were seen, and how long the pages file was at that moment.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from crawlers.errors import CrawlError
from crawlers.states import packed, unpacked

# Seconds to wait for a crawl that lost its parent and has not ended yet; it looks for it twice a second.
PATIENCE = 15.0
# Addresses remembered in memory beside the file. Reason: pages of a site share most of their links; one MiB or so.
RECENT = 8192
# Changes whenever the tables or what is kept in them change, so that an old file is begun anew, never misread.
FORM = 1
# WAL with NORMAL: a power cut may take back the last checkpoints, never tear one, and the pages file is on the disk
# before the checkpoint that counts on it; so nothing is lost but some seconds' work. EXCLUSIVE: one crawl at a time.
BEGIN = """
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS waiting (host TEXT, number INTEGER, url TEXT, method TEXT, arguments TEXT, trail TEXT,
                                    PRIMARY KEY (host, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS under_way (number INTEGER PRIMARY KEY, url TEXT, method TEXT, arguments TEXT, trail TEXT);
CREATE TABLE IF NOT EXISTS seen (name INTEGER PRIMARY KEY);
"""


@dataclass(slots=True)
class Asked:
    """One thing to ask: the address, the spider's method for the answer, the method's arguments (plain JSON).

    `trail` is what happened to it before: the redirects it came by, how often it was tried or ended the crawl.
    """

    url: str
    method: str
    arguments: dict[str, Any] = field(default_factory=dict)
    trail: dict[str, Any] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """Whom it is asked of: politeness is counted by host."""
        return urlsplit(self.url).netloc


class Row(NamedTuple):
    """An Asked as it lies in the file."""

    host: str
    number: int
    url: str
    method: str
    arguments: str
    trail: str


class Store:
    """One crawl's file. It commits only in checkpoint().

    Raises:
        OSError: from any method, when the disk takes no more.
        CrawlError: another crawl works in the same folder.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._db = sqlite3.connect(path or ":memory:", timeout=PATIENCE, isolation_level=None)
        try:
            self._db.executescript(BEGIN)
        except sqlite3.DatabaseError as error:
            self._db.close()
            if "locked" in str(error):
                raise CrawlError(f"Another crawl works in {path}. Wait until it has ended.") from error
            if isinstance(error, sqlite3.OperationalError):
                raise OSError(f"{path}: {error}") from error
            raise

    def run(self, statement: str, values: Collection[Any] = ()) -> sqlite3.Cursor:
        """Carry out one statement."""
        try:
            return self._db.execute(statement, tuple(values))
        except sqlite3.OperationalError as error:
            raise OSError(f"{self.path}: {error}") from error

    def get(self, name: str) -> Any:
        """A value kept under a name, or None."""
        row = self.run("SELECT value FROM kept WHERE name = ?", (name,)).fetchone()
        return unpacked(json.loads(row[0])) if row else None

    def put(self, name: str, value: Any) -> None:
        """Keep a value (crawlers.states says which can be kept)."""
        text = json.dumps(packed(value, name), ensure_ascii=True)
        self.run("INSERT INTO kept VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, text))

    def checkpoint(self) -> None:
        """Make everything so far durable, all of it or nothing."""
        self.run("COMMIT")
        self.run("BEGIN IMMEDIATE")

    def empty(self) -> None:
        """Begin anew."""
        for table in ("kept", "waiting", "under_way", "seen"):
            self.run(f"DELETE FROM {table}")  # noqa: S608 - our own names

    def close(self) -> None:
        """Let the file go as it was at the last checkpoint."""
        with suppress(sqlite3.OperationalError):
            self._db.execute("ROLLBACK")
        self._db.close()


def opened(path: Path) -> Store:
    """The store at a path; one that can't be read is begun anew."""
    try:
        return Store(path)
    except sqlite3.DatabaseError:
        drop(path)
        return Store(path)


def drop(path: Path) -> None:
    """Remove a store."""
    for end in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + end).unlink(missing_ok=True)


class Seen:
    """The addresses that were asked, or will be: a set in the file, by a 64-bit name of each (BLAKE2b).

    Two of 10 million addresses share a name with a chance of about 1 to 400,000.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._recent: dict[str, None] = {}
        self._count = int(store.run("SELECT count(*) FROM seen").fetchone()[0])

    def __len__(self) -> int:
        return self._count

    def __contains__(self, url: object) -> bool:
        if url in self._recent:
            return True
        name = _name(str(url))
        if self._store.run("SELECT 1 FROM seen WHERE name = ?", (name,)).fetchone() is None:
            return False
        self._remember(str(url))
        return True

    def add(self, url: str) -> None:
        """Put one in; again is no harm."""
        if url not in self._recent:
            self._count += self._store.run("INSERT OR IGNORE INTO seen VALUES (?)", (_name(url),)).rowcount
            self._remember(url)

    def update(self, urls: Iterable[str]) -> None:
        """Put several in."""
        for url in urls:
            self.add(url)

    def _remember(self, url: str) -> None:
        if len(self._recent) >= RECENT:
            self._recent.clear()
        self._recent[url] = None


def _name(url: str) -> int:
    return int.from_bytes(blake2b(url.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)


class Frontier:
    """What waits to be asked, first in first out, one queue a host; and what is under way.

    Arguments go through JSON on their way (tuples come back as lists), resumed or not, so both runs see the same.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.under_way: dict[int, Asked] = {}
        self.hosts = Counter(dict(store.run("SELECT host, count(*) FROM waiting GROUP BY host").fetchall()))
        first, last = store.run("SELECT min(number), max(number) FROM waiting").fetchone()
        self._first, self._last = first or 0, last or 0

    def __len__(self) -> int:
        return self.hosts.total()

    def append(self, asked: tuple[str, str, dict[str, Any]]) -> None:
        """Put (address, method, arguments) at the end."""
        self._last += 1
        self._put(Asked(*asked), self._last)

    def appendleft(self, asked: tuple[str, str, dict[str, Any]]) -> None:
        """Put (address, method, arguments) before all others."""
        self._first -= 1
        self._put(Asked(*asked), self._first)

    def give_back(self, number: int) -> None:
        """Let something under way wait again, where it stood."""
        self._put(self.under_way.pop(number), number)

    def _put(self, asked: Asked, number: int) -> None:
        row = Row(asked.host, number, asked.url, asked.method, json.dumps(asked.arguments), json.dumps(asked.trail))
        self._store.run("INSERT INTO waiting VALUES (?, ?, ?, ?, ?, ?)", row)
        self.hosts[asked.host] += 1

    def take(self, willing: Callable[[str], bool] = lambda host: True) -> tuple[int, Asked] | None:
        """The first that waits of the hosts that may be asked now; from here on it is under way."""
        best: tuple[int, str] | None = None
        for host in [host for host in self.hosts if willing(host)]:
            found = self._store.run("SELECT min(number) FROM waiting WHERE host = ?", (host,)).fetchone()[0]
            best = (found, host) if best is None or found < best[0] else best
        if best is None:
            return None
        number, host = best
        row = Row(*self._store.run("SELECT * FROM waiting WHERE host = ? AND number = ?", (host, number)).fetchone())
        self._store.run("DELETE FROM waiting WHERE host = ? AND number = ?", (host, number))
        self.hosts[host] -= 1
        if not self.hosts[host]:
            del self.hosts[host]
        asked = Asked(row.url, row.method, json.loads(row.arguments), json.loads(row.trail))
        self.under_way[number] = asked
        return number, asked

    def keep(self) -> None:
        """Write down what is under way, for a checkpoint."""
        self._store.run("DELETE FROM under_way")
        for number, asked in self.under_way.items():
            row = (number, asked.url, asked.method, json.dumps(asked.arguments), json.dumps(asked.trail))
            self._store.run("INSERT INTO under_way VALUES (?, ?, ?, ?, ?)", row)

    def take_up(self) -> Iterator[tuple[int, Asked]]:
        """What was under way at the last checkpoint; the caller gives back what is to be asked again."""
        rows = self._store.run("SELECT number, url, method, arguments, trail FROM under_way").fetchall()
        for number, url, method, arguments, trail in rows:
            asked = Asked(url, method, json.loads(arguments), json.loads(trail))
            self.under_way[number] = asked
            self._first, self._last = min(self._first, number), max(self._last, number)
            yield number, asked


def frontier_of(out: Path) -> Path:
    """Where the frontier of the crawl into a file lies. It is there as long as the crawl has not come to its end."""
    return out.with_name("frontier.db")
