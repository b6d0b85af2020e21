"""The reading side of an embedded index: always the newest commit of the generation in use, whoever wrote it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tantivy import Index, Searcher

from search_config.embedded_folder import IndexFolder, translated
from search_config.embedded_query import prepared
from search_config.errors import IndexUnavailable, SearchError
from search_config.naming import REBUILD, schema_problem

# a generation may vanish between reading the pointer and opening it; twice in a row would take two rebuilds at once
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Opened:
    """A generation open for reading, as of the commit whose meta.json had this stamp."""

    name: str
    stamp: tuple[int, int, int]
    index: Index
    searcher: Searcher


class Reader:
    """Opens what the pointer names and opens it again when that changed; threads may share it."""

    def __init__(self, folder: IndexFolder) -> None:
        self._folder = folder
        self._opened: Opened | None = None
        self._opening = threading.Lock()

    def newest(self) -> Opened | None:
        """The newest commit of the generation in use; None before the first write."""
        with self._opening:
            for _ in range(ATTEMPTS):
                name = self._folder.current()
                if name is None:
                    return None
                if problem := schema_problem(name, self._folder.prefix):
                    raise SearchError(problem)
                try:
                    return self._open(name)
                except (FileNotFoundError, SearchError) as problem:
                    if self._folder.current() != name:
                        continue
                    if isinstance(problem, SearchError):
                        raise
                    raise SearchError(f"the index {name} at {self._folder.folder} is missing; {REBUILD}") from None
            raise IndexUnavailable(f"the index at {self._folder.folder} is being rebuilt over and over; try again")

    def _open(self, name: str) -> Opened:
        """The generation as of its last commit; FileNotFoundError where it went away."""
        path = self._folder.path(name)
        status = (path / "meta.json").stat()
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        held = self._opened
        if held is None or held.name != name:
            with self.explained(name):
                index = prepared(Index.open(str(path)))
        elif held.stamp == stamp:
            return held
        else:
            index = held.index
        with self.explained(name):
            index.reload()
            self._opened = Opened(name, stamp, index, index.searcher())
        return self._opened

    def close(self) -> None:
        """Let go of the files."""
        with self._opening:
            self._opened = None

    @contextmanager
    def explained(self, name: str) -> Iterator[None]:
        """Say what to do where the engine can't read its files."""
        with translated(
            lambda problem: SearchError(
                f"the index {name} at {self._folder.folder} can't be read ({problem}); {REBUILD}"
            )
        ):
            yield
