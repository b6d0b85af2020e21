"""Tagging on the fixed splits: quality, CPU a document, learning curve, a stream of decisions, vocabulary size.

python -m tests.benchmarks.bench_tagging [quality|curve|stream|size|annif]

Peers, measured on the same test documents (F1@5/nDCG@5): 18F Annif 1.4.3 mllm .400/.559, bonsai .479/.634, tuned
ensemble .526/.689; Software Carpentry Annif tfidf .296/.589, bonsai .325/.669. CPU a document, warm: mllm 19.8 ms,
bonsai 14.8 ms, ensemble 47.3 ms. `annif` runs one again: COMMONPLACE_ANNIF is its command, ANNIF_PROJECT the project
loaded and trained on train.jsonl of 18F.
"""

import os
import random
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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
    print(f"{title:<32}" + " ".join(f"{key} {figures[key]:.3f} " for key in SHOWN) + more)


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


def stream() -> None:
    """A curator decides on every suggestion in order of time and adds what is missing; each counts at once."""
    words, known, test = split("18f")
    every = sorted([*known, *test], key=lambda one: one.document.id)
    for title, learns in (("never learning", False), ("learning at once", True)):
        tagger, decided, right, waits = Tagger(words), 0, [], []
        for one in every:
            found = tagger.suggest(one.document)
            right.append((set(one.tags), [(s.concept, s.score) for s in found]))
            said = {s.concept: s.concept in one.tags for s in found} | dict.fromkeys(one.tags, True)
            for concept, accepted in said.items() if learns else ():
                start = time.process_time()
                tagger.learn(one.document, concept, accepted)
                waits.append(time.process_time() - start)
                decided += 1
        for first, last in ((0, 50), (50, 200), (200, len(every))):
            show(f"stream, {title}, {first}-{last}", figures_of(right[first:last]))
        if waits:
            print(f"{decided} decisions, {1000 * sum(waits) / len(waits):.1f} ms CPU each")


def size() -> None:
    """A real vocabulary enlarged by pairs and triples of words of real texts."""
    words, known, test = split("18f")
    drawn = random.Random(0)
    tokens = sorted({word for one in known for word in one.document.text.split() if word.isalpha() and len(word) > 3})
    for total in (100, 1000, 10_000, 50_000):
        made = [
            Concept(f"urn:made:{n}", pref_labels={"en": " ".join(drawn.sample(tokens, drawn.randint(2, 3)))})
            for n in range(total - len(words))
        ]
        tagger = Tagger(Vocabulary.of([*list(words)[:total], *made]))
        tagger.suggest(test[0].document)
        print(f"{total:>6} concepts: {cpu(tagger, test):.2f} ms CPU a document")


def annif() -> None:
    """One project of Annif over the same test documents, and ours beside it."""
    command, project = os.environ.get("COMMONPLACE_ANNIF"), os.environ.get("ANNIF_PROJECT")
    if not command or not project:
        print("set COMMONPLACE_ANNIF to the annif command and ANNIF_PROJECT to a trained project")
        return
    words, known, test = split("18f")
    with tempfile.TemporaryDirectory() as folder:
        for place, one in enumerate(test):
            (Path(folder) / f"{place}.txt").write_text(f"{one.document.title}\n{one.document.text}")
            (Path(folder) / f"{place}.key").write_text("\n".join(words.label(uri) for uri in one.tags))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([*shlex.split(command), "eval", "--limit", "5", project, folder], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime - before.ru_utime
    mine = cpu(Tagger(words, fit(words, known)), test)
    print(f"{project}: {1000 * spent / len(test):.1f} ms a document, start included; ours {mine:.1f} ms")


if __name__ == "__main__":
    for wanted in sys.argv[1:] or ("quality", "curve", "stream", "size"):
        {"quality": quality, "curve": curve, "stream": stream, "size": size, "annif": annif}[wanted]()
