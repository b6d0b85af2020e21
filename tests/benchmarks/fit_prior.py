"""The shipped numbers of `curation/tagging/prior.py` fitted again, and what they reach on a corpus they have not seen.

python -m tests.benchmarks.fit_prior

A tagger that begins with nothing is told 0, 3, 10, ... posts by a simulated curator, half the time at random, half the
time in order; the candidates of the next posts are the rows. One logistic regression a stage, neighbouring stages held
together. The last lines are the untrained tagger with weights from the other corpora alone: the honest "0 examples".
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from curation.tagging import prior
from curation.tagging.features import NAMES
from curation.tagging.memory import Recall
from curation.tagging.model import Example
from curation.tagging.tagger import Tagger
from curation.tagging.vectors import count
from curation.tagging.vocabulary import read_vocabulary
from tests.benchmarks.bench_tagging import FOLDER, show
from tests.benchmarks.bench_tagging_stream import decide
from tests.support.tagged import examples, measured

CORPORA = ("18f", "swcarpentry")
DRAWS, AHEAD = 6, 60
# Rows a corpus counts as at each stage, pull to zero, pull between stages. Source: of four pairs of pulls from 1, 10 to
# 3, 300 this one lost least from one blog to the other; stronger ones lost on both.
MASS, PULL, SMOOTH = 10_000, 10.0, 100.0
Floats = NDArray[np.float64]


@dataclass
class Rows:
    """Candidates of one corpus at one stage, and which of them were carried."""

    corpus: str
    rows: Floats
    wanted: Floats


def draws(known: list[Example], stage: int, drawn: random.Random) -> Iterator[tuple[list[Example], list[Example]]]:
    """Posts to be told and the next ones: at random and, every other time, neighbours in time."""
    for turn in range(DRAWS if stage else 2):
        posts = sorted(known, key=lambda one: one.document.id)
        first = drawn.randrange(len(posts) - stage - AHEAD)
        if turn % 2 == 0:
            drawn.shuffle(posts)
            first = 0
        yield posts[first : first + stage], posts[first + stage : first + stage + AHEAD]


def sample(corpus: str, stage: int) -> Rows:
    """What a tagger told `stage` posts thinks of for the next ones."""
    words = read_vocabulary(FOLDER / corpus / "vocabulary.ttl")
    rows, wanted = [], []
    for told, ahead in draws(examples(FOLDER / corpus / "train.jsonl"), stage, random.Random(stage)):
        tagger = Tagger(words)
        for one in told:
            decide(tagger, one, [(said.concept, said.score) for said in tagger.suggest(one.document)])
        model = tagger.model
        for one in ahead:
            heard = model.listener.hear(one.document)
            recall = model.recall(heard, count(heard)) if len(model) else Recall({}, {}, {})
            uris, found = model.candidates(heard, recall)
            rows.append(found)
            wanted.append([float(uri in one.tags) for uri in uris])
    return Rows(corpus, np.concatenate(rows).astype(np.float64), np.concatenate(wanted))


def fitted(stages: list[list[Rows]]) -> Floats:
    """The weights of every stage, by Newton's method over all of them at once."""
    spread = np.concatenate([some.rows for stage in stages for some in stage]).std(axis=0) + 1e-2
    spread[0] = 1
    size, total = len(NAMES), len(stages)
    weights = np.zeros((total, size))
    between = SMOOTH * np.diff(np.eye(total), axis=0).T @ np.diff(np.eye(total), axis=0)
    fixed = np.kron(between, np.eye(size)) + PULL * np.eye(total * size)
    for _ in range(25):
        curve, slope = fixed.copy(), (fixed @ weights.ravel()).reshape(total, size)
        for number, stage in enumerate(stages):
            place = slice(number * size, (number + 1) * size)
            for some in stage:
                rows, share = some.rows / spread, MASS / len(some.rows)
                chance = 1 / (1 + np.exp(-np.clip(rows @ weights[number], -30, 30)))
                slope[number] += share * (rows.T @ (chance - some.wanted))
                curve[place, place] += share * ((rows * (chance * (1 - chance))[:, None]).T @ rows)
        step = np.linalg.solve(curve, slope.ravel()).reshape(total, size)
        weights -= step * min(1.0, 2.0 / float(np.abs(step).max()))
    return weights / spread


def main() -> None:
    stages = [[sample(corpus, stage) for corpus in CORPORA] for stage in prior.STAGES]
    for name, row in zip(NAMES, fitted(stages).T, strict=True):
        print(f'    "{name}": ({", ".join(f"{weight:.2f}" for weight in row)}),')
    for corpus in CORPORA:
        words, test = read_vocabulary(FOLDER / corpus / "vocabulary.ttl"), examples(FOLDER / corpus / "test.jsonl")
        others = fitted([[some for some in stage if some.corpus != corpus] for stage in stages])
        show(f"{corpus} untrained", measured(Tagger(words), test))
        with patch.object(prior, "_WEIGHTS", others):
            show(f"{corpus} untrained, others' prior", measured(Tagger(words), test))


if __name__ == "__main__":
    main()
