"""One commit's changes to an embedded index, checked against the versions held, and counted."""

from collections.abc import Iterable, Mapping

from tantivy import Document, IndexWriter, Schema, Searcher
from tantivy import Query as TantivyQuery

from search_config.document import SearchDocument
from search_config.entry import Entry, checked_version, entry, key
from search_config.index import WriteReport
from search_config.tuning import tuning


class Batch:
    """One commit's changes, counted."""

    def __init__(self, schema: Schema, writer: IndexWriter, held: Searcher | None) -> None:
        self._schema = schema
        self._writer = writer
        self._held = held
        self._seen: dict[str, int] = {}
        self._stale = 0
        self._failed: dict[str, str] = {}
        self._written = 0

    def write(self, documents: Iterable[SearchDocument]) -> None:
        """Add or replace them all."""
        for document in documents:
            self._write(document)

    def delete(self, versions: Mapping[str, int]) -> None:
        """Remove them all."""
        for document_id, version in versions.items():
            self._delete(document_id, version)

    def report(self) -> WriteReport:
        """What became of the batch."""
        return WriteReport(self._written, self._stale, self._failed)

    def _write(self, document: SearchDocument) -> None:
        """Add the document in place of the version held, unless that is as new."""
        try:
            new = entry(document)
        except (ValueError, TypeError) as problem:
            self._failed[document.id] = str(problem)
            return
        held = self._version(new["key"])
        if held is not None and held >= new["version"]:
            self._stale += 1
            return
        self._replace(new["key"], new["version"], Document.from_dict(_row(new), self._schema), held is not None)

    def _delete(self, document_id: str, version: int) -> None:
        """Leave a mark in place of the document, unless a newer version is held."""
        try:
            name, marked = key(document_id), checked_version(version)
        except ValueError as problem:
            self._failed[document_id] = str(problem)
            return
        held = self._version(name)
        if held is not None and held > marked:
            self._stale += 1
            return
        mark = Document.from_dict({"key": name, "version": marked}, self._schema)
        self._replace(name, marked, mark, held is not None)

    def _replace(self, name: str, version: int, document: Document, replaces: bool) -> None:
        if replaces:
            self._writer.delete_documents_by_term("key", name)
        self._writer.add_document(document)
        self._seen[name] = version
        self._written += 1

    def _version(self, name: str) -> int | None:
        if name in self._seen or self._held is None:
            return self._seen.get(name)
        found = self._held.search(TantivyQuery.term_query(self._schema, "key", name, "basic"), 1, count=False).hits
        if not found:
            return None
        number = self._held.fast_field_values("version", [found[0][1]])[0]
        return None if number is None else int(number)


def _row(new: Entry) -> dict[str, object]:
    """The entry as the schema takes it: what is only shown goes in as bytes."""
    row: dict[str, object] = dict(new)
    for field in tuning().fields:
        if field.behaviour == "shown":
            row[field.name] = str(row[field.name]).encode()
    return row
