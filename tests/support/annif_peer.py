"""Annif in an environment of its own, as a peer: the same files in, its suggestions and what they cost out."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

WORKER = Path(__file__).with_name("annif_worker.py")

# What its documentation recommends; Snowball for English was measured level with its others.
ANALYZERS = {"en": "snowball(english)", "de": "snowball(german)", "fr": "snowball(french)", "es": "snowball(spanish)"}

# Trials of the search for the ensemble's weights. Source: 60 gave the best ensemble that was measured.
TRIALS = 60


class Annif:
    """Projects over one vocabulary, kept in a folder; `home` is a virtual environment with Annif and `nltk_data`."""

    def __init__(self, home: Path, folder: Path, vocabulary: Path, language: str = "en") -> None:
        self.home, self.folder = home, folder
        self.about = {"language": language, "vocabulary": str(vocabulary.resolve())}
        self.about["analyzer"] = ANALYZERS.get(language, f"simplemma({language})")
        folder.mkdir(parents=True, exist_ok=True)

    def learn(self, train: Path, *parts: str, validate: Path | None = None) -> dict[str, Any]:
        """Train parts, and tune the ensemble's weights on `validate`. Gives CPU seconds of each and the weights."""
        more = {"validate": str(validate.resolve()), "trials": TRIALS} if validate else {}
        return self._run(do="learn", parts=parts, train=str(train.resolve()), **more)

    def suggest(self, project: str, test: Path, rounds: int = 1, sources: str | None = None) -> dict[str, Any]:
        """`found` (concepts with scores by document id), `ms` of CPU a document when warm, `memory` in MB."""
        more = {"sources": sources} if sources else {}
        return self._run(do="suggest", project=project, test=str(test.resolve()), rounds=rounds, **more)

    def _run(self, **order: Any) -> dict[str, Any]:
        given, answer = self.folder / "order.json", self.folder / "answer.json"
        given.write_text(json.dumps({**self.about, **order}))
        answer.unlink(missing_ok=True)
        outside = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        # Its own threads wait for each other on shared machines and would count as CPU it does not need.
        one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
        done = subprocess.run(
            [str(self.home / "bin" / "python"), str(WORKER), str(given), str(answer)],
            env={**outside, **one, "NLTK_DATA": str(self.home / "nltk_data")},
            capture_output=True,
            text=True,
        )
        if not answer.exists():
            raise RuntimeError(f"Annif in {self.home} failed: {done.stderr[-2000:]}")
        return json.loads(answer.read_text())
