"""Models on disk: a folder of versions, each written whole or not at all, any of which can be put back."""

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from curation.errors import CurationError
from curation.tagging.concept import Vocabulary
from curation.tagging.model import Model
from curation.tagging.ranker import Forest, Ranker
from curation.tagging.tallies import Tallies
from curation.tagging.vectors import Counts

Say = Callable[[str], None]

# The form of the files; a model of another form is passed over, and the next fit makes one anew. Raise it when files,
# features, stems or weights of words change: coefficients and calibration hold for those they were fitted with.
FORM = 2

# Versions kept, so that an older one can be put back. Source: a week of nightly fits.
KEPT = 7

VERSION = re.compile(r"\d{6}-[0-9a-f]{8}")


def vocabulary_hash(vocabulary: Vocabulary) -> str:
    """Sixteen hex digits that change with any concept."""
    said = json.dumps([vocabulary.concepts[uri].to_dict() for uri in sorted(vocabulary.concepts)], sort_keys=True)
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]


def save_model(model: Model, folder: Path) -> str:
    """Write a model as the next version of a folder and make it the current one. Returns the version's name.

    The files are written beside and renamed at the end, so a power cut leaves the version before it in use. Raises
    CurationError where the folder can't be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for broken in folder.glob(".writing-*"):
            shutil.rmtree(broken, ignore_errors=True)
        temporary = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
        try:
            arrays = temporary / "arrays.npz"
            np.savez_compressed(arrays, **_arrays(model))
            about = {**_about(model), "arrays": _digest(arrays)}
            (temporary / "model.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
            last = max((int(name[:6]) for name in versions(folder)), default=0)
            version = f"{last + 1:06d}-{about['arrays'][:8]}"
            temporary.rename(folder / version)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        use_version(folder, version)
    except OSError as error:
        told = f"The model can't be written to {folder} ({error.strerror}). Free space or name another folder."
        raise CurationError(told) from error
    for old in versions(folder)[:-KEPT]:
        shutil.rmtree(folder / old, ignore_errors=True)
    model.version = version
    return version


def versions(folder: Path) -> list[str]:
    """The versions in a folder, oldest first."""
    return sorted(entry.name for entry in folder.iterdir() if VERSION.fullmatch(entry.name)) if folder.is_dir() else []


def use_version(folder: Path, version: str) -> None:
    """Make one version of a folder the current one. Raises CurationError where it is not there."""
    if not (folder / version / "model.json").exists():
        raise CurationError(f"{folder} has no model {version}. It has: {', '.join(versions(folder)) or 'none'}.")
    beside = folder / ".current"
    beside.write_text(version, encoding="utf-8")
    beside.replace(folder / "current")


def is_whole(folder: Path) -> bool:
    """Whether the current model of a folder was written to its end; a folder without any has nothing to mend."""
    current = folder / "current"
    if not current.is_file():
        return not versions(folder)
    try:
        place = folder / current.read_text(encoding="utf-8").strip()
        about = json.loads((place / "model.json").read_text(encoding="utf-8"))
        return bool(about["form"] == FORM and about["arrays"] == _digest(place / "arrays.npz"))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def load_model(folder: Path, vocabulary: Vocabulary, say: Say) -> Model:
    """The current model of a folder, else the newest whole one, else an untrained one; `say` hears each step down."""
    if not folder.is_dir():
        say(f"There is no model in {folder}, so tags are suggested untrained. Make one with: commonplace learn.")
        return Model(vocabulary)
    current = folder / "current"
    chosen = current.read_text(encoding="utf-8").strip() if current.is_file() else ""
    order = list(dict.fromkeys([*([chosen] if chosen in versions(folder) else []), *reversed(versions(folder))]))
    for version in order:
        try:
            return _read(folder / version, vocabulary, say)
        except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
            say(f"The model {version} in {folder} is not whole ({type(error).__name__}), so the one before it is used.")
    say(f"There is no whole model in {folder}, so tags are suggested untrained. Make one with: commonplace learn.")
    return Model(vocabulary)


def _about(model: Model) -> dict[str, Any]:
    """What is not an array: names, tallies, figures."""
    tallies = model.tallies
    return {
        "form": FORM,
        "vocabulary": vocabulary_hash(model.vocabulary),
        "figures": model.figures,
        "concepts": model.concepts,
        "labels": [model.vocabulary.label(uri) for uri in model.concepts],
        "documents": model.memory.ids,
        "settled": model.memory.settled,
        "tallies": [tallies.examples, *(list(counts.items()) for counts in tallies.counters()), dict(tallies.totals)],
    }


def _arrays(model: Model) -> dict[str, Any]:
    """Vectors, labels and coefficients, as flat arrays."""
    memory, ranker = model.memory, model.ranker
    said = [(row, number, value) for row, labels in enumerate(memory.labels) for number, value in labels.items()]
    arrays = {
        "ends": np.cumsum([0, *(len(counts.ids) for counts in memory.counts)]),
        "ids": np.concatenate([np.zeros(0, np.int32), *(counts.ids for counts in memory.counts)]),
        "values": np.concatenate([np.zeros(0, np.float32), *(counts.values for counts in memory.counts)]),
        "said": np.array(said, dtype=np.float64).reshape(-1, 3),
        "numbers": memory.numbers,
        "table": memory.table,
        "bends": ranker.bends,
    }
    if ranker.weights is not None:
        arrays["weights"] = ranker.weights
    if ranker.forest is not None:
        arrays.update({f"forest_{one.name}": np.asarray(getattr(ranker.forest, one.name)) for one in fields(Forest)})
    return arrays


def _read(place: Path, vocabulary: Vocabulary, say: Say) -> Model:
    """One version. Raises an error of reading where it is not whole."""
    about = json.loads((place / "model.json").read_text(encoding="utf-8"))
    if about["form"] != FORM or about["arrays"] != _digest(place / "arrays.npz"):
        raise ValueError(place.name)
    with np.load(place / "arrays.npz", allow_pickle=False) as arrays:
        model = _model(about, dict(arrays), vocabulary)
    model.version = place.name
    if about["vocabulary"] != vocabulary_hash(vocabulary):
        _adapt(model, about["labels"], say)
    return model


def _model(about: dict[str, Any], arrays: dict[str, Any], vocabulary: Vocabulary) -> Model:
    """The model of what was read."""
    model = Model(vocabulary)
    model.concepts = [str(uri) for uri in about["concepts"]]
    model.number = {uri: number for number, uri in enumerate(model.concepts)}
    model.figures = about["figures"]
    ends = arrays["ends"]
    counts = [Counts(arrays["ids"][a:b], arrays["values"][a:b]) for a, b in pairwise(ends)]
    labels: list[dict[int, float]] = [{} for _ in counts]
    for row, number, value in arrays["said"].tolist():
        labels[int(row)][int(number)] = value
    model.memory.restore(about["documents"], counts, labels, about["settled"], arrays["numbers"], arrays["table"])
    examples, *counters, totals = about["tallies"]
    model.tallies = Tallies.restored(examples, counters, totals)
    forest = None
    if "forest_start" in arrays:
        kept = {one.name: arrays[f"forest_{one.name}"] for one in fields(Forest)}
        forest = Forest(**{**kept, "start": float(kept["start"]), "depth": int(kept["depth"])})
    model.ranker = Ranker(arrays.get("weights"), forest, arrays["bends"])
    return model


def _adapt(model: Model, labels: list[str], say: Say) -> None:
    """Lead concepts that were replaced or renamed to today's, and drop those that are gone, with a word about each."""
    vocabulary = model.vocabulary
    named = zip(model.concepts, labels, strict=True)
    today = [vocabulary.current(uri) or vocabulary.resolve(label) for uri, label in named]
    moved = [old for old, new in zip(model.concepts, today, strict=True) if new and new != old]
    gone = [old for old, new in zip(model.concepts, today, strict=True) if new is None]
    model.rename(today)
    if moved:
        say(f"{len(moved)} concepts the model learned are now others and were led there, such as {moved[0]}.")
    if gone:
        say(f"{len(gone)} concepts the model learned left the vocabulary and were dropped, such as {gone[0]}.")
    say("The vocabulary changed since the model was fitted; fit it again with commonplace learn to settle the change.")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
