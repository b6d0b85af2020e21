"""Learning from a file: tagged examples in, a model folder out, the same fit as every night."""

import json
from collections.abc import Callable, Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from curation.errors import CurationError
from curation.tagging.concept import Vocabulary
from curation.tagging.lines import UNREADABLE, open_lines
from curation.tagging.model import Example
from curation.tagging.suggestion import document_of, names

# Names of unknown tags told apart; the rest is counted. Source: what fits on a line.
NAMED = 5


def learn_file(examples: Path, vocabulary: Path, model: Path, log: Callable[[str], None]) -> dict[str, float]:
    """Fit a model on a file of examples and keep it in a folder; returns what the held-out parts reached.

    A line is {"id", "title", "text", "tags": [URI or label], "rejected": […], "language", "source_tags"}; title,
    rejected and the last two may be left out. A bad line is named to `log` and passed over. Raises CurationError where
    no line can be learned from.
    """
    from curation.tagging.fit import fit
    from curation.tagging.keeping import save_model
    from curation.tagging.vocabulary import read_vocabulary

    words = read_vocabulary(vocabulary)
    unknown: dict[str, int] = {}
    learned = fit(words, read_examples(examples, words, unknown, log))
    if unknown:
        first = ", ".join(sorted(unknown, key=lambda name: -unknown[name])[:NAMED])
        log(f"{len(unknown)} tags are not in {vocabulary} and were passed over, such as {first}.")
    if not len(learned):
        raise CurationError(f"{examples} holds nothing to learn from: no line has a tag that {vocabulary} knows.")
    version = save_model(learned, model)
    log(f"Learned from {len(learned)} documents; the model is {model / version}.")
    return learned.figures


def read_examples(
    path: Path, vocabulary: Vocabulary, unknown: dict[str, int], log: Callable[[str], None]
) -> Iterator[Example]:
    """The examples of a file, one by one; tags the vocabulary lacks are counted in `unknown`."""
    try:
        with TextIOWrapper(open_lines(path), encoding="utf-8-sig", errors="replace") as lines:
            for number, line in enumerate(lines, 1):
                example = _example(line, f"{path}, line {number}", log) if line.strip() else None
                if example is None:
                    continue
                for name in (*example.tags, *example.rejected):
                    if vocabulary.resolve(name) is None:
                        unknown[name] = unknown.get(name, 0) + 1
                yield example
    except UNREADABLE as error:
        raise CurationError(f"{path} can't be read ({error}). Check the name of the file.") from error


def _example(line: str, place: str, log: Callable[[str], None]) -> Example | None:
    """The example of a line; None, and a word to the log, where it is none."""
    try:
        return example_of(json.loads(line))
    except json.JSONDecodeError:
        log(f"{place} is passed over: it is no JSON.")
    except (ValueError, RecursionError) as error:
        log(f"{place} is passed over: {error}.")
    return None


def example_of(record: Any) -> Example:
    """The example of a JSON record. Raises ValueError, saying what is wrong with it."""
    document = document_of(record)
    if "tags" not in record and "rejected" not in record:
        raise ValueError("it has no tags")
    return Example(document, names(record, "tags"), names(record, "rejected"))
