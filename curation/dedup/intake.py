"""Intake: pages read once, put on disk, and reduced to one row for all that are word for word the same."""

import hashlib
from array import array
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from curation.dedup.candidates import Candidates
from curation.dedup.names import Names
from curation.dedup.signature import signature_of, word_keys
from curation.dedup.spool import Spool
from curation.dedup.text import Text


class Intake:
    """`ids` in the order read, the spool with their texts, and twins: pages that are certainly one, which need no
    comparison. A row stands for a page and its twins; the one with the least id speaks for them."""

    def __init__(self, records: Iterable[Text], spool: Spool) -> None:
        self.spool = spool
        self.ids: list[str] = []
        self.rows = array("I")
        self.speakers = array("I")
        self.candidates = Candidates()
        seen: dict[int, int] = {}
        for text in records:
            self._take(text, seen)

    def _take(self, text: Text, seen: dict[int, int]) -> None:
        number = len(self.ids)
        self.ids.append(text.id)
        keys = word_keys(text.text)
        self.spool.append(text, keys)
        twin = twin_key(text, keys)
        row = seen.setdefault(twin, len(self.speakers)) if len(keys) else len(self.speakers)
        self.rows.append(row)
        if row == len(self.speakers):
            self.speakers.append(number)
            self.candidates.add(row, twin, signature_of(keys, text.url))
        elif text.id < self.ids[self.speakers[row]]:
            self.speakers[row] = number

    def twins(self) -> list[NDArray[np.int64]]:
        """The pages of every row."""
        rows = np.frombuffer(self.rows, np.uint32)
        order = np.argsort(rows, kind="stable")
        return np.split(order, np.flatnonzero(np.diff(rows[order])) + 1) if len(order) else []


def twin_key(text: Text, keys: NDArray[np.uint64]) -> int:
    """A key that two pages share when they are copies beyond doubt: the same words and, with a source, all that could
    make them siblings or versions of each other. Titles count: equal stubs under two titles are two pages."""
    digest = hashlib.blake2b(keys.tobytes(), digest_size=8)
    if text.source is not None:
        digest.update(f"{text.source}\n{text.title}\n{Names(text).path}".encode("utf-8", "surrogatepass"))
    return int.from_bytes(digest.digest(), "little")
