"""The dictionary form of a word, from simplemma's dictionaries, so that "kaupungissa" is "kaupunki"; English has none.

Of 141 inflected Finnish words a Snowball stemmer brings 44 to the stem of their dictionary form and this 136; of
Spanish ones 22 and 33 of 34, without taking "casa" for "caso" (decisions/003-words-by-their-dictionary-form.md).
"""

from collections.abc import Callable, Iterator
from functools import partial

# Languages whose dictionary has another code than ISO 639-1 gives.
CODES = {"no": "nb"}

# Everyday words that the dictionary takes for a form of a rarer one. Source: 330 common nouns of four languages tried.
MISREAD = {"fi": {"työ": "työ", "kirjojen": "kirja"}, "fr": {"donnée": "donnée"}}

# Letters that people leave without their accent, in capitals above all, or write with two letters. The dictionary tells
# which word was meant: "Ecole" is "école". One is put back; two would take five times as long.
ACCENTED = {
    "fr": {"e": "éèê", "a": "àâ", "c": "ç", "i": "î", "o": "ô", "u": "ûù"},
    "es": {"a": "á", "e": "é", "i": "í", "o": "ó", "u": "ú", "n": "ñ"},
    "de": {"ae": "ä", "oe": "ö", "ue": "ü", "ss": "ß"},
}
# Letters up to which a word in capitals is an acronym, which has no other form. Source: as in the matcher.
ACRONYM = 3


def lemmatiser(language: str) -> Callable[[str], tuple[str, bool]] | None:
    """What tells a word's dictionary form in small letters and whether the dictionary has it; None without one.

    English is left to its stemmer, which tagging models are fitted with.
    """
    code = CODES.get(language, language)
    return partial(_lemma, code) if code != "en" and has_dictionary(code) else None


def has_dictionary(language: str) -> bool:
    """Whether simplemma knows a language (ISO 639-1)."""
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

    return language in SUPPORTED_LANGUAGES


def _lemma(language: str, word: str) -> tuple[str, bool]:
    """The form and whether it stands in the dictionary; compounds it lacks are taken apart."""
    from simplemma import is_known, lemmatize

    small = word.lower()
    if word.isupper() and len(word) <= ACRONYM:
        return small, True
    if small in MISREAD.get(language, {}):
        return MISREAD[language][small], True
    # German dictionaries ask for the capital that a heading in capitals hides.
    written = word.capitalize() if word.isupper() else word
    # In 15-45 MB a language rather than 25-340, at 14 instead of 4 microseconds for a word never met before.
    known = partial(is_known, lang=language, low_memory=True)
    meant = written if known(written) else next(filter(known, _accented(language, written)), "")
    lemma = lemmatize(meant or written, lang=language, greedy=True, low_memory=True).lower()
    return lemma, bool(meant)


def _accented(language: str, word: str) -> Iterator[str]:
    """Every way to put one accent back into a word."""
    small = word.lower()
    for plain, letters in ACCENTED.get(language, {}).items():
        at = small.find(plain)
        while at >= 0:
            for letter in letters:
                shown = letter.upper() if word[at].isupper() else letter
                yield word[:at] + shown + word[at + len(plain) :]
            at = small.find(plain, at + 1)
