"""Processes as the kernel sees them: how much memory a command and its children took, and who was left behind."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# Seconds between two looks at the memory; peaks of the steps last longer.
LOOK = 0.05


@dataclass(frozen=True)
class Measured:
    """A finished command: its exit code, output, time and the most memory it and its children held at once."""

    code: int
    out: str
    err: str
    seconds: float
    peak_mb: float


def measured(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Measured:
    """Run a command to its end and watch its memory (resident, summed over the children, so shared pages twice)."""
    begun, peak = time.monotonic(), 0
    with (folder / "out").open("w+") as out, (folder / "err").open("w+") as err:
        child = subprocess.Popen(command, cwd=folder, env=dict(environment), stdout=out, stderr=err)
        while child.poll() is None:
            peak = max(peak, sum(_resident(pid) for pid in (child.pid, *descendants(child.pid))))
            time.sleep(LOOK)
        seconds = time.monotonic() - begun
        out.seek(0)
        err.seek(0)
        return Measured(child.returncode, out.read(), err.read(), seconds, peak / 2**20)


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def descendants(pid: int) -> list[int]:
    """Children of a process, their children, and so on."""
    found = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return [*found, *(grandchild for child in found for grandchild in descendants(child))]


def alive(pid: int) -> bool:
    """Whether a process still runs; one that ended and was not asked for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def words_of(pid: int) -> str:
    """The command line of a process."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def left_behind(pids: Sequence[int], patience: float = 15.0) -> list[str]:
    """The command lines of those that still run after so many seconds."""
    until = time.monotonic() + patience
    while (still := [pid for pid in pids if alive(pid)]) and time.monotonic() < until:
        time.sleep(0.1)
    return [words_of(pid) for pid in still]
