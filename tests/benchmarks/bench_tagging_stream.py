"""Posts in order of time: ours learning from each decision beside a logistic regression fitted again every 100.

python -m tests.benchmarks.bench_tagging_stream [drift|curator] [CORPUS ...]

`drift` learns from the older half and goes through the newer one, post by post, as its tags become known: never
learning, learning at once, and learning at once with a fit every 100 posts as at night. The peer is scikit-learn's
logistic regression over tf-idf (title twice), as fitted on the older half and fitted again every 100 posts; where
COMMONPLACE_ANNIF is set (see bench_tagging_annif), Annif's ensemble of the older half, tuned on a tenth of it, too.
`curator` begins with nothing: a simulated person decides on every suggestion and adds what is missing. Other posts,
kept back, say how often the first suggestion is right by then; five orders at random, and that of time.
"""

import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from curation.tagging.concept import Vocabulary
from curation.tagging.evaluate import figures_of
from curation.tagging.fit import fit
from curation.tagging.model import Example
from curation.tagging.suggestion import Document
from curation.tagging.tagger import Tagger
from tests.benchmarks.bench_tagging import FOLDER, show, split
from tests.support.annif_peer import Annif
from tests.support.annif_worker import PARTS
from tests.support.tagged import measured

NIGHT = 100
MILESTONES = (0, 50, 200, 500)
ORDERS = 5
Ranked = list[tuple[str, float]]


