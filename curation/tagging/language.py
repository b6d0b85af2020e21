"""Words of a text and their stems, language by language, on the tokenizer alone."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from curation.tagging.function_words import ALL_STOP, STOP
from curation.tagging.lemmas import lemmatiser

# A word is a run of letters and digits with its combining marks; C++ and C# are words of their own.
WORD = re.compile(r"([^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*(?:\+\+|#(?!\w))?)")

# Characters of a document that are read. 200,000 is about 30,000 words, four times the longest
# of 2,761 real posts and handbook pages (44,637); beyond it only time grows. Source: measured.
MAX_CHARACTERS = 200_000

# Letters of a word that is stemmed; longer runs are data or scripts without spaces. Source: unknown, a round number.
MAX_WORD = 60

# Surface forms remembered per language, so that each is stemmed once. Source: a round number, some tens of MB.
CACHE = 200_000

# Characters a language is guessed from, words below which it is not, and words from which it may be one that the
# vocabulary has no labels in. Source: 2,269 of 2,272 posts of two English blogs (three
# are Spanish or nearly so) are told from so many, all of them from 8 words among three languages.
GUESSED, FEWEST, PLENTY = 1500, 4, 20

SNOWBALL = {"en": "english", "fi": "finnish", "de": "german", "fr": "french", "es": "spanish", "sv": "swedish",
            "it": "italian", "nl": "dutch", "pt": "portuguese", "da": "danish", "no": "norwegian"}  # fmt: skip

# Endings by which two English words of one stem may differ and still be the same word inflected: "policies" is
# "policy", but "university" is not "universe" and "organ" not "organization". Source: English inflection.
ENGLISH_ENDINGS = frozenset({"", "s", "es", "e", "ed", "d", "ing", "y", "ies", "ied", "ying"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as words: surface forms, where they start (and, last, where the text ends), their stems and the stems'
    hashes of 32 bits, 0 for function words."""

    text: str
    words: list[str]
    starts: list[int]
    stems: list[str]
    hashes: NDArray[np.int64]

    def end(self, index: int) -> int:
        """The offset after a word."""
        return self.starts[index] + len(self.words[index])


class Analyser:
    """Reads texts of one language (ISO 639-1): words by their dictionary form, by their stem where no dictionary has
    them; a language with neither keeps its words as they are."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.stop = STOP.get(language, ALL_STOP)
        self._stemmer, self._lemma = _stemmer(language), lemmatiser(language)
        self._stems: dict[str, str] = {}
        self._hashes: dict[str, int] = {}

    @property
    def has_dictionary(self) -> bool:
        """Whether words are brought to their dictionary form."""
        return self._lemma is not None

    def read(self, text: str) -> Reading:
        """The words of a text, in order."""
        parts = WORD.split(text)
        ends = list(accumulate(map(len, parts)))
        words = parts[1::2]
        if len(self._stems) > CACHE:
            self._stems.clear()
            self._hashes.clear()
        try:
            stems = list(map(self._stems.__getitem__, words))
        except KeyError:
            stems = [self.stem(word) for word in words]
        hashes = np.fromiter(map(self._hashes.__getitem__, words), np.int64, len(words))
        return Reading(text, words, ends[0::2], stems, hashes)

    def stem(self, word: str) -> str:
        """The stem of one word."""
        return self._stems.get(word) or self._learn(word)

    def _learn(self, word: str) -> str:
        written = unicodedata.normalize("NFC", word)
        plain, known = written.lower(), False
        form = plain[:MAX_WORD]
        if self._lemma and len(plain) <= MAX_WORD and plain.isalpha():
            form, known = self._lemma(written)
        stem = self._stemmer.stemWord(form) if self._stemmer and not known and len(plain) <= MAX_WORD else form
        silent = plain in self.stop or stem in self.stop
        self._hashes[word] = 0 if silent else crc32(stem.encode("utf-8", "replace")) or 1
        self._stems[word] = str(stem)
        return self._stems[word]

    def same_word(self, one: str, other: str) -> bool:
        """Whether two words of one stem are inflections of each other: English stems boldly, dictionaries err."""
        one, other = one.lower(), other.lower()
        if one == other:
            return True
        if self.language != "en":
            return _first_letter(one) == _first_letter(other)
        shared = 0
        while shared < min(len(one), len(other)) and one[shared] == other[shared]:
            shared += 1
        rests = [one[shared:], other[shared:]]
        # "stopped" and "stop": the last letter doubled.
        rests = [rest[1:] if rest[:1] == one[shared - 1 : shared] and len(rest) > 2 else rest for rest in rests]
        return all(rest in ENGLISH_ENDINGS for rest in rests)


def _first_letter(word: str) -> str:
    """Without its accent or umlaut."""
    return unicodedata.normalize("NFD", word)[:1]


@lru_cache(maxsize=32)
def analyser(language: str) -> Analyser:
    """The analyser of a language, one per process, so that stems are remembered."""
    return Analyser(language)


def guess_language(text: str, among: tuple[str, ...], otherwise: str) -> str:
    """The language a text is in by its letters (py3langid): one of these, of a longer text any; `otherwise` of a few
    words."""
    if len(among) < 2:
        return among[0] if among else otherwise
    beginning = text[:GUESSED]
    words = len(WORD.findall(beginning))
    if words < FEWEST:
        return otherwise
    from py3langid.langid import rank  # type: ignore[import-untyped]

    order = [str(code) for code, _ in rank(beginning)]
    return order[0] if words >= PLENTY else next((code for code in order if code in among), otherwise)


def clean(text: str) -> str:
    """The text as it is read: capped, and lone surrogates (half characters of a broken export) replaced one for one."""
    text = text[:MAX_CHARACTERS]
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def _stemmer(language: str) -> Any:
    """PyStemmer's stemmer of a language, None where Snowball has none."""
    name = SNOWBALL.get(language)
    if name is None:
        return None
    import Stemmer  # type: ignore[import-not-found]

    return Stemmer.Stemmer(name)
