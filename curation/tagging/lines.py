"""Files of lines as people have them, packed with gzip or not."""

import gzip
import zlib
from pathlib import Path
from typing import IO

# What reading such a file may raise: it is not there, or packed and damaged or cut short.
UNREADABLE = (OSError, EOFError, zlib.error)


def open_lines(path: Path) -> IO[bytes]:
    """A file's bytes, through gzip where its name ends in .gz; opening and reading raise one of `UNREADABLE`."""
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]
