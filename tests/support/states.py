"""What a library holds, in a form in which two libraries can be compared: no times, no numbers given in passing."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Table, select

from curation.database import ArticleRow, Base
from curation.database.session import open_session

# Who worked when, what was searched, and signed states of work: they differ between two runs that did the same.
PASSING = {"runs", "leases", "searches"}
# Grows with every change, and a run that was cut short changes some things twice.
COUNTED = {"version"}
Held = dict[str, list[str]]


def held(url: str) -> Held:
    """Every table's rows as sorted lines of JSON; rows are named by what they say, not by their number."""
    with open_session(url, reads_only=True) as db:
        names = dict(db.execute(select(ArticleRow.id, ArticleRow.resource_id)).all())
        return {
            table.name: sorted(_line(table, row._asdict(), names) for row in db.execute(select(table)))
            for table in Base.metadata.sorted_tables
            if table.name not in PASSING
        }


def _line(table: Table, row: dict[str, Any], names: dict[int, str]) -> str:
    said = {}
    for column in table.columns:
        numbered = column.primary_key and isinstance(column.type, Integer) and column.name == "id"
        value = row[column.name]
        if isinstance(value, datetime) or numbered or column.name in COUNTED:
            continue
        said[column.name] = names[value] if column.name == "article_id" else value
    if table.name == "relations" and said["kind"] == "sibling":
        # Neither of two siblings comes first.
        said["first"], said["second"] = sorted((said["first"], said["second"]))
    return json.dumps(said, sort_keys=True, default=repr)


def differences(one: Held, other: Held, most: int = 6) -> list[str]:
    """Lines that only one of two libraries holds, a few a table; empty where they hold the same."""
    said = []
    for table in one:
        for mark, lines in (("-", set(one[table]) - set(other[table])), ("+", set(other[table]) - set(one[table]))):
            said += [f"{mark} {table} {line[:400]}" for line in sorted(lines)[:most]]
    return said
