"""Signature: 128 MinHash values of a text, as 32 band keys to look copies up by and a sketch to estimate with."""

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from curation.dedup.text import Text, path_of, spaced_words

BANDS, ROWS = 32, 4
"""Pairs sharing half of their 3-word shingles meet in a band with 1-(1-.5**4)**32 = 87 %, at .7 with over 99.9 %.
On 3,269 real pages 99.9 % of the pairs with similarity >= .80 met (quality test); 5-word shingles at the text-book
threshold of .8 find 65 % (measured, research on 11,421 pages)."""

SHINGLE = 3
"""Words in a shingle: with 5 one changed word spoils five shingles, and 2 % more copies are missed (same research)."""

_CHUNK = 1024  # shingles at a time: 128 values of 4 bytes each, 512 KB, stay in a core's cache.
_PIECE = 200_000  # bytes hashed at a time: about 8 MB of temporary arrays.
_LETTERS = 64  # places in a word with numbers of their own, a power of 2; a longer word uses them again.
_U64 = np.uint64
_MIX = tuple(_U64(m) for m in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xBF58476D1CE4E5B9))
_LANGUAGE = re.compile(
    r"(?<=[/._-])(?:ar|cs|da|de|el|en|es|fi|fr|he|hi|hu|it|ja|ko|nl|no|pl|pt|ru|sv|tr|uk|zh)(?=[/.]|$)"
)


@dataclass(frozen=True, slots=True)
class Signature:
    """`bands` are signed 64-bit database keys (none for an empty text), `sketch` 128 bytes, one a MinHash value."""

    bands: tuple[int, ...]
    sketch: bytes
    words: int

    @property
    def rank(self) -> int:
        """A signed 64-bit key of the whole sketch: where the page stands among those that share a band."""
        return signed_key(self.sketch)


def key_of(text: str) -> int:
    """An unsigned 64-bit key of any string, lone surrogates included."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def signed_key(data: bytes) -> int:
    """A signed 64-bit key of any bytes: what a database's largest whole number holds."""
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little", signed=True)


def word_keys(text: str) -> NDArray[np.uint64]:
    """The words of a text as 64-bit hashes, in order: what signatures and similarity are computed from."""
    raw = b" " + spaced_words(text)  # every piece begins with a blank
    parts, start = [np.empty(0, np.uint64)], 0
    while start < len(raw):
        end = raw.find(b" ", start + _PIECE) if start + _PIECE < len(raw) else -1
        end = len(raw) if end < 0 else end
        parts.append(_hashed(np.frombuffer(raw, np.uint8, end - start, start)))
        start = end
    return np.concatenate(parts)


def _hashed(raw: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Tabulation hashing (Zobrist 1970): a random number for each letter at each place in a word, added up. All words
    at once, four times faster than a dictionary of words, and the same in every process and version."""
    letters = raw != ord(" ")
    starts = np.flatnonzero(letters[1:] > letters[:-1]) + 1
    if not len(starts):
        return np.empty(0, np.uint64)
    ends = np.append(starts[1:], len(raw))
    places = np.arange(starts[0], len(raw)).astype(np.uint16)  # less a word's first place: overflow cancels out
    places -= np.repeat(starts.astype(np.uint16), ends - starts)
    places &= np.uint16(_LETTERS - 1)
    places <<= np.uint16(8)
    places |= raw[starts[0] :]
    sums: NDArray[np.uint64] = _table().take(places).cumsum()[ends - starts[0] - 1]
    sums[1:] -= sums[:-1].copy()
    return sums


@lru_cache(maxsize=1)
def _table() -> NDArray[np.uint64]:
    numbers = (
        np.frombuffer(hashlib.shake_256(b"letters").digest(_LETTERS * 256 * 8), "<u8").reshape(_LETTERS, 256).copy()
    )
    numbers[:, ord(" ")] = 0
    return numbers.ravel()


def signature(text: Text) -> Signature:
    """Bands, sketch and word count of a page. A page with a language in its address has one band more, so that
    its translations are looked up too; an empty page has none and meets nobody."""
    keys = word_keys(text.text)
    return signature_of(keys, text.url)


def signature_of(keys: NDArray[np.uint64], url: str = "") -> Signature:
    """The signature of words hashed before (`word_keys`)."""
    bands: tuple[int, ...] = ()
    sketch = b""
    if len(keys):
        values = _minhash(_shingles(keys))
        sketch = values.astype(np.uint8).tobytes()
        bands = tuple(_bands(values).view(np.int64).tolist())
    neutral = without_language(url)
    if neutral != url:
        bands += (int(np.uint64(key_of("language:" + neutral)).view(np.int64)),)
    return Signature(bands, sketch, len(keys))


def estimate(a: bytes, b: bytes) -> float:
    """The share of common shingles two sketches promise, 0 to 1; its standard error is at most .045."""
    if not a or not b:
        return 0.0
    return float((np.frombuffer(a, np.uint8) == np.frombuffer(b, np.uint8)).mean())


def without_language(url: str) -> str:
    """The address with its language taken out, so that `/en/start` and `/de/start` meet."""
    path = path_of(url)
    return url.replace(path, _LANGUAGE.sub("*", path, count=1), 1) if path else url


def _shingles(keys: NDArray[np.uint64]) -> NDArray[np.uint32]:
    if len(keys) >= SHINGLE:
        keys = ((keys[:-2] * _MIX[0]) ^ (keys[1:-1] >> _U64(7))) * _MIX[1] + keys[2:]
    keys = keys ^ (keys >> _U64(29))
    keys = keys * _MIX[2]
    return (keys ^ (keys >> _U64(32))).astype(np.uint32)


def _minhash(shingles: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Multiply-shift hashing: 128 odd multipliers, the least product of each (Broder 1997; Dietzfelbinger 1997)."""
    least = np.full(BANDS * ROWS, np.iinfo(np.uint32).max, np.uint32)
    for start in range(0, len(shingles), _CHUNK):
        products = _multipliers()[:, None] * shingles[None, start : start + _CHUNK]
        np.minimum(least, products.min(axis=1), out=least)
    return least


@lru_cache(maxsize=1)
def _multipliers() -> NDArray[np.uint32]:
    digests = (hashlib.blake2b(bytes([n]), digest_size=4).digest() for n in range(BANDS * ROWS))
    return np.array([int.from_bytes(d, "little") | 1 for d in digests], np.uint32)


def _bands(values: NDArray[np.uint32]) -> NDArray[np.uint64]:
    rows = values.reshape(BANDS, ROWS).astype(np.uint64)
    keys = np.arange(BANDS, dtype=np.uint64) * _MIX[0]
    for row in range(ROWS):
        keys = (keys ^ rows[:, row]) * _MIX[1]
        keys ^= keys >> _U64(29)
    return keys
