"""Text: one page as the folding sees it, its words, and the relation it can have to another."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

import numpy as np

Kind = Literal["copy", "revision", "supersedes", "contains", "sibling", "translation", "none"]

FOLDED: frozenset[Kind] = frozenset({"copy", "revision"})
"""The kinds that make one resource of two pages; all others only link or group them."""

# Every ASCII character that is no letter, digit or underscore becomes a blank: twice as fast as a regular expression.
_ASCII_WORDS = bytes(c if c > 127 or chr(c).isalnum() or c == ord("_") else ord(" ") for c in range(256))
_OTHER_SEPARATORS = re.compile(r"\W+")
# Scripts written without blanks: each character counts as a word, or one edit would change a whole line.
_UNSPACED = re.compile(r"([\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")


@dataclass(frozen=True, slots=True)
class Text:
    """A page to be compared. `published` is ISO 8601, `inbound` counts links from other pages, `rating` is 1 to 5;
    `source` None means unknown: then similarity alone decides."""

    id: str
    title: str
    text: str
    source: str | None = None
    url: str = ""
    published: str | None = None
    inbound: int = 0
    rating: float | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """How two pages relate. `similarity` is 2*LCS/(n+m) over their words, 0 where it is too low to have been measured;
    `lead` is the id of the page that contains or supersedes the other, None for the kinds without a direction."""

    kind: Kind
    similarity: float
    why: str
    lead: str | None = None


def cased_words(text: str) -> list[str]:
    """The words as written."""
    return _blanked(text).decode("utf-8", "surrogatepass").split()


def words(text: str) -> list[str]:
    r"""The words that are compared: lower case, `\w+`; case and punctuation make no difference between copies.
    A text without any (only emoji) gives its visible characters instead."""
    return spaced_words(text).decode("utf-8", "surrogatepass").split()


def spaced_words(text: str) -> bytes:
    """The same words as UTF-8 (lone surrogates let through), with blanks between them."""
    found = _blanked(text.lower())
    return found if not found.isspace() else " ".join("".join(text.split())).encode("utf-8", "surrogatepass")


def path_of(url: str) -> str:
    """The path of an address; one that can't be read (`http://[`) has none."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _blanked(text: str) -> bytes:
    """The text as UTF-8 with a blank for everything that is no word."""
    if text.isascii():
        return text.encode("ascii").translate(_ASCII_WORDS)
    raw = unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")
    return b"".join(_separated_spans(raw)).translate(_ASCII_WORDS)


def _separated_spans(raw: bytes) -> Iterator[bytes]:
    """The text in pieces, all that is not ASCII separated. Found by numpy, ten times faster than by an expression, and
    looked at once: most of it is a few quotes and dashes, met again and again."""
    other = np.frombuffer(raw, np.uint8) > 127
    done = 0
    for start, end in (np.flatnonzero(np.diff(other, prepend=False, append=False)).reshape(-1, 2)).tolist():
        yield raw[done:start]
        yield _separated(raw[start:end])
        done = end
    yield raw[done:]


@lru_cache(maxsize=4096)
def _separated(span: bytes) -> bytes:
    other = _OTHER_SEPARATORS.sub(" ", span.decode("utf-8", "surrogatepass"))
    return _UNSPACED.sub(r" \1 ", other).encode("utf-8", "surrogatepass")
