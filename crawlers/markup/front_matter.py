"""What stands between the marks at the head of a page: title, people, dates and tags in YAML or TOML."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import yaml

# Characters. Reason: a head is some lines; a longer one is no head, or an attack on its parser. Source: judgement.
LONGEST = 65_536
# Entries taken from a list, characters of one. Source: judgement.
MOST_ENTRIES, LONGEST_ENTRY = 50, 300
FENCED = re.compile(r"\A\ufeff?(---|\+\+\+)[ \t]*\r?\n(.*?)\r?\n(?:\1|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
# Our word for a fact <- what generators call it (Jekyll, Hugo, mkdocs, Docusaurus, Pelican, Antora, DokuWiki plugins).
NAMES = {
    "title": ("title",),
    "authors": ("authors", "author"),
    "published": ("date", "created", "published", "publishdate"),
    "modified": ("lastmod", "updated", "modified", "last_modified_at", "last_update", "revdate"),
    "tags": ("tags", "keywords", "categories", "category", "topics"),
    "language": ("lang", "language"),
    "licence": ("license", "licence"),
    "summary": ("description", "summary"),
}


def split(text: str) -> tuple[dict[str, Any], str]:
    """The facts in a page's head, and the page without it; a head that can't be read is left off and says nothing."""
    found = FENCED.match(text[:LONGEST])
    if found is None:
        return {}, text
    try:
        data: Any = yaml.safe_load(found[2]) if found[1] == "---" else tomllib.loads(found[2])
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError, TypeError):
        data = {}
    if not isinstance(data, dict):
        # A page that merely begins with a rule.
        return {}, text if data is not None else text[found.end() :]
    return facts(data), text[found.end() :]


def facts(data: Mapping[Any, Any]) -> dict[str, Any]:
    """What named values say, in our words."""
    values = {str(key).lower(): value for key, value in data.items()}
    found: dict[str, Any] = {}
    for name, spellings in NAMES.items():
        given = [values[spelling] for spelling in spellings if values.get(spelling)]
        if name in {"authors", "tags"}:
            entries = [entry for value in given for entry in _entries(value)]
            found[name] = list(dict.fromkeys(entries))[:MOST_ENTRIES]
        elif given:
            found[name] = _one(given[0])
    if values.get("draft") is True or values.get("published") is False:
        found["draft"] = True
    return {name: value for name, value in found.items() if value}


def _entries(value: Any) -> list[str]:
    if isinstance(value, str):
        return [part for part in (p.strip() for p in re.split("[,;]", value)) if part]
    if isinstance(value, list):
        return [entry for entry in map(_one, value[:MOST_ENTRIES]) if entry]
    return [entry] if (entry := _one(value)) else []


def _one(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("name") or value.get("date") or ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return " ".join(str(value).split())[:LONGEST_ENTRY] if isinstance(value, str | int | float) else ""
