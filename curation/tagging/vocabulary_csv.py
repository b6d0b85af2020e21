"""A vocabulary as a table: one row a concept, several values in a cell divided by a bar."""

import csv
import io
import json
import re
from typing import Any

from curation.errors import CurationError
from curation.tagging.concept import Concept, Vocabulary

SINGLE = {"scheme": "scheme", "notation": "notation", "status": "status", "replacedBy": "replaced_by"}
LINKS = ("broader", "narrower", "related")
LABELS = {"altLabel": "alt_labels", "hiddenLabel": "hidden_labels"}


def read_csv(text: str, name: str) -> Vocabulary:
    """The concepts of a table, one row each.

    Columns: `prefLabel` and, where wanted, `uri`, `altLabel`, `hiddenLabel`, `definition` (each also with a language,
    as in `prefLabel@en`), `broader`, `narrower`, `related` (URIs or labels), `scheme`, `notation`, `status`,
    `replacedBy` (a URI or label), `peopleOnly`. A row without `uri` gets one made from its label. Raises CurationError
    naming `name` and the line.
    """
    first = text.partition("\n")[0]
    # Spreadsheets divide cells by what the country's decimal comma leaves.
    divider = next((sign for sign in ",;\t" if sign in first), ",")
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=divider)
    headers = [header or "" for header in rows.fieldnames or []]
    if not any(header.partition("@")[0].strip() == "prefLabel" for header in headers):
        raise CurationError(
            f"{name} is no vocabulary: its first line has no column prefLabel. Add one, such as prefLabel@en."
        )
    concepts: dict[str, Concept] = {}
    extra: tuple[tuple[str, str, str], ...] = ()
    try:
        for row in rows:
            if None in row:
                raise CurationError("more cells than columns. Quote cells that hold a comma.")
            cells = {key.strip(): value for key, value in row.items() if value}
            if cells.get("uri") == "_:":
                extra = tuple((item[0], item[1], item[2]) for item in json.loads(cells.get("extra", "[]")))
            elif cells:
                concept = _concept(cells)
                if concept.uri in concepts:
                    raise CurationError(f"{concept.uri} stands here a second time. Make one row of both.")
                concepts[concept.uri] = concept
    except (csv.Error, CurationError) as error:
        raise CurationError(f"{name}, line {rows.line_num}: {error}") from error
    except (ValueError, LookupError, TypeError) as error:
        told = "the column extra is for what an export put there. Rename or remove it."
        raise CurationError(f"{name}, line {rows.line_num}: {told}") from error
    return Vocabulary.of(_linked(list(concepts.values())), extra)


def _concept(cells: dict[str, str]) -> Concept:
    """The concept of one row, its links still as they were written."""
    fields: dict[str, Any] = {"pref_labels": {}, "definitions": {}, "alt_labels": {}, "hidden_labels": {}}
    for header, value in cells.items():
        column, _, language = header.partition("@")
        if column == "prefLabel":
            fields["pref_labels"][language] = value
        elif column == "definition":
            fields["definitions"][language] = value
        elif column in LABELS:
            fields[LABELS[column]][language] = _split(value)
        elif column in LINKS:
            fields[column] = _split(value)
        elif column in SINGLE:
            fields[SINGLE[column]] = value
    fields["status"] = "deprecated" if cells.get("status", "").strip().lower() == "deprecated" else None
    fields["people_only"] = cells.get("peopleOnly", "").lower() in ("true", "yes", "1")
    fields["extra"] = tuple((pair[0], pair[1]) for pair in json.loads(cells.get("extra", "[]")))
    label = next(iter(fields["pref_labels"].values()), "")
    return Concept(uri=cells.get("uri") or "urn:concept:" + re.sub(r"\W+", "-", label.casefold()).strip("-"), **fields)


def _linked(concepts: list[Concept]) -> list[Concept]:
    """Links given by label become URIs; what is neither is kept, so that the check can name it."""
    vocabulary = Vocabulary.of(concepts)
    by_label = {label.casefold(): concept.uri for concept in vocabulary for label in concept.pref_labels.values()}
    linked = []
    for concept in concepts:
        data = concept.to_dict()
        for name in LINKS:
            links = [uri if uri in vocabulary else by_label.get(uri.casefold(), uri) for uri in data.get(name, ())]
            data[name] = links
        onward = concept.replaced_by
        if onward and onward not in vocabulary:
            data["replaced_by"] = by_label.get(onward.casefold(), onward)
        linked.append(Concept.from_dict(data))
    return linked


def write_csv(vocabulary: Vocabulary) -> str:
    """The table that `read_csv` reads back as an equal vocabulary."""
    rows = [_row(concept) for concept in vocabulary]
    if vocabulary.extra:
        rows.append({"uri": "_:", "extra": json.dumps(vocabulary.extra, ensure_ascii=False)})
    headers = list(dict.fromkeys(["uri", *sorted({key for row in rows for key in row} | {"prefLabel"})]))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, headers)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _row(concept: Concept) -> dict[str, str]:
    """One concept as cells."""
    row = {"uri": concept.uri}
    row.update({_header("prefLabel", tag): text for tag, text in concept.pref_labels.items()})
    row.update({_header("definition", tag): text for tag, text in concept.definitions.items()})
    for column, name in LABELS.items():
        row.update({_header(column, tag): _join(texts) for tag, texts in getattr(concept, name).items()})
    row.update({name: _join(getattr(concept, name)) for name in LINKS if getattr(concept, name)})
    row.update({column: getattr(concept, name) for column, name in SINGLE.items() if getattr(concept, name)})
    if concept.people_only:
        row["peopleOnly"] = "true"
    if concept.extra:
        row["extra"] = json.dumps(concept.extra, ensure_ascii=False)
    return row


def _header(column: str, tag: str) -> str:
    return f"{column}@{tag}" if tag else column


def _join(values: tuple[str, ...]) -> str:
    """Values in one cell; a bar or backslash inside a value is escaped, and a space that begins or ends it."""
    return "|".join(re.sub(r"[\\|]|^\s|\s\Z", r"\\\g<0>", value) for value in values)


# One value: spaces around it are a person's, those after a backslash its own; a backslash at the very end is one.
VALUE = re.compile(r"\s*+((?:\\.|[^|\\\s]|\\\Z|\s++(?!\||\Z))*+)\s*+(?:\||\Z)", re.DOTALL)


def _split(cell: str) -> tuple[str, ...]:
    """The values of one cell."""
    return tuple(re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL) for part in VALUE.findall(cell) if part)
