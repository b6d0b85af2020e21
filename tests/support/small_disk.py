"""A disk that is soon full: a small file system where we may mount one, else a bound on the size of files."""

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# Bytes. Room for the frontier of a small site, not for its pages.
ROOM = 512 * 1024


class SmallDisk:
    """A folder that takes ROOM bytes until more_room() is called."""

    def __init__(self, folder: Path, more_room: Callable[[], object]) -> None:
        self.folder, self.more_room = folder, more_room


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A disk for one test."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() == 0 and _mount(f"size={ROOM}", folder):
        yield SmallDisk(folder, lambda: _mount("remount,size=64m", folder))
        subprocess.run(["umount", folder], check=True)
        return
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, before[1]))
    yield SmallDisk(folder, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, before))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _mount(options: str, folder: Path) -> bool:
    return subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], capture_output=True).returncode == 0