def drift(name: str) -> None:
    words, known, test = split(name)
    every = sorted([*known, *test], key=lambda one: one.document.id)
    old, new = every[: len(every) // 2], every[len(every) // 2 :]
    if home := os.environ.get("COMMONPLACE_ANNIF"):
        with tempfile.TemporaryDirectory() as scratch:
            show(f"{name} Annif ensemble, static", annif(Path(home), name, old, new, Path(scratch)))
    theirs = {again: streamed(new, regression(old, again)) for again in (False, True)}
    mine = {way: streamed(new, ours(words, old, way)) for way in ("static", "at once", "at once, and nightly")}
    for again, label in ((False, "static"), (True, f"again every {NIGHT}")):
        show(f"{name} regression, {label}", theirs[again])
    for way, figures in mine.items():
        show(f"{name} ours, {way}", figures)
    for key in ("F1@5", "nDCG@5"):
        gain = theirs[True][key] - theirs[False][key]
        for way in ("at once", "at once, and nightly"):
            lift = mine[way][key] - mine["static"][key]
            print(
                f"{key} {way}: {mine[way][key] / theirs[True][key]:.3f} of the regression's that is fitted again; "
                f"gain {lift:+.3f} where that gains {gain:+.3f} over its static self, "
                f"{mine[way][key] - theirs[False][key]:+.3f} over it"
            )


def streamed(new: list[Example], suggest: Callable[[Example], Ranked]) -> dict[str, float]:
    """Figures of what was suggested for each post before its tags were known."""
    return figures_of([(set(one.tags), suggest(one)) for one in new])


def ours(words: Vocabulary, old: list[Example], way: str) -> Callable[[Example], Ranked]:
    """A tagger that answers and is then told each tag, one by one."""
    tagger, seen = Tagger(words, fit(words, old)), list(old)

    def answer(one: Example) -> Ranked:
        nonlocal tagger
        if "nightly" in way and len(seen) > len(old) and (len(seen) - len(old)) % NIGHT == 0:
            tagger = Tagger(words, fit(words, seen))
        found = [(said.concept, said.score) for said in tagger.suggest(one.document)]
        seen.append(one)
        if way != "static":
            decide(tagger, one, found)
        return found

    return answer


def decide(tagger: Tagger, one: Example, found: Ranked) -> int:
    """Every suggestion is accepted or rejected and what is missing is added; how many decisions that were."""
    said = {concept: concept in one.tags for concept, _ in found} | dict.fromkeys(one.tags, True)
    for concept, accepted in said.items():
        tagger.learn(one.document, concept, accepted)
    return len(said)


def regression(old: list[Example], again: bool) -> Callable[[Example], Ranked]:
    """One logistic regression a concept over words, answering with the five likeliest."""
    seen = list(old)
    predict = fitted(seen)

    def answer(one: Example) -> Ranked:
        nonlocal predict
        if again and len(seen) > len(old) and (len(seen) - len(old)) % NIGHT == 0:
            predict = fitted(seen)
        seen.append(one)
        return predict(one.document)

    return answer


def fitted(seen: list[Example]) -> Callable[[Document], Ranked]:
    """C and balance as in the figures that were measured before on another blog."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.preprocessing import MultiLabelBinarizer

    def text(document: Document) -> str:
        return f"{document.title}\n{document.title}\n{document.text}"

    vectors = TfidfVectorizer(sublinear_tf=True, min_df=2)
    concepts = MultiLabelBinarizer()
    rows = vectors.fit_transform(text(one.document) for one in seen)
    wanted = concepts.fit_transform([one.tags for one in seen])
    one_each = LogisticRegression(C=20, class_weight="balanced", solver="liblinear")
    model = OneVsRestClassifier(one_each).fit(rows, wanted)

    def predict(document: Document) -> Ranked:
        scores = model.predict_proba(vectors.transform([text(document)]))[0]
        return [(str(concepts.classes_[place]), float(scores[place])) for place in np.argsort(-scores)[:5]]

    return predict


def annif(home: Path, name: str, old: list[Example], new: list[Example], scratch: Path) -> dict[str, float]:
    """Annif's ensemble: every tenth of the older posts tunes its weights, the others train its parts."""
    parts = {"train": [o for n, o in enumerate(old) if n % 10], "tune": old[::10], "test": new}
    for part, some in parts.items():
        (scratch / part).write_text("".join(lines(some)))
    peer = Annif(home, scratch, FOLDER / name / "vocabulary.ttl")
    learned = peer.learn(scratch / "train", *PARTS, validate=scratch / "tune")
    found = peer.suggest("ensemble", scratch / "test", sources=learned["sources"])["found"]
    return figures_of([(set(one.tags), found[one.document.id][:5]) for one in new])


def lines(some: list[Example]) -> Iterator[str]:
    for one in some:
        document = one.document
        record = {"id": document.id, "title": document.title, "text": document.text, "tags": one.tags}
        yield json.dumps(record) + "\n"


def curator(name: str) -> None:
    """From nothing, post by post, so many decisions: how often the first suggestion is right, how long one takes."""
    words, known, test = split(name)
    by_time = sorted(known, key=lambda one: one.document.id)
    waits: list[tuple[float, float]] = []
    shuffled = [reached(words, random.Random(n).sample(known, len(known)), test, waits) for n in range(ORDERS)]
    for title, orders in ((f"mean of {ORDERS} orders", shuffled), ("by time", [reached(words, by_time, test, waits)])):
        for place, total in enumerate(MILESTONES):
            mean = {key: float(np.mean([order[place][key] for order in orders])) for key in orders[0][place]}
            show(f"{name} after {total} decisions, {title}", mean, f"{mean['posts']:.0f} posts")
    took, most = np.mean(waits, axis=0) * 1000, np.max(waits, axis=0) * 1000
    print(
        f"{name}: a decision {took[0]:.1f} ms CPU (at most {most[0]:.1f}), the changed suggestions {took[1]:.1f} "
        f"(at most {most[1]:.1f})"
    )


def reached(
    words: Vocabulary, posts: list[Example], test: list[Example], waits: list[tuple[float, float]]
) -> list[dict[str, float]]:
    """The figures at each milestone; CPU of a decision and of the suggestions after it go to `waits`."""
    tagger, decided, figures = Tagger(words), 0, []
    following = iter(posts)
    for milestone in MILESTONES:
        while decided < milestone:
            one = next(following)
            found = [(said.concept, said.score) for said in tagger.suggest(one.document)]
            start = time.process_time()
            made = decide(tagger, one, found)
            between = time.process_time()
            tagger.suggest(test[0].document)
            waits.append(((between - start) / made, time.process_time() - between))
            decided += made
        figures.append({**measured(tagger, test), "posts": len(tagger.model)})
    return figures


if __name__ == "__main__":
    chosen = [word for word in sys.argv[1:] if word in ("drift", "curator")] or ["drift", "curator"]
    for corpus in [word for word in sys.argv[1:] if word not in ("drift", "curator")] or ["18f", "swcarpentry"]:
        for wanted in chosen:
            {"drift": drift, "curator": curator}[wanted](corpus)
