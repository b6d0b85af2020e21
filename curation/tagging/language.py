"""Words of a text and their stems, language by language, on the tokenizer alone."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any
from zlib import crc32

# A word is a run of letters and digits with its combining marks; C++ and C# are words of their own.
WORD = re.compile(r"([^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*(?:\+\+|#(?!\w))?)")

# Characters of a document that are read. 200,000 is about 30,000 words, four times the longest
# of 2,761 real posts and handbook pages (44,637); beyond it only time grows. Source: measured.
MAX_CHARACTERS = 200_000

# Letters of a word that is stemmed; longer runs are data or scripts without spaces. Source: unknown, a round number.
MAX_WORD = 60

# Surface forms remembered per language, so that each is stemmed once. Source: a round number, some tens of MB.
CACHE = 200_000

# Characters a language is guessed from. Source: 1,500 hold 111 function words on average in English posts.
GUESSED = 1500

SNOWBALL = {"en": "english", "fi": "finnish", "de": "german", "fr": "french", "es": "spanish", "sv": "swedish",
            "it": "italian", "nl": "dutch", "pt": "portuguese", "da": "danish", "no": "norwegian"}  # fmt: skip

# Function words: enough to tell the languages apart and to know words that carry no topic. Written for this project.
FUNCTION_WORDS = {
    "en": """a about above after again all also am an and any are as at be because been before being below between
        both but by can could did do does doing down during each few for from further had has have
        having he her here hers him his how i if in into is it its itself just may me might more most my
        new no nor not now of off on once one only or other our ours out over own she should so some
        such than that the their them then there these they this those through to too under until up us
        very was we were what when where which while who whom why will with would you your yours s t re
        ve ll m d""",
    "fi": """ei en että he hän ja jo joka jos jotka kanssa kuin kun me mihin mikä minä missä mitä mukaan muun mutta
        myös ne niin niitä noin nyt näin ole oli olla on ovat se sekä sen siis siitä sillä sinä sitä tai
        te tulee tämä tämän tässä tätä vai vain voi""",
    "de": """aber als am an auch auf aus bei bin bis da das dass dem den der des die dies diese durch ein eine einem
        einen einer es für haben hat hier ich ihr im in ist kann man mehr mit nach nicht noch nur oder
        ohne sein sich sie sind so über um und uns unter vom von vor war was wenn werden wie wir wird zu
        zum zur""",
    "fr": """à au aux avec ce ces cette comme dans de des du elle en est et être il ils je la le les leur lui mais
        même ne nos notre nous on ont ou où par pas plus pour qu que qui sa sans se ses si son sont sur
        tout très un une vos votre vous l d s n c j""",
    "es": """al algo como con de del desde donde el ella ellos en entre era es esta este esto está están fue ha hasta
        hay la las le les lo los más me mi muy no nos o para pero por porque que qué se ser si sin sobre
        son su sus también te tiene un una uno y ya""",
}
STOP = {language: frozenset(words.split()) for language, words in FUNCTION_WORDS.items()}
ALL_STOP = frozenset().union(*STOP.values())

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
    stems: tuple[str, ...]
    hashes: tuple[int, ...]

    def end(self, index: int) -> int:
        """The offset after a word."""
        return self.starts[index] + len(self.words[index])


class Analyser:
    """Reads texts of one language (ISO 639-1); a language without a stemmer keeps its words as they are."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.stop = STOP.get(language, ALL_STOP)
        self._stemmer = _stemmer(language)
        self._known: dict[str, tuple[str, int]] = {}

    def read(self, text: str) -> Reading:
        """The words of a text, in order."""
        parts = WORD.split(text)
        ends = list(accumulate(map(len, parts)))
        words = parts[1::2]
        known = self._known
        if len(known) > CACHE:
            known.clear()
        entries = [known.get(word) or self._learn(word) for word in words]
        stems, hashes = zip(*entries, strict=True) if entries else ((), ())
        return Reading(text, words, ends[0::2], stems, hashes)

    def stem(self, word: str) -> str:
        """The stem of one word."""
        return (self._known.get(word) or self._learn(word))[0]

    def _learn(self, word: str) -> tuple[str, int]:
        plain = unicodedata.normalize("NFC", word).lower()
        stem = self._stemmer.stemWord(plain) if self._stemmer and len(plain) <= MAX_WORD else plain[:MAX_WORD]
        silent = plain in self.stop or stem in self.stop
        entry = (stem, 0 if silent else crc32(stem.encode("utf-8", "replace")) or 1)
        self._known[word] = entry
        return entry

    def same_word(self, one: str, other: str) -> bool:
        """Whether two words of one stem are inflections of each other; only English stems too boldly to trust."""
        one, other = one.lower(), other.lower()
        if one == other or self.language != "en":
            return True
        shared = 0
        while shared < min(len(one), len(other)) and one[shared] == other[shared]:
            shared += 1
        rests = [one[shared:], other[shared:]]
        # "stopped" and "stop": the last letter doubled.
        rests = [rest[1:] if rest[:1] == one[shared - 1 : shared] and len(rest) > 2 else rest for rest in rests]
        return all(rest in ENGLISH_ENDINGS for rest in rests)


@lru_cache(maxsize=32)
def analyser(language: str) -> Analyser:
    """The analyser of a language, one per process, so that stems are remembered."""
    return Analyser(language)


def guess_language(text: str, among: tuple[str, ...], otherwise: str) -> str:
    """The language whose function words are most frequent at the beginning; `otherwise` where none is."""
    if len(among) < 2:
        return among[0] if among else otherwise
    counts = dict.fromkeys(among, 0)
    words = WORD.findall(text[:GUESSED].lower())
    for language in among:
        stop = STOP.get(language)
        if stop:
            counts[language] = sum(word in stop for word in words)
    best = max(counts, key=lambda language: counts[language], default=otherwise)
    # Fewer than one function word in 20 is no running text of that language. Source: unknown; English posts have
    # 9 in 20.
    return best if counts.get(best, 0) * 20 > len(words) else otherwise


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
