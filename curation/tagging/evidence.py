"""What a text itself says for each concept: where its labels stand, how often, how near to them the words come."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import log1p
from typing import TypeVar

from curation.tagging.concept import Concept, Vocabulary
from curation.tagging.language import SNOWBALL, Reading, clean, guess_language
from curation.tagging.lemmas import has_dictionary
from curation.tagging.matcher import Match, Matcher, quote
from curation.tagging.suggestion import Document, Quote

# Words of a line that may be a heading when no full stop ends it. Source: 97% of 1,861 headings of a handbook have no
# more.
HEADING_WORDS = 10

# Least share of a longer label's words, rare ones weighing more, that a text must have; of two words both must
# stand there. Source: .5 was tried and brought up hundreds of concepts of a large vocabulary.
COVERED = 0.7

# Labels filed under a word or a pair of words. Source: keeps 50,000 concepts quick.
LABELS_PER_WORD = 20


# Concepts of one text that no label names but whose words stand there, those with most of them first. Source: real
# posts have up to 20; more come from large vocabularies, where each would cost as much as one that is named.
APART = 40

# Nothing of a label, no times.
NOTHING = (0.0, 0)

# Concepts of one text that are weighed, the strongest first. Source: real posts bring up 20 to 30; more than 150 come
# from vocabularies that name everyday words, where they would only cost time.
MOST = 150

# Codes of three letters (ISO 639-2, both kinds), as catalogues give them.
THREE_LETTERS = {
    "eng": "en", "fin": "fi", "swe": "sv", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it",
    "nld": "nl", "dut": "nl", "por": "pt", "dan": "da", "nor": "no", "est": "et",
}  # fmt: skip

Item = TypeVar("Item")


@dataclass(slots=True)
class Evidence:
    """What one text says for one concept. Counts are of matches that lie in no longer match, `nested` of the others."""

    count: int = 0
    nested: int = 0
    exact: int = 0
    in_title: int = 0
    in_heading: int = 0
    first: int = -1
    last: int = -1
    preferred: bool = False
    words: int = 0
    letters: int = 0
    rivals: int = 1
    covered: float = 0.0
    forms: int = 0
    from_source: bool = False
    best: tuple[bool, Match] | None = None

    @property
    def weight(self) -> float:
        """How much the text makes of it, to choose among very many."""
        return 3 * self.in_title + self.count + self.covered


@dataclass(slots=True)
class Heard:
    """All that a document says: its language, the readings that quotes are cut from, evidence by concept URI."""

    language: str
    title: Reading
    text: Reading
    evidence: dict[str, Evidence] = field(default_factory=dict)

    def quote(self, concept: str) -> Quote | None:
        """The words that name a concept, from the text rather than the title; None where none does."""
        found = self.evidence.get(concept)
        if found is None or found.best is None:
            return None
        in_title, match = found.best
        return quote(self.title if in_title else self.text, match.first, match.last)

    def method(self, concept: str) -> str | None:
        """How the text says it: "label", "altLabel", "hiddenLabel", "source-tag" or "words"; None where it does not."""
        found = self.evidence.get(concept)
        if found is None:
            return None
        if found.best is not None:
            kind = found.best[1].entry.kind
            return "label" if kind == "prefLabel" else kind
        return "source-tag" if found.from_source else "words"


class Listener:
    """Reads documents against a vocabulary, each in its own language."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._ears: dict[str, _Ear] = {}
        tags = {tag.partition("-")[0] for concept in vocabulary for _, tag, _ in concept.labels()} - {""}
        known = (tag for tag in sorted(tags) if tag in SNOWBALL or has_dictionary(tag))
        self.languages = tuple(known) or ("en", "fi", "de", "fr", "es")
        self.otherwise = "en" if "en" in self.languages or not tags else self.languages[0]

    def language(self, document: Document) -> str:
        """The document's own language, else the one its function words tell."""
        if document.language:
            said = document.language.lower().replace("_", "-").partition("-")[0]
            return THREE_LETTERS.get(said, said)
        return guess_language(document.text or document.title, self.languages, self.otherwise)

    def _ear(self, language: str) -> "_Ear":
        """The labels of a language, made ready when it is first met."""
        if language not in self._ears:
            self._ears[language] = _Ear(self.vocabulary, language)
        return self._ears[language]

    def places(self, document: Document) -> Iterator[tuple[str, int, int]]:
        """(concept, start, end) of every label in the document's text, offsets in characters."""
        matcher = self._ear(self.language(document)).matcher
        read = matcher.analyser.read(clean(document.text))
        for match in matcher.find(read):
            if not match.nested:
                yield match.entry.concept, read.starts[match.first], read.end(match.last)

    def hear(self, document: Document) -> Heard:
        """What the document says for every concept that its words or its source's tags touch."""
        language = self.language(document)
        ear = self._ear(language)
        read = ear.matcher.analyser.read
        heard = Heard(language, read(clean(document.title)), read(clean(document.text)))
        ear.listen(heard)
        if len(heard.evidence) > MOST:
            strongest = sorted(heard.evidence.items(), key=lambda pair: pair[1].weight, reverse=True)
            heard.evidence = dict(strongest[:MOST])
        for tag in document.source_tags:
            uri = self.vocabulary.resolve(tag)
            if uri and suggestable(self.vocabulary.concepts[uri]):
                heard.evidence.setdefault(uri, Evidence()).from_source = True
        return heard


