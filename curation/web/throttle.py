"""Slows down whoever tries passwords: failures are counted a name, an address and both together."""

import threading
import time
from collections import deque
from collections.abc import Callable

# Seconds a failure is remembered: long enough to make guessing useless, short enough to wait for; source unknown.
WINDOW = 300.0
# Failures within the window: a person mistypes a few times, an office behind one address more often, and one name
# tried from many addresses is an attack. Reason: own judgement; source unknown.
PAIR, ADDRESS, NAME = 5, 40, 50
# Names and addresses kept; past this the oldest are forgotten, so that an attack can't fill the memory.
KEPT = 20_000


class Throttle:
    """Counts failed sign-ins in this process; several processes each count their own."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: dict[tuple[str, str], deque[float]] = {}
        self._lock = threading.Lock()

    def wait(self, name: str, address: str) -> int:
        """Seconds until this name may be tried again from this address; 0 when it may now."""
        with self._lock:
            return max(self._remaining(key, most) for key, most in _keys(name, address))

    def failed(self, name: str, address: str) -> None:
        """Remember a wrong password."""
        with self._lock:
            for key, most in _keys(name, address):
                self._failures.setdefault(key, deque(maxlen=most)).append(self._clock())
            while len(self._failures) > KEPT:
                del self._failures[next(iter(self._failures))]

    def _remaining(self, key: tuple[str, str], most: int) -> int:
        times = self._failures.get(key, deque())
        while times and times[0] <= self._clock() - WINDOW:
            times.popleft()
        return int(times[0] + WINDOW - self._clock()) + 1 if len(times) >= most else 0


def _keys(name: str, address: str) -> tuple[tuple[tuple[str, str], int], ...]:
    """What is counted, and how many are too many."""
    name = name.strip().lower()[:200]
    return ((name, address), PAIR), (("", address), ADDRESS), ((name, ""), NAME)
