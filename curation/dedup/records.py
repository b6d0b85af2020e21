"""Pages as lines of JSON in, folds as lines out: what `commonplace dedup` reads and writes."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any

from curation.dedup.fold import Fold, fold
from curation.dedup.text import Text

Report = Callable[[int, str], None]


def fold_lines(lines: Iterable[str], report: Report) -> Iterator[str]:
    """A line of `{"id","cluster","canonical","similarity","relation"}` for each good line
    `{"id","title","text","source"?,"url"?,"published"?}`, in order. A bad one is given to `report` with its number
    (from 1) and what is wrong, and left out."""
    return map(line_of, fold(texts(lines, report)))


def line_of(found: Fold) -> str:
    """A fold as one line of JSON, without its end."""
    return json.dumps(asdict(found), ensure_ascii=True)


def texts(lines: Iterable[str], report: Report) -> Iterator[Text]:
    """The pages in lines of JSON; blank lines are skipped, bad ones reported."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield text_of(json.loads(line))
            except (ValueError, RecursionError) as error:
                report(number, f"{error}")


def text_of(record: Any) -> Text:
    """A page from a decoded record; ValueError says which field is wrong."""
    if not isinstance(record, dict):
        raise ValueError('not an object: a record looks like {"id": …, "title": …, "text": …}')
    page = record.get("id")
    if isinstance(page, bool) or not isinstance(page, str | int):
        raise ValueError('no id: give the record a string or a number as its "id"')
    for field in ("title", "text", "source", "url", "published"):
        if not isinstance(record.get(field, ""), str | None):
            raise ValueError(f'"{field}" is no string')
    if "text" not in record:
        raise ValueError('no text: give the record a "text", which may be empty')
    inbound, rating = record.get("inbound") or 0, record.get("rating")
    if not isinstance(inbound, int) or not isinstance(rating, int | float | None):
        raise ValueError('"inbound" and "rating" are numbers')
    return Text(
        id=str(page),
        title=record.get("title") or "",
        text=record["text"] or "",
        source=record.get("source") or None,
        url=record.get("url") or "",
        published=record.get("published"),
        inbound=inbound,
        rating=rating,
    )
