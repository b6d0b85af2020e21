"""Labels of the vocabulary found in a text: whole words, inflections included, the longest label first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from curation.tagging.concept import Vocabulary
from curation.tagging.function_words import STOP
from curation.tagging.language import Analyser, Reading, analyser
from curation.tagging.suggestion import Quote

# Characters of the quote's prefix and suffix: one or two clauses, enough to find the place again and to judge it.
# Source: hypothes.is uses 32; doubled because ours is read by people too.
CONTEXT = 64

# Letters up to which a label of capitals is an acronym that must stand in capitals: IT, US, AI, WHO. Longer ones
# (NASA, JSON) are no everyday words in small letters. Source: unknown.
ACRONYM = 3

# Labels of one stem that are told apart; a name that more concepts share says little. Source: unknown.
RIVALS = 8

# What may stand between the words of one label: a space, hyphen, slash, dot ("18f.gsa.gov"), apostrophe, ampersand.
GLUE = frozenset(" \u00a0-\u2010\u2011\u2013/.'’&_\n\t+")


@dataclass(frozen=True, slots=True)
class Entry:
    """A label as it is looked for. `capitals` asks for capitals in the text."""

    concept: str
    kind: str
    words: tuple[str, ...]
    label: str
    capitals: bool


class Match(NamedTuple):
    """A label at the words `first` to `last` of a reading; `exact` where no inflection was undone, `nested` where it
    lies inside a longer match; `rivals` is how many concepts share the label."""

    entry: Entry
    first: int
    last: int
    exact: bool
    nested: bool
    rivals: int


class Node(dict[str, "Node"]):
    """A step in the trie of stems, with the labels that end here."""

    __slots__ = ("entries",)

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []


class Matcher:
    """All labels of a vocabulary in one language, as a trie over stems; a text is walked once."""

    def __init__(self, vocabulary: Vocabulary, language: str) -> None:
        self.analyser = analyser(language)
        self.root = Node()
        # What a single word names, remembered from text to text unless its neighbours or its line decide.
        self._single: dict[str, list[tuple[Entry, bool]]] = {}
        for concept in vocabulary:
            if concept.people_only or concept.status == "deprecated":
                continue
            labels = [row for row in concept.labels() if row[1].partition("-")[0] in (language, "")]
            for kind, _, label in labels or list(concept.labels()):
                self._add(concept.uri, kind, label)

    def _add(self, concept: str, kind: str, label: str) -> None:
        read = self.analyser.read(label)
        if not read.words:
            return
        entry = Entry(concept, kind, tuple(read.words), label, _wants_capitals(read.words, self.analyser))
        self._file(read.stems, entry)
        # A dictionary may take a name for an inflection of something else; the name's own inflections lead to it.
        written = [word.lower() for word in read.words]
        if self.analyser.has_dictionary and written != read.stems:
            self._file(written, entry)

    def _file(self, stems: list[str], entry: Entry) -> None:
        """Put a label where these stems lead."""
        node = self.root
        for stem in stems:
            child = node.get(stem)
            if child is None:
                child = node[stem] = Node()
            node = child
        known = any(old.concept == entry.concept and old.words == entry.words for old in node.entries)
        if not known and len(node.entries) < RIVALS:
            node.entries.append(entry)

    def labels(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """(stems, concept) of every label."""
        stack: list[tuple[tuple[str, ...], Node]] = [((), self.root)]
        while stack:
            stems, node = stack.pop()
            yield from ((stems, entry.concept) for entry in node.entries)
            stack.extend(((*stems, stem), child) for stem, child in node.items())

    def find(self, read: Reading) -> list[Match]:
        """Every label in the text, in order; the longest one at each place, those inside it marked as nested."""
        matches: list[Match] = []
        stems, root, single = read.stems, self.root, self._single
        for first in [place for place, stem in enumerate(stems) if stem in root]:
            node: Node | None = root[stems[first]]
            at = first
            while node is not None:
                if node.entries:
                    found = single.get(read.words[at]) if at == first else None
                    if found is None:
                        found = self._accepted(node.entries, read, first, at)
                        if at == first and not any(entry.capitals for entry in node.entries):
                            single[read.words[at]] = found
                    rivals = len({entry.concept for entry, _ in found})
                    matches.extend(Match(entry, first, at, exact, False, rivals) for entry, exact in found)
                at += 1
                node = node.get(stems[at]) if node and at < len(stems) else None
        return _with_nested(matches)

    def _accepted(self, entries: list[Entry], read: Reading, first: int, last: int) -> list[tuple[Entry, bool]]:
        """The labels that truly stand here, and whether letter for letter."""
        if last > first and not _glued(read, first, last):
            return []
        words = read.words[first : last + 1]
        found = []
        for entry in entries:
            if entry.capitals and not _in_capitals(words, entry, read, first):
                continue
            exact = all(one.lower() == other.lower() for one, other in zip(entry.words, words, strict=True))
            if exact or all(self.analyser.same_word(*pair) for pair in zip(entry.words, words, strict=True)):
                found.append((entry, exact))
        return found


def _wants_capitals(words: list[str], language: Analyser) -> bool:
    """Acronyms of up to three letters, and labels that are a function word in small letters (IT, it)."""
    if len(words) != 1:
        return False
    word = words[0]
    everyday = word.lower() in language.stop or word.lower() in STOP["en"]
    return (word.isupper() and 2 <= len(word) <= ACRONYM) or (everyday and len(word) > 1)


def _in_capitals(words: list[str], entry: Entry, read: Reading, first: int) -> bool:
    """Whether the word is written as an acronym (plural s allowed) and its line is not all capitals."""
    word = words[0]
    core = word[:-1] if word.endswith("s") and len(word) > len(entry.words[0]) else word
    if not core.isupper():
        return False
    if core.lower() not in STOP["en"]:
        return True
    start = read.text.rfind("\n", 0, read.starts[first]) + 1
    line = read.text[start : read.end(first) + CONTEXT].partition("\n")[0]
    return not line.isupper() or line.strip() == word


def _glued(read: Reading, first: int, last: int) -> bool:
    """Whether only spaces, hyphens and their like stand between the words, and no sentence ends among them."""
    for index in range(first, last):
        gap = read.text[read.end(index) : read.starts[index + 1]]
        if len(gap) > 3 or not GLUE.issuperset(gap) or (len(gap) > 1 and "." in gap) or gap.count("\n") > 1:
            return False
    return True


def _with_nested(matches: list[Match]) -> list[Match]:
    """Matches that lie inside a longer one, marked."""
    best: dict[int, int] = {}
    for match in matches:
        best[match.first] = max(best.get(match.first, -1), match.last)
    reach, reach_before, current = -1, -1, -1
    marked = []
    for match in matches:
        if match.first != current:
            reach_before, current = reach, match.first
            reach = max(reach, best[match.first])
        nested = match.last < best[match.first] or match.last <= reach_before
        marked.append(match._replace(nested=True) if nested else match)
    return marked


def quote(read: Reading, first: int, last: int) -> Quote:
    """The words as they stand in the text, with what is around them."""
    start, end = read.starts[first], read.end(last)
    return Quote(read.text[start:end], read.text[max(0, start - CONTEXT) : start], read.text[end : end + CONTEXT])