def suggestable(concept: Concept) -> bool:
    """Neither for people alone nor out of use."""
    return not concept.people_only and concept.status != "deprecated"


class _Ear:
    """The labels of one language: as a trie, and by their two rarest words for labels whose words stand apart."""

    def __init__(self, vocabulary: Vocabulary, language: str) -> None:
        self.matcher = Matcher(vocabulary, language)
        labels = list(self.matcher.labels())
        stop = self.matcher.analyser.stop
        used = Counter(stem for stems, _ in labels for stem in set(stems))
        self.weight = {stem: 1 / (1 + log1p(count)) for stem, count in used.items()}
        self.alone: dict[str, list[str]] = {}
        self.pairs: dict[str, dict[str, list[tuple[tuple[str, ...], str]]]] = {}
        for stems, concept in labels:
            telling = tuple(stem for stem in dict.fromkeys(stems) if stem not in stop and not stem.isdigit())
            if len(telling) == 1:
                _file(self.alone, telling[0], concept)
            elif telling:
                first, second = sorted(telling, key=lambda stem: used[stem])[:2]
                _file(self.pairs.setdefault(first, {}), second, (telling, concept))

    def listen(self, heard: Heard) -> None:
        """Add what title and text say."""
        headings = _headings(heard.text)
        for in_title, read in ((True, heard.title), (False, heard.text)):
            for match in self.matcher.find(read):
                found = heard.evidence.setdefault(match.entry.concept, Evidence())
                _note(found, match, in_title, read, headings)
        self._cover(heard)

    def _cover(self, heard: Heard) -> None:
        """Labels whose words stand in the text, but apart or in another form."""
        stems = Counter(heard.text.stems)
        stems.update(heard.title.stems)
        covered: dict[str, tuple[float, int]] = {}
        for stem in stems.keys() & self.alone.keys():
            for concept in self.alone[stem]:
                covered[concept] = max(covered.get(concept, NOTHING), (1.0, stems[stem]))
        for stem in stems.keys() & self.pairs.keys():
            partners = self.pairs[stem]
            for other in partners.keys() & stems.keys():
                both = min(stems[stem], stems[other])
                for label, concept in partners[other]:
                    share, forms = (1.0, both) if len(label) == 2 else self._share(label, stems)
                    if share >= COVERED:
                        covered[concept] = max(covered.get(concept, NOTHING), (share, forms))
        unnamed = covered.keys() - heard.evidence.keys()
        if len(unnamed) > APART:
            strongest = sorted(unnamed, key=lambda concept: (covered[concept], concept), reverse=True)
            for concept in strongest[APART:]:
                del covered[concept]
        for concept, (share, forms) in covered.items():
            found = heard.evidence.setdefault(concept, Evidence())
            found.covered, found.forms = share, forms

    def _share(self, label: tuple[str, ...], stems: Counter[str]) -> tuple[float, int]:
        """The share of a label's words that stand in a text, by their weight, and the least number of times."""
        weight = self.weight
        missing = [w for w in label if w not in stems]
        share = 1 - sum(weight[w] for w in missing) / sum(weight[w] for w in label) if missing else 1.0
        return share, min(stems[w] for w in label if w in stems)


def _file(shelf: dict[str, list[Item]], key: str, item: Item) -> None:
    """Add to a list that holds LABELS_PER_WORD at most."""
    items = shelf.setdefault(key, [])
    if len(items) < LABELS_PER_WORD:
        items.append(item)


def _note(found: Evidence, match: Match, in_title: bool, read: Reading, headings: frozenset[int]) -> None:
    """Count one match."""
    found.rivals = max(found.rivals, match.rivals)
    if match.nested:
        found.nested += 1
        return
    found.count += 1
    found.exact += match.exact
    found.words = max(found.words, match.last - match.first + 1)
    found.letters = max(found.letters, read.end(match.last) - read.starts[match.first])
    found.preferred |= match.entry.kind == "prefLabel"
    if in_title:
        found.in_title += 1
    else:
        found.in_heading += match.first in headings
        found.first = match.first if found.first < 0 else found.first
        found.last = match.first
    if found.best is None or (found.best[0] and not in_title):
        found.best = (in_title, match)


def _headings(read: Reading) -> frozenset[int]:
    """The words that stand in short lines without a full stop."""
    inside: set[int] = set()
    starts, text = read.starts, read.text
    at, words = 0, len(read.words)
    for begin, end in _lines(text):
        first = bisect_left(starts, begin, at, words)
        at = bisect_left(starts, end, first, words)
        if 0 < at - first <= HEADING_WORDS and text[end - 1 : end] not in ".,;":
            inside.update(range(first, at))
    return frozenset(inside)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every line that is not empty."""
    begin = 0
    while begin < len(text):
        end = text.find("\n", begin)
        end = len(text) if end < 0 else end
        if end > begin:
            yield begin, end
        begin = end + 1
