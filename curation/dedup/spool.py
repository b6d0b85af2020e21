"""Spool: texts put aside in a temporary file, so that memory does not grow with what is folded."""

import marshal
import tempfile
from array import array
from collections import OrderedDict
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from curation.dedup.compare import Prepared
from curation.dedup.text import Text

KEPT = 64_000_000
"""Bytes of pages kept ready between comparisons, about 5,000; one larger than this is still served."""


class Spool:
    """Append pages, read them back by number: the hashes of their words (8 bytes each, so that no page is split into
    words twice) and the rest. The file has no name and is gone when this closes, or its process dies."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="commonplace-dedup-")  # noqa: SIM115 (closed in __exit__)
        self._ends = array("q", [0])
        self._kept: OrderedDict[int, Prepared] = OrderedDict()
        self._size = 0

    def __len__(self) -> int:
        return len(self._ends) // 2

    def append(self, text: Text, keys: NDArray[np.uint64]) -> None:
        """Put a page aside; a full disk raises OSError."""
        about = (text.id, text.title, text.text, text.source, text.url, text.published, text.inbound, text.rating)
        for part in (keys.tobytes(), marshal.dumps(about)):
            self._file.write(part)
            self._ends.append(self._ends[-1] + len(part))

    def text(self, number: int) -> Text:
        """The page that was appended as the `number`th, from 0."""
        return Text(*marshal.loads(self._part(2 * number + 1)))  # noqa: S302 (written above, by this process)

    def prepared(self, number: int) -> Prepared:
        """The same with the hashes of its words."""
        if number in self._kept:
            self._kept.move_to_end(number)
            return self._kept[number]
        page = Prepared(self.text(number), np.frombuffer(self._part(2 * number), np.uint64))
        self._kept[number] = page
        self._size += self._weight(number)
        while self._size > KEPT and len(self._kept) > 2:
            self._size -= self._weight(self._kept.popitem(last=False)[0])
        return page

    def _weight(self, number: int) -> int:
        return 2 * (self._ends[2 * number + 2] - self._ends[2 * number])

    def _part(self, part: int) -> bytes:
        self._file.seek(self._ends[part])
        return self._file.read(self._ends[part + 1] - self._ends[part])

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
