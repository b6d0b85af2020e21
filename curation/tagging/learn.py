"""Learning from a file: tagged examples in, a model folder out, the same fit as every night."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from curation.errors import CurationError
from curation.tagging.concept import Vocabulary
from curation.tagging.model import Example
from curation.tagging.suggestion import Document

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
        with path.open(encoding="utf-8-sig", errors="replace") as lines:
            for number, line in enumerate(lines, 1):
                example = _example(line, f"{path}, line {number}", log) if line.strip() else None
                if example is None:
                    continue
                for name in (*example.tags, *example.rejected):
                    if vocabulary.resolve(name) is None:
                        unknown[name] = unknown.get(name, 0) + 1
                yield example
    except OSError as error:
        raise CurationError(f"{path} can't be read ({error.strerror}). Check the name of the file.") from error


def _example(line: str, place: str, log: Callable[[str], None]) -> Example | None:
    """The example of a line; None, and a word to the log, where it is none."""
    try:
        return example_of(json.loads(line))
    except json.JSONDecodeError:
        log(f"{place} is passed over: it is no JSON.")
    except KeyError as error:
        log(f"{place} is passed over: it has no {error.args[0]}.")
    except (TypeError, ValueError, RecursionError) as error:
        log(f"{place} is passed over: {error}.")
    return None


def example_of(record: Any) -> Example:
    """The example of a JSON record. Raises KeyError (a field is missing) or TypeError (it is of another kind)."""
    if not isinstance(record, dict):
        raise TypeError("an object with id, text and tags is wanted")
    if not isinstance(record["text"], str):
        raise TypeError("text is no string")
    if "tags" not in record and "rejected" not in record:
        raise KeyError("tags")
    tags, rejected, filed = (_names(record, key) for key in ("tags", "rejected", "source_tags"))
    language = record.get("language")
    title = str(record.get("title") or "")
    known = language if isinstance(language, str) else None
    return Example(Document(str(record["id"]), title, record["text"], known, filed), tags, rejected)


def _names(record: dict[str, Any], key: str) -> tuple[str, ...]:
    names = record.get(key) or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise TypeError(f"{key} is no list of strings")
    return tuple(names)
