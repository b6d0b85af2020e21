"""Model: all that was learned from people's decisions; a new decision counts at once."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from curation.tagging.concept import Vocabulary
from curation.tagging.evidence import Heard, Listener, suggestable
from curation.tagging.features import Matrix, blank_rows, lexical_rows
from curation.tagging.memory import Memory, Recall
from curation.tagging.ranker import Ranker
from curation.tagging.suggestion import Document
from curation.tagging.tallies import Tallies
from curation.tagging.vectors import Counts, count


@dataclass(frozen=True, slots=True)
class Example:
    """A document with what people said of it: concepts it carries and concepts they rejected for it, by URI."""

    document: Document
    tags: tuple[str, ...]
    rejected: tuple[str, ...] = ()


class Model:
    """Examples, tallies per concept and the ranker fitted on them; `figures` says what it reached when fitted."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.listener = Listener(vocabulary)
        self.concepts: list[str] = []
        self.number: dict[str, int] = {}
        self.memory = Memory()
        self.tallies = Tallies()
        self.ranker = Ranker()
        self.version = "prior"
        self.figures: dict[str, float] = {}

    def __len__(self) -> int:
        """How many documents it has learned from."""
        return len(self.memory)

    def number_of(self, uri: str) -> int:
        """The number of a concept, a new one where it has none yet."""
        if uri not in self.number:
            self.number[uri] = len(self.concepts)
            self.concepts.append(uri)
        return self.number[uri]

    def learn(self, document: Document, concept: str, accepted: bool) -> None:
        """One decision of a person; it counts for the very next suggestion. An unknown concept is passed over."""
        uri = self.vocabulary.current(concept)
        if uri is None:
            return
        heard = self.listener.hear(document)
        labels = {self.number_of(uri): 1.0 if accepted else -1.0}
        named = self.numbers(named_in(heard))
        known = self.memory.find(document.id)
        if known is None:
            self.tallies.note(named, labels)
        else:
            before = self.memory.labels[known]
            self.tallies.note(named, before, weight=-1)
            self.tallies.note(named, {**before, **labels})
        self.memory.add(document.id, count(heard, document.source_tags), labels)

    def rename(self, today: list[str | None]) -> None:
        """Give each concept, in the order of their numbers, its URI of today; None drops it."""
        self.concepts = sorted({uri for uri in today if uri is not None})
        self.number = {uri: number for number, uri in enumerate(self.concepts)}
        numbers = {old: self.number[uri] for old, uri in enumerate(today) if uri is not None}
        self.memory.renumber(numbers)
        self.tallies = self.tallies.renumbered(numbers)

    def labels(self, example: Example) -> dict[int, float]:
        """What was said of an example by concept number; concepts the vocabulary does not know are left out."""
        said = dict.fromkeys(self._current(example.rejected), -1.0)
        said.update(dict.fromkeys(self._current(example.tags), 1.0))
        return {self.number_of(uri): value for uri, value in said.items()}

    def _current(self, names: Iterable[str]) -> list[str]:
        return [uri for name in names if (uri := self.vocabulary.resolve(name)) is not None]

    def numbers(self, uris: Iterable[str]) -> list[int]:
        """The numbers of concepts, given one where they have none."""
        return [self.number_of(uri) for uri in uris]

    def candidates_from(
        self, uris: list[str], rows: Matrix, recall: Recall, tallies: Tallies
    ) -> tuple[list[str], Matrix]:
        """The concepts of the text (with rows of their own) and those that examples bring up, with all features."""
        brought = {self.concepts[number] for number in (*recall.fit, *recall.near)}.difference(uris)
        every = [*uris, *sorted(uri for uri in brought if self.may_suggest(uri))]
        full = np.concatenate([rows, blank_rows(len(every) - len(uris))])
        if tallies.examples:
            tallies.fill(full, [self.number.get(uri, -1) for uri in every], recall, len(self.vocabulary))
        return every, full

    def candidates(self, heard: Heard, recall: Recall) -> tuple[list[str], Matrix]:
        """Every concept that text or examples bring up for a document, with its row of features."""
        uris = list(heard.evidence)
        return self.candidates_from(uris, lexical_rows(heard, uris, self.vocabulary), recall, self.tallies)

    def may_suggest(self, uri: str) -> bool:
        """Known, in use, and not for people alone."""
        concept = self.vocabulary.concepts.get(uri)
        return concept is not None and suggestable(concept)

    def recall(self, heard: Heard, counts: Counts) -> Recall:
        """What the examples say of a document."""
        return self.memory.recall(counts, {self.number[uri] for uri in heard.evidence if uri in self.number})


def named_in(heard: Heard) -> list[str]:
    """The concepts a label of which stands in the document."""
    return [uri for uri, found in heard.evidence.items() if found.count]
