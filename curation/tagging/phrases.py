"""The phrases of one document that a concept could be named after, found once and kept as long as the text stays."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

from curation.tagging.language import Analyser, Reading, analyser, clean
from curation.tagging.suggestion import Document

# Raise it when the phrases of the same text would be others.
FORM = 2

# Characters a document that are looked at (parsing takes 100 times as long as matching) and words of a phrase at most.
PARSED, WORDS = 20_000, 4

# Words of a phrase that no parser found; longer runs of words hold a verb as a rule. Source: German pages read.
UNPARSED_WORDS = 3

# Kinds of spaCy entities that can be concepts, and those of which no part can. Source: OntoNotes 5 labels.
NEVER = frozenset({"PERSON", "DATE", "TIME"})
KINDS = frozenset({"ORG", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "FAC", "GPE", "LOC", "NORP", "MISC"})
EDGES = frozenset({"DET", "PRON", "PUNCT", "SPACE", "NUM", "ADP", "CCONJ", "SYM", "AUX", "ADV", "PART"})
# Signs of tables, lists and markup, which run phrases together.
SIGNS = frozenset("|<>[]{}*_=:;…•\t\n")
# What may stand between two words of a phrase that no parser found.
JOINTS = frozenset({" ", "-", "\u00a0", "\u2011"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase in one document: its stems, the same for all its forms, how it was written, and where first."""

    key: str
    written: str
    start: int


class PhraseReader:
    """Finds phrases: noun chunks and names where the spaCy model knows the language, else runs of words between stop
    words. The model is loaded when a text first needs it."""

    def __init__(self, model: str = "") -> None:
        self.model = model if model and find_spec(model) else ""
        # Packages of spaCy models begin with their language.
        self.language = self.model.partition("_")[0]

    @cached_property
    def _parser(self) -> Any:
        import spacy

        return spacy.load(self.model, exclude=["lemmatizer"])

    def method(self, language: str) -> str:
        """What the phrases of a text in this language depend on, besides the text."""
        return f"{self.model} {version(self.model)} {FORM}" if language == self.language else f"stop words {FORM}"

    def read(self, document: Document) -> list[Phrase]:
        """The phrases of a document whose language is known, each once."""
        text, language = clean(document.text)[:PARSED], document.language or "en"
        parsed = language == self.language
        found = _parsed(self._parser(text), text, language) if parsed else _between_stop_words(text, language)
        first: dict[str, Phrase] = {}
        for phrase in found:
            first.setdefault(phrase.key, phrase)
        return list(first.values())


def key_of(label: str, language: str) -> str:
    """The key of a phrase, the same for all forms of the same words."""
    return " ".join(analyser(language).read(label).stems)


def _parsed(parsed: Any, text: str, language: str) -> Iterator[Phrase]:
    """Names and noun chunks, without people and days."""
    read = analyser(language).read(text)
    place = {start: index for index, start in enumerate(read.starts)}
    names = [entity for entity in parsed.ents if entity.label_ in KINDS]
    never = {token.i for entity in parsed.ents if entity.label_ in NEVER for token in entity}
    chunks = [
        chunk
        for chunk in (parsed.noun_chunks if parsed.has_annotation("DEP") else ())
        if not never.intersection(token.i for token in chunk)
    ]
    for span in (*names, *chunks):
        phrase = _of_tokens(_trimmed(span), read, place)
        if phrase is not None:
            yield phrase


def _trimmed(span: Any) -> list[Any]:
    """The tokens of a span without articles, numbers and their like at its ends."""
    tokens = list(span)
    while tokens and _edge(tokens[0]):
        tokens = tokens[1:]
    while tokens and _edge(tokens[-1]):
        tokens = tokens[:-1]
    return tokens


def _edge(token: Any) -> bool:
    """Whether a token says nothing at the end of a phrase: a function word, a number of a list, a sign."""
    return token.pos_ in EDGES or token.is_stop or not any(map(str.isalpha, token.text))


def _of_tokens(tokens: list[Any], read: Reading, place: dict[int, int]) -> Phrase | None:
    """The phrase of some tokens; None where it is too long, too short or crosses a line."""
    if not tokens or tokens[0].idx not in place:
        return None
    # A single everyday word ("day", "number") is never what a vocabulary lacks; a name or an acronym may be.
    if len(tokens) == 1 and tokens[0].pos_ != "PROPN":
        return None
    first, end = place[tokens[0].idx], tokens[-1].idx + len(tokens[-1])
    last = first
    while last + 1 < len(read.words) and read.starts[last + 1] < end:
        last += 1
    written = read.text[read.starts[first] : end]
    if last - first >= WORDS or len(written) < 3 or not SIGNS.isdisjoint(written):
        return None
    return Phrase(" ".join(read.stems[first : last + 1]), written, read.starts[first])


def _between_stop_words(text: str, language: str) -> Iterator[Phrase]:
    """Two or three words that stand together without a function word, a number or a sign between them."""
    read = analyser(language).read(text)
    for run in _runs(read, analyser(language), _stop_words(language)):
        for size in range(2, UNPARSED_WORDS + 1):
            for first in run[: len(run) - size + 1]:
                last = first + size - 1
                written = read.text[read.starts[first] : read.end(last)]
                yield Phrase(" ".join(read.stems[first : last + 1]), written, read.starts[first])


def _runs(read: Reading, words: Analyser, stop: frozenset[str]) -> Iterator[range]:
    """Where words that carry a topic stand together."""

    def telling(index: int) -> bool:
        small = read.words[index].lower()
        return len(small) > 2 and small.isalpha() and small not in stop and small not in words.stop

    def joined(one: int, other: int) -> bool:
        return telling(other) and read.text[read.end(one) : read.starts[other]] in JOINTS

    count = len(read.words)
    breaks = [other for one, other in pairwise(range(count)) if not (telling(one) and joined(one, other))]
    yield from (range(one, other) for one, other in pairwise((0, *breaks, count)) if other - one > 1)


def _stop_words(language: str) -> frozenset[str]:
    """spaCy's stop words of a language, none where it has no such language."""
    import spacy

    try:
        words: Iterable[str] = spacy.util.get_lang_class(language).Defaults.stop_words
    except (ImportError, AttributeError):
        # A page may say anything is its language, also what is another module of spaCy's.
        words = ()
    return frozenset(words)
