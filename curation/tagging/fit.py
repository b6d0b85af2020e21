"""The nightly fit: everything people decided, settled into one model with calibrated scores."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from curation.tagging import ridge
from curation.tagging.concept import Vocabulary
from curation.tagging.evaluate import DEPTH, figures_of
from curation.tagging.features import Matrix, lexical_rows
from curation.tagging.logistic import calibration, weights_around
from curation.tagging.memory import NEIGHBOURS, Recall
from curation.tagging.model import Example, Model, named_in
from curation.tagging.prior import prior_weights
from curation.tagging.ranker import STRONGEST, Numbers, Ranker, calibrated
from curation.tagging.vectors import count

Solved = tuple[ridge.Floats, ridge.Floats, ridge.Floats]
Ints = NDArray[np.int64]

# Parts the examples are divided into, each predicted from the others. Source: the custom.
FOLDS = 10

# Parts for the second stage, by which ranker and calibration are judged. Source: 3 keep the fit short.
JUDGES = 3

# Examples from which the ranker's weights leave the prior, and from which trees are grown. Source: chosen once;
# at 351 trees are level with the linear part, at 1,410 ahead by .02 nDCG@5.
WEIGHTS_FROM, TREES_FROM = 30, 100

# Pull of the prior on the ranker's weights, in rows seen. Source: 1, 10 and 100 are within .005 nDCG@5 on two blogs.
PULL = 10.0

# Newest examples whose candidates the ranker is fitted on. Source: unknown; 1,410 give 65,000 rows for 32 weights.
RANKED = 3000


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidates of the examples: features, 1 where carried, the place of the example and its part, the concepts."""

    rows: Matrix
    wanted: Numbers
    example: Ints
    uris: list[str]

    def only(self, mask: NDArray[np.bool_]) -> "Candidates":
        """The rows of a mask."""
        uris = [uri for uri, kept in zip(self.uris, mask, strict=True) if kept]
        return Candidates(self.rows[mask], self.wanted[mask], self.example[mask], uris)


@dataclass(frozen=True, slots=True)
class Told:
    """What one example's own words say: concepts by URI, their rows of features, the numbers of those named."""

    uris: list[str]
    rows: Matrix
    named: list[int]


def fit(vocabulary: Vocabulary, examples: Iterable[Example]) -> Model:
    """A model of all examples, taken as complete: a concept not among the tags counts as not carried.

    Of several examples with one id the last counts; one whose tags and rejections the vocabulary does not know is
    passed over. With few examples the ranker is the shipped prior, with more its weights are fitted around that, and
    trees join; scores are calibrated on parts that were held out, and `figures` says what those parts reached.
    """
    model = Model(vocabulary)
    told: list[Told] = []
    for example in {example.document.id: example for example in examples}.values():
        labels = model.labels(example)
        if not labels:
            continue
        heard = model.listener.hear(example.document)
        named = model.numbers(named_in(heard))
        model.tallies.note(named, labels)
        model.memory.add(example.document.id, count(heard, example.document.source_tags), labels)
        uris = list(heard.evidence)
        told.append(Told(uris, lexical_rows(heard, uris, vocabulary), named))
    if told:
        solved = model.memory.settle()
        if len(told) >= WEIGHTS_FROM:
            _rank(model, _candidates(model, told, solved))
    return model


def _candidates(model: Model, told: list[Told], solved: Solved) -> Candidates:
    """The candidates of the newest examples, each with what the other parts of the examples say of it."""
    similar, inverted, wanted = solved
    first, last = len(told) - len(similar), len(told)
    parts = _parts(len(similar), FOLDS)
    predicted = ridge.held_out(inverted, model.memory.table.T, wanted, parts)
    rows, labels, places, uris = [], [], [], []
    for part in range(FOLDS):
        inside = np.flatnonzero(parts == part)
        tallies = model.tallies.copy()
        for place in inside:
            tallies.note(told[first + place].named, model.memory.labels[first + place], weight=-1)
        for place in inside[inside >= last - first - RANKED]:
            alike = np.zeros(last, np.float32)
            alike[first:] = np.where(parts == part, 0, similar[place])
            recall = _recall(model, told[first + place], alike, predicted[place])
            mine, found = model.candidates_from(told[first + place].uris, told[first + place].rows, recall, tallies)
            said = model.memory.labels[first + place]
            rows.append(found)
            labels.append([float(said.get(model.number.get(uri, -1), 0) > 0) for uri in mine])
            places.append(np.full(len(mine), place))
            uris.extend(mine)
    return Candidates(np.concatenate(rows), np.concatenate(labels), np.concatenate(places), uris)


