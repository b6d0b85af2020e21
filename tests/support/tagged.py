"""The tagged corpora as documents with what people attached, and a few suggestions measured against it."""

import json
from collections.abc import Iterable
from pathlib import Path

from curation.tagging.evaluate import figures_of
from curation.tagging.model import Example
from curation.tagging.suggestion import Document
from curation.tagging.tagger import Tagger


def examples(path: Path) -> list[Example]:
    """The documents of a JSON Lines file with their tags."""
    with path.open() as lines:
        records = [json.loads(line) for line in lines]
    return [Example(Document(str(r["id"]), r["title"], r["text"]), tuple(r["tags"])) for r in records]


def measured(tagger: Tagger, gold: Iterable[Example], limit: int = 5) -> dict[str, float]:
    """The figures of a tagger on documents whose tags are known."""
    return figures_of(suggested(tagger, gold, limit))


def suggested(
    tagger: Tagger, gold: Iterable[Example], limit: int = 5
) -> list[tuple[set[str], list[tuple[str, float]]]]:
    """What people attached to each document beside what is suggested for it."""
    return [
        (set(one.tags), [(said.concept, said.score) for said in tagger.suggest(one.document, limit)]) for one in gold
    ]
