"""Tagger: the concepts a document is about, the likeliest first, each with the reason a person can check."""

from collections.abc import Callable, Iterable
from pathlib import Path

from curation.tagging.concept import Vocabulary
from curation.tagging.evidence import Heard
from curation.tagging.memory import Recall
from curation.tagging.model import Model
from curation.tagging.suggestion import Document, Suggestion
from curation.tagging.vectors import count

# Suggestions a document unless asked otherwise. Source: people attach 1.5 to 4.7 tags on the corpora looked at.
LIMIT = 5

# Calibrated probability below which a concept is not worth a curator's look, unless it is the first. Source: in cross-
# validation it lost .001 (18F) and .006 (Software Carpentry) nDCG@5 and gained .000 and .042 F1@5; at .1 it lost .025.
LEAST = 0.05


class Tagger:
    """Suggests concepts of a vocabulary, from labels alone or with a model; the same one by one and in a batch."""

    def __init__(self, vocabulary: Vocabulary, model: Model | None = None) -> None:
        self.vocabulary = vocabulary
        self.model = model or Model(vocabulary)

    @property
    def version(self) -> str:
        """The model's version and how much it learned since: what suggestions depend on besides the vocabulary."""
        return f"{self.model.version}+{self.model.memory.changes}"

    def suggest(self, document: Document, limit: int = LIMIT) -> list[Suggestion]:
        """At most `limit` suggestions, the likeliest first; fewer where fewer concepts come to mind.

        Once scores are calibrated, only the first may be less likely than LEAST; before, whatever comes to mind is
        worth asking about, because each answer teaches.
        """
        model = self.model
        heard = model.listener.hear(document)
        recall = Recall({}, {}, {})
        if len(model):
            recall = model.recall(heard, count(heard, document.source_tags))
        uris, rows = model.candidates(heard, recall)
        if not uris:
            return []
        scores = model.ranker.probabilities(rows, len(model), limit)
        order = sorted(range(len(uris)), key=lambda place: (-scores[place], uris[place]))[:limit]
        if len(model.ranker.bends):
            order = [place for rank, place in enumerate(order) if rank == 0 or scores[place] >= LEAST]
        return [self._suggestion(uris[place], float(scores[place]), heard, recall) for place in order]

    def suggest_many(self, documents: Iterable[Document], limit: int = LIMIT) -> list[list[Suggestion]]:
        """The suggestions of each document, as `suggest` gives them."""
        return [self.suggest(document, limit) for document in documents]

    def learn(self, document: Document, concept: str, accepted: bool) -> None:
        """A person's decision; it counts for the next suggestion."""
        self.model.learn(document, concept, accepted)

    def _suggestion(self, uri: str, score: float, heard: Heard, recall: Recall) -> Suggestion:
        method = heard.method(uri)
        if method is None or method == "words":
            number = self.model.number.get(uri, -1)
            if recall.near.get(number, 0.0) > recall.fit.get(number, 0.0):
                method = "similar"
            elif recall.fit.get(number, 0.0) > 0:
                method = "learned"
        label = self.vocabulary.label(uri, heard.language)
        return Suggestion(uri, label, round(score, 4), method or "learned", heard.quote(uri))


def open_tagger(vocabulary: Vocabulary, folder: Path | None = None, say: Callable[[str], None] | None = None) -> Tagger:
    """The tagger for a vocabulary with the newest whole model of a folder, or untrained where there is none.

    `say` is told, in a sentence each, what had to be passed over: a half-written model, concepts that are gone.
    """
    if folder is None:
        return Tagger(vocabulary)
    from curation.tagging.keeping import load_model

    return Tagger(vocabulary, load_model(folder, vocabulary, say or (lambda _: None)))
