"""What a library holds, in a form in which two libraries can be compared: no times, no numbers given in passing."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Table, select

from curation.database import ArticleRow, Base
from curation.database.session import open_session
from curation.settings import Settings
from search_config.embedded_folder import IndexFolder
from search_config.embedded_query import everything, schema
from search_config.embedded_reader import Reader
from search_config.tuning import tuning

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
    if table.name == "relations" and said["kind"] not in {"supersedes", "contains"}:
        # Which of the two comes first says nothing.
        said["first"], said["second"] = sorted((said["first"], said["second"]))
    return json.dumps(said, sort_keys=True, default=repr)


def indexed(settings: Settings) -> Held:
    """Every document of the embedded index that can be found, with all that is kept of it, as sorted lines of JSON.

    Of what is only searched (words, facets, readers, suggestions) every term, with the number of its documents.
    """
    reader = Reader(IndexFolder(settings.home / "index", settings.index_prefix))
    opened = reader.newest()
    assert opened is not None, "there is no index"
    searcher, findable = opened.searcher, everything(schema())
    addresses = [address for _, address in searcher.search(findable, searcher.num_docs).hits]
    documents: list[dict[str, Any]] = [{} for _ in addresses]
    said: Held = {}
    for field in tuning().fields:
        if field.behaviour in {"number", "decimal"} and field.name not in COUNTED:
            for document, number in zip(documents, searcher.fast_field_values(field.name, addresses), strict=True):
                document[field.name] = number
        elif field.behaviour == "shown":
            for document, address in zip(documents, addresses, strict=True):
                document[field.name] = bytes(searcher.doc(address).get_first(field.name) or b"").decode()
        elif field.behaviour != "number":
            terms = searcher.terms_with_prefix(field.name, "", filter_query=findable)
            said[f"index {field.name}"] = sorted(f"{term} ({count})" for term, count in terms if count)
    reader.close()
    return {"index": sorted(json.dumps(document, sort_keys=True) for document in documents), **said}


def differences(one: Held, other: Held, most: int = 6) -> list[str]:
    """Lines that only one of two libraries holds, a few a table; empty where they hold the same."""
    said = []
    for table in one:
        for mark, lines in (("-", set(one[table]) - set(other[table])), ("+", set(other[table]) - set(one[table]))):
            said += [f"{mark} {table} {line[:400]}" for line in sorted(lines)[:most]]
    return said