def _recall(model: Model, told: Told, alike: ridge.Floats, predicted: ridge.Floats) -> Recall:
    """What the other parts say of one example, as the memory would say it of a new document."""
    near, nearest = model.memory.neighbours(alike)
    best = {int(model.memory.numbers[column]) for column in np.argsort(-predicted)[:NEIGHBOURS]}
    asked = best | near.keys() | {model.number[uri] for uri in told.uris if uri in model.number}
    columns = {number: model.memory.column(number) for number in asked}
    return Recall({n: float(predicted[column]) for n, column in columns.items() if column is not None}, near, nearest)


def _parts(total: int, parts: int) -> Ints:
    """A part for each example, drawn once for all (seed 0) so that a fit can be repeated."""
    drawn: Ints = np.random.default_rng(0).permutation(total) % parts
    return drawn


def _rank(model: Model, candidates: Candidates) -> None:
    """Fit the ranker, judge it on held-out parts, calibrate it on what it said there."""
    prior = prior_weights(len(model))
    judges = _parts(int(candidates.example.max()) + 1, JUDGES)[candidates.example]
    raw = np.zeros(len(candidates.rows))
    kept = np.zeros(len(candidates.rows), dtype=bool)
    for judge in range(JUDGES):
        held = judges == judge
        ranker = _ranker(candidates.only(~held), prior, len(model))
        raw[held] = ranker.log_odds(candidates.rows[held], len(model))
        kept[held] = _strongest(ranker, candidates.only(held))
    ranker = _ranker(candidates, prior, len(model))
    bends = calibration(raw[kept], candidates.wanted[kept])
    model.ranker = replace(ranker, bends=bends)
    model.figures = _figures(model, candidates, calibrated(raw, bends), kept)


def _ranker(candidates: Candidates, prior: Numbers, examples: int) -> Ranker:
    """Weights around the prior, and trees on the strongest candidates where there are examples enough."""
    ranker = Ranker(weights=weights_around(prior, candidates.rows, candidates.wanted, PULL))
    if examples < TREES_FROM:
        return ranker
    from curation.tagging.boosting import grow

    strong = _strongest(ranker, candidates)
    return replace(ranker, forest=grow(candidates.rows[strong], candidates.wanted[strong]))


def _strongest(ranker: Ranker, candidates: Candidates) -> NDArray[np.bool_]:
    """The STRONGEST candidates of each example by the linear part: those the trees ever see."""
    linear = ranker.linear(candidates.rows, 0)
    order = np.lexsort((-linear, candidates.example))
    example = candidates.example[order]
    starts = np.flatnonzero(np.r_[True, example[1:] != example[:-1]])
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.r_[starts, len(order)]))
    kept = np.zeros(len(order), dtype=bool)
    kept[order[rank < STRONGEST]] = True
    return kept


def _figures(model: Model, candidates: Candidates, scores: Numbers, kept: NDArray[np.bool_]) -> dict[str, float]:
    """What the held-out parts reached, five suggestions an example."""
    found: dict[int, list[tuple[str, float]]] = {}
    for place in np.flatnonzero(kept)[np.argsort(-scores[kept], kind="stable")]:
        ranked = found.setdefault(int(candidates.example[place]), [])
        if len(ranked) < DEPTH:
            ranked.append((candidates.uris[place], float(scores[place])))
    first = len(model) - (int(candidates.example.max()) + 1)
    labels = model.memory.labels[first:]
    gold = {place: {model.concepts[n] for n, said in labels[place].items() if said > 0} for place in found}
    return figures_of((gold[place], ranked) for place, ranked in found.items())
