"""Tag suggestions beside Annif on the same documents in the same run: quality, CPU, memory, learning time and curve.

python -m tests.benchmarks.bench_tagging_annif [compare|curve] [CORPUS ...]

COMMONPLACE_ANNIF names an environment of Annif's own, HOME below, made once:
    python3.11 -m venv HOME && HOME/bin/pip install "annif[omikuji]==1.4.3"
    HOME/bin/pip download --no-deps llama-index-core -d HOME/wheel     # carries NLTK's punkt_tab, which Annif wants
    unzip -j HOME/wheel/llama_index_core-*.whl "*/punkt_tab.zip" -d HOME/nltk_data/tokenizers
    unzip HOME/nltk_data/tokenizers/punkt_tab.zip -d HOME/nltk_data/tokenizers
CORPUS is a folder of the shared `tags` (18f, swcarpentry), or the path of one made like them.

Annif's parts learn from train and its ensemble's weights are tuned on validate. Ours needs nothing tuned: it learns
from train alone, then from both. So that validate is no advantage, Annif's parts are trained on both too, with the
weights found before. "always five" is ours without its least score, and "cut" Annif's ensemble with a least score of
its own, the best one for F1@5 on validate.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

from curation.tagging.evaluate import figures_of
from curation.tagging.fit import fit
from curation.tagging.keeping import save_model
from curation.tagging.model import Example
from curation.tagging.tagger import Tagger, open_tagger
from curation.tagging.vocabulary import read_vocabulary
from tests.benchmarks.bench_tagging import FOLDER, cpu, plain, show
from tests.support.annif_peer import Annif
from tests.support.annif_worker import PARTS, memory
from tests.support.tagged import examples, measured

CURVE = (10, 50, 200)
LEAST = tuple(n / 50 for n in range(20))
Figures = dict[str, float]


def compare(home: Path, corpus: Path, scratch: Path) -> None:
    """One corpus: both sides learn, suggest for the test documents, and ratios are said."""
    peers, costs = theirs(home, corpus, scratch)
    for name, path in (("train", corpus / "train.jsonl"), ("both", joined(corpus, scratch))):
        mine, five, cost = ours(corpus, path, scratch / f"ours-{name}")
        show(
            f"ours, {name}",
            mine,
            f"{cost['ms']:.2f} ms, {cost['memory']:.0f} MB, learning {cost['learning']:.1f} s CPU",
        )
        show(f"ours, {name}, always five", five)
        for said, own, other in (("always five", five, ""), ("", mine, ""), ("", mine, ", cut")):
            held = peers[f"ensemble, {name}{other}"]
            ratios = ", ".join(f"{key} x{own[key] / held[key]:.3f}" for key in ("F1@5", "nDCG@5"))
            print(f"    ours {said} / Annif's ensemble{other}, both on {name}: {ratios}")
        print(
            f"    suggestions a second of CPU: x{costs['mllm'] / cost['ms']:.1f} of mllm's, "
            f"x{costs['ensemble, train'] / cost['ms']:.1f} of the ensemble's; learning time "
            f"x{cost['learning'] / costs[f'learning, {name}']:.2f}, memory x{cost['memory'] / costs['memory']:.2f}"
        )


def theirs(home: Path, corpus: Path, scratch: Path) -> tuple[dict[str, Figures], dict[str, float]]:
    """Figures of Annif's parts and ensembles, and what they cost."""
    test, validate = examples(corpus / "test.jsonl"), corpus / "validate.jsonl"
    one = Annif(home, scratch / "train", corpus / "vocabulary.ttl")
    learned = one.learn(corpus / "train.jsonl", *PARTS, validate=validate)
    weights = learned["sources"]
    answers = {part: one.suggest(part, corpus / "test.jsonl", 3) for part in PARTS}
    answers["ensemble, train"] = one.suggest("ensemble", corpus / "test.jsonl", 3, weights)
    tuned = one.suggest("ensemble", validate, 1, weights)["found"]
    least = max(LEAST, key=lambda some: figures_of(pairs(examples(validate), tuned, some))["F1@5"])
    both = Annif(home, scratch / "both", corpus / "vocabulary.ttl")
    again = both.learn(joined(corpus, scratch), *PARTS)
    answers["ensemble, both"] = both.suggest("ensemble", corpus / "test.jsonl", 1, weights)
    figures = {name: figures_of(pairs(test, answer["found"])) for name, answer in answers.items()}
    for name in ("ensemble, train", "ensemble, both"):
        figures[f"{name}, cut"] = figures_of(pairs(test, answers[name]["found"], least))
    for name, reached in figures.items():
        cost = answers.get(name)
        show(f"Annif {name}", reached, f"{cost['ms']:.1f} ms, {cost['memory']:.0f} MB" if cost else f"under {least}")
    spent = ", ".join(f"{name} {seconds:.1f}" for name, seconds in learned["cpu"].items())
    print(f"Annif's weights {weights}; learning {sum(learned['cpu'].values()):.1f} s CPU ({spent})")
    costs = {name: answer["ms"] for name, answer in answers.items()}
    costs["memory"] = answers["ensemble, train"]["memory"]
    costs["learning, train"] = sum(learned["cpu"].values())
    costs["learning, both"] = sum(again["cpu"].values()) + learned["cpu"]["tuning"]
    return figures, costs


