"""Where an embedded index lives: generations side by side, a pointer to the one in use, a lock for the one writer."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from search_config.errors import IndexUnavailable, SearchError
from search_config.naming import checked_prefix, new_name, own_names
from search_config.tuning import tuning


class IndexFolder:
    """The generations of one index under a folder; nothing is created before something is written."""

    def __init__(self, folder: Path, prefix: str) -> None:
        self.folder = folder
        self.prefix = checked_prefix(prefix)
        self._pointer = folder / f"{prefix}-current"

    def current(self) -> str | None:
        """The generation in use, None before the first write."""
        try:
            name = self._pointer.read_text(encoding="utf-8", errors="replace").strip()
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise SearchError(f"the index at {self.folder} can't be read: {problem}") from problem
        # whatever else stands in the file must not lead out of the folder
        return name if own_names(self.prefix).fullmatch(name) else f"{self.prefix}-unreadable"

    def path(self, name: str) -> Path:
        """Where a generation lies."""
        return self.folder / name

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the one writer over all processes; IndexUnavailable where another one stays longer than a batch takes."""
        seconds = lock_seconds()
        lock = FileLock(self.folder / f"{self.prefix}-write.lock")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=seconds)
        except Timeout:
            raise IndexUnavailable(
                f"another process has been writing to the index at {self.folder} for over {seconds} s (a rebuild?); "
                "wait for it and try again: nothing is lost"
            ) from None
        except OSError as problem:
            raise IndexUnavailable(
                f"the index at {self.folder} can't be written: {problem}; check the folder"
            ) from problem
        try:
            yield
        finally:
            lock.release()

    def create(self) -> str:
        """An empty folder for a new generation."""
        name = new_name(self.prefix)
        self.path(name).mkdir(parents=True)
        return name

    def use(self, name: str) -> None:
        """Point to this generation, in one step that survives a power cut, and drop all others."""
        beside = self._pointer.with_suffix(".new")
        with beside.open("w", encoding="utf-8") as file:
            file.write(name)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._pointer)
        for other in self.folder.iterdir():
            if other.name != name and own_names(self.prefix).fullmatch(other.name):
                self.drop(other.name)

    def drop(self, name: str) -> None:
        """Remove a generation; what can't be removed now goes with the next rebuild."""
        shutil.rmtree(self.path(name), ignore_errors=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Say what to do where the engine can't write its files."""
        with translated(
            lambda problem: IndexUnavailable(
                f"the index at {self.folder} can't be written ({problem}); "
                "check free space and permissions and try again"
            )
        ):
            yield


def lock_seconds() -> float:
    """How long a writer waits for another one."""
    return tuning().limit("lock_seconds")


@contextmanager
def translated(error: Callable[[BaseException], SearchError]) -> Iterator[None]:
    """Turn what the engine raises into an error of ours; a Rust panic derives from BaseException alone."""
    try:
        yield
    except (ValueError, OSError) as problem:
        raise error(problem) from problem
    except BaseException as problem:
        if type(problem).__name__ != "PanicException":
            raise
        raise error(problem) from problem
