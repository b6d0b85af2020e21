"""The lines of a file, packed or not, also of one that is still being written."""

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

# Bytes read at once, of a packed file the lines of some ten pages.
CHUNK = 65_536
_GZIP = zlib.MAX_WBITS | 16

More = Callable[[], bool]


def never() -> bool:
    """Nobody writes on."""
    return False


def lines_of(path: Path, more: More = never) -> Iterator[bytes]:
    """The lines of a file that are at their end; at the file's end `more` waits, and says whether to look again.

    Raises:
        OSError: the file can't be read; one that is packed is damaged, or ends too early though nobody writes on.
    """
    begun: list[bytes] = []
    with path.open("rb") as file:
        for part in _unpacked(file, more, path) if ".gz" in path.suffixes else _read(file, more):
            first, *others = part.split(b"\n")
            begun.append(first)
            for other in others:
                yield b"".join(begun)
                begun = [other]
    if more is never and (rest := b"".join(begun)):
        yield rest


def _read(file: IO[bytes], more: More) -> Iterator[bytes]:
    while (part := file.read(CHUNK)) or more():
        yield part


def _unpacked(file: IO[bytes], more: More, path: Path) -> Iterator[bytes]:
    """What a row of gzip members holds, one after the other."""
    member, inside = zlib.decompressobj(_GZIP), False
    for packed in _read(file, more):
        while packed:
            try:
                yield member.decompress(packed)
            except zlib.error as error:
                raise OSError(f"{path} is damaged ({error})") from error
            packed, inside = member.unused_data, not member.eof
            if member.eof:
                member = zlib.decompressobj(_GZIP)
    if inside and more is never:
        raise OSError(f"{path} ends in the middle of a page")
