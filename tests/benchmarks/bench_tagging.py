"""Tagging on the fixed splits, ours alone: quality, learning curve, cost by documents and by size of the vocabulary.

python -m tests.benchmarks.bench_tagging [quality|curve|documents|size]

Beside peers: bench_tagging_annif (Annif on the same split) and bench_tagging_stream (posts in order of time).
"""

import random
import resource
import sys
import time
from math import log

from curation.tagging.concept import Concept, Vocabulary
from curation.tagging.evaluate import figures_of
from curation.tagging.fit import fit
from curation.tagging.matcher import Matcher
from curation.tagging.model import Example
from curation.tagging.tagger import Tagger
from curation.tagging.vocabulary import read_vocabulary
from tests.support.corpora import SHARED
from tests.support.tagged import examples, measured

FOLDER = SHARED / "corpora" / "tags"
SHOWN = ("F1@1", "F1@3", "F1@5", "nDCG@5", "precision@1", "calibration error")


def split(name: str) -> tuple[Vocabulary, list[Example], list[Example]]:
    """Vocabulary, train and validate together, and test."""
    words = read_vocabulary(FOLDER / name / "vocabulary.ttl")
    known = examples(FOLDER / name / "train.jsonl") + examples(FOLDER / name / "validate.jsonl")
    return words, known, examples(FOLDER / name / "test.jsonl")


def show(title: str, figures: dict[str, float], more: str = "") -> None:
    print(f"{title:<44} " + " ".join(f"{key} {figures[key]:.3f} " for key in SHOWN) + more)


def plain(words: Vocabulary, test: list[Example]) -> dict[str, float]:
    """Label matching alone: the concepts named most often."""
    matcher = Matcher(words, "en")
    pairs = []
    for one in test:
        counts: dict[str, int] = {}
        for match in matcher.find(matcher.analyser.read(f"{one.document.title}\n{one.document.text}")):
            counts[match.entry.concept] = counts.get(match.entry.concept, 0) + 1
        pairs.append(
            (set(one.tags), sorted(((uri, n / 100) for uri, n in counts.items()), key=lambda row: -row[1])[:5])
        )
    return figures_of(pairs)


def cpu(tagger: Tagger, test: list[Example]) -> float:
    """Milliseconds of CPU a document, warm, the best of three rounds."""
    rounds = []
    for _ in range(4):
        start = time.process_time()
        for one in test:
            tagger.suggest(one.document)
        rounds.append((time.process_time() - start) / len(test) * 1000)
    return min(rounds[1:])


def quality() -> None:
    for name in ("18f", "swcarpentry"):
        words, known, test = split(name)
        show(f"{name} plain label matching", plain(words, test))
        show(f"{name} untrained", measured(Tagger(words), test), f"{cpu(Tagger(words), test):.1f} ms")
        start = time.process_time()
        tagger = Tagger(words, fit(words, known))
        spent = time.process_time() - start
        show(f"{name} trained", measured(tagger, test), f"{cpu(tagger, test):.1f} ms, learning {spent:.0f} s CPU")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def curve() -> None:
    for name in ("18f", "swcarpentry"):
        words, known, test = split(name)
        random.Random(0).shuffle(known)
        for total in (0, 10, 50, 200, len(known)):
            show(f"{name} after {total}", measured(Tagger(words, fit(words, known[:total])), test))


def size() -> None:
    """A real vocabulary enlarged by pairs and triples of words of real texts."""
    words, known, test = split("18f")
    drawn = random.Random(0)
    tokens = sorted({word for one in known for word in one.document.text.split() if word.isalpha() and len(word) > 3})
    first = 0.0
    for total in (100, 1000, 10_000, 50_000):
        made = [
            Concept(f"urn:made:{n}", pref_labels={"en": " ".join(drawn.sample(tokens, drawn.randint(2, 3)))})
            for n in range(total - len(words))
        ]
        tagger = Tagger(Vocabulary.of([*list(words)[:total], *made]))
        tagger.suggest(test[0].document)
        spent = cpu(tagger, test)
        first = first or spent
        told = f"{spent:.2f} ms CPU a document, x{spent / first:.2f} (log x{log(total, 100):.2f})"
        print(f"{total:>6} concepts: {told}")


def documents() -> None:
    """CPU for one, two and four times the documents, and for learning from so many examples."""
    words, known, test = split("swcarpentry")
    tagger = Tagger(words, fit(words, known))
    once = 0.0
    for times in (1, 2, 4):
        start = time.process_time()
        tagger.suggest_many([one.document for one in test * times])
        spent = time.process_time() - start
        once = once or spent
        print(f"{len(test) * times:>6} documents: {spent:.2f} s CPU, x{spent / once:.2f}")
    for total in (200, 400, 800, 1600):
        start = time.process_time()
        fit(words, known[:total])
        print(f"{total:>6} examples: learning {time.process_time() - start:.1f} s CPU")


if __name__ == "__main__":
    every = {"quality": quality, "curve": curve, "documents": documents, "size": size}
    for wanted in sys.argv[1:] or every:
        every[wanted]()
