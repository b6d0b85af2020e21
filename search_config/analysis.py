"""How text becomes words, the same for documents and queries and so the same on both engines."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import Stemmer  # type: ignore[import-not-found]  # a compiled module without type stubs

from search_config.tuning import tuning

# Chinese and Japanese are written without spaces: each sign is a word, the phrase clause brings them together again
UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORD = rf"[^\W_{UNSPACED}]+(?:['’](?i:s|t|re|ve|ll|d|m)(?![^\W_]))?"
# control characters, soft hyphens, zero-width spaces and bidirectional overrides: nothing a reader sees
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


class Token(NamedTuple):
    """A word where it stands: the characters from `start` to `end`, as the index knows it."""

    start: int
    end: int
    term: str


def clean(text: str) -> str:
    """The text without what no engine takes (lone surrogates, NUL) and no reader sees, in Unicode's NFC."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    return UNSEEN.sub("", text)


def fold(text: str) -> str:
    """Lower case without accents: "Café" and "cafe" are the same."""
    text = text.casefold()
    if text.isascii():
        return text
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return plain.translate(_folds())


def terms(text: str) -> list[str]:
    """The words of a cleaned text as the index knows them, in order."""
    return [term(word) for word in _pattern().findall(text)]


def tokens(text: str) -> Iterator[Token]:
    """The same with their places."""
    for found in _pattern().finditer(text):
        yield Token(found.start(), found.end(), term(found[0]))


def places(text: str, wanted: frozenset[str]) -> list[Token]:
    """Where the wanted terms stand; looks at every word of every hit, so it makes no token it does not return."""
    found = _pattern().finditer(text)
    return [Token(*match.span(), said) for match in found if (said := term(match[0])) in wanted]


# vocabulary of a large library; a miss costs a microsecond
@lru_cache(maxsize=1 << 18)
def term(word: str) -> str:
    """One word folded, cut to the longest length, and stemmed."""
    analysis = tuning().analysis
    folded = "".join(fold(word).replace("’", "'").split())[: analysis.longest_word]
    if folded in analysis.technical_tokens:
        return folded
    return str(_stemmer().stemWord(folded)) or word


def is_stop_word(word: str) -> bool:
    """Whether a query can do without it."""
    return fold(word) in tuning().analysis.stop_words


@cache
def _stemmer() -> Stemmer.Stemmer:
    # our own cache above is larger than its one
    return Stemmer.Stemmer(tuning().analysis.stemmer, 0)


@cache
def _folds() -> dict[int, str]:
    return str.maketrans(dict(tuning().analysis.folds))


@cache
def _pattern() -> re.Pattern[str]:
    technical = "|".join(
        re.escape(token) for token in sorted(tuning().analysis.technical_tokens, key=len, reverse=True)
    )
    return re.compile(rf"(?<![^\W_])(?i:{technical})(?![^\W\d_])|[{UNSPACED}]|{WORD}")