def curve(home: Path, corpus: Path, scratch: Path) -> None:
    """F1@5 after so many examples, ours and mllm on the very same ones."""
    words, test = read_vocabulary(corpus / "vocabulary.ttl"), examples(corpus / "test.jsonl")
    show("label matching alone", plain(words, test))
    show("ours after 0", measured(Tagger(words), test))
    lines = joined(corpus, scratch).read_text().splitlines()
    random.Random(0).shuffle(lines)
    for total in (*CURVE, len(lines)):
        path = scratch / f"{total}.jsonl"
        path.write_text("\n".join(lines[:total]) + "\n")
        peer = Annif(home, scratch / f"curve-{total}", corpus / "vocabulary.ttl")
        peer.learn(path, "mllm")
        other = figures_of(pairs(test, peer.suggest("mllm", corpus / "test.jsonl")["found"]))
        mine = measured(Tagger(words, fit(words, examples(path))), test)
        show(f"mllm after {total}", other)
        show(f"ours after {total}", mine, f"F1@5 x{mine['F1@5'] / other['F1@5']:.2f}")


def ours(corpus: Path, known: Path, folder: Path) -> tuple[Figures, Figures, dict[str, float]]:
    """Our figures, those without a least score, and what learning costs here and suggesting in a process of its own."""
    words, test = read_vocabulary(corpus / "vocabulary.ttl"), examples(corpus / "test.jsonl")
    learned = examples(known)
    start = time.process_time()
    model = fit(words, learned)
    learning = time.process_time() - start
    save_model(model, folder)
    command = [sys.executable, "-m", "tests.benchmarks.bench_tagging_annif", "serve", str(corpus), str(folder)]
    cost = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    tagger = Tagger(words, model)
    with patch("curation.tagging.tagger.LEAST", 0):
        five = measured(tagger, test)
    return measured(tagger, test), five, {**cost, "learning": learning}


def serve(corpus: Path, folder: Path) -> None:
    """CPU a document and memory of a process that only suggests."""
    tagger = open_tagger(read_vocabulary(corpus / "vocabulary.ttl"), folder)
    print(json.dumps({"ms": cpu(tagger, examples(corpus / "test.jsonl")), **memory()}))


def joined(corpus: Path, scratch: Path) -> Path:
    """Train and validate as one file."""
    path = scratch / "both.jsonl"
    path.write_text((corpus / "train.jsonl").read_text() + (corpus / "validate.jsonl").read_text())
    return path


def pairs(
    test: list[Example], found: dict[str, Any], least: float = 0
) -> list[tuple[set[str], list[tuple[str, float]]]]:
    """What people attached beside the first five that were found, the others of them no less likely than `least`."""
    rows = []
    for one in test:
        ranked = enumerate(found.get(one.document.id, [])[:5])
        rows.append((set(one.tags), [(uri, score) for rank, (uri, score) in ranked if not rank or score >= least]))
    return rows


def main(wanted: list[str]) -> None:
    home = os.environ.get("COMMONPLACE_ANNIF")
    if not home:
        print("Name an environment with Annif in COMMONPLACE_ANNIF; how to make one stands at the top of this file.")
        return
    every = {"compare": compare, "curve": curve}
    for name in [word for word in wanted if word not in every] or ["18f", "swcarpentry"]:
        for step in [word for word in wanted if word in every] or every:
            print(f"== {name}, {step}")
            with tempfile.TemporaryDirectory() as scratch:
                every[step](Path(home), FOLDER / name, Path(scratch))


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main(sys.argv[1:])
