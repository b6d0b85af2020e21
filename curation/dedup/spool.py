"""Spool: texts put aside in a temporary file, so that memory does not grow with what is folded."""

import json
import tempfile
from array import array
from collections import OrderedDict
from dataclasses import astuple
from types import TracebackType

from curation.dedup.compare import Prepared
from curation.dedup.text import Text

KEPT = 64_000_000
"""Bytes of texts kept prepared between comparisons, about 10,000 pages; one larger than this is still served."""


class Spool:
    """Append texts, read them back by number. The file has no name and is gone when this closes, or dies."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="commonplace-dedup-")  # noqa: SIM115 (closed in __exit__)
        self._ends = array("q", [0])
        self._kept: OrderedDict[int, tuple[Prepared, int]] = OrderedDict()
        self._size = 0

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, text: Text) -> None:
        """Put a text aside; a full disk raises OSError."""
        line = json.dumps(astuple(text)).encode()
        self._file.write(line)
        self._ends.append(self._ends[-1] + len(line))

    def text(self, number: int) -> Text:
        """The text that was appended as the `number`th, from 0."""
        start, end = self._ends[number], self._ends[number + 1]
        self._file.seek(start)
        return Text(*json.loads(self._file.read(end - start)))

    def prepared(self, number: int) -> Prepared:
        """The same with its words hashed once while it is kept."""
        if number in self._kept:
            self._kept.move_to_end(number)
            return self._kept[number][0]
        size = 4 * (self._ends[number + 1] - self._ends[number])
        self._kept[number] = (Prepared(self.text(number)), size)
        self._size += size
        while self._size > KEPT and len(self._kept) > 2:
            self._size -= self._kept.popitem(last=False)[1][1]
        return self._kept[number][0]

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
