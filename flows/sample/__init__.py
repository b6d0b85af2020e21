"""A sample organisation, Gannet Sound Ferries & Harbours, as data: wiki, blog, vocabulary, ratings, conversations."""

import csv
import io
import json
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

# Stands in the data files for the address the sample is served at, because its port varies.
BASE = "{base}"


def sources(base: str) -> list[dict[str, Any]]:
    """The wiki and the blog as settings of crawlers' Source; no delay, because the server is our own."""
    shared = {"delay": 0.0, "concurrency": 8, "keeper": "Priya Nathwani"}
    wiki = {"name": "wiki", "kind": "sitemap", "address": f"{base}/wiki/sitemap.xml", "prefix": f"{base}/wiki/"}
    blog = {"name": "blog", "kind": "feed", "address": f"{base}/blog/feed.xml", "prefix": f"{base}/blog/"}
    return [
        {**wiki, **shared, "licence": "CC BY-SA 4.0", "least_pages": 40},
        {**blog, **shared, "licence": "CC BY 4.0", "least_pages": 20},
    ]


def vocabulary_path() -> Path:
    """The SKOS vocabulary (Turtle)."""
    return Path(str(files("flows.sample").joinpath("vocabulary.ttl")))


def ratings(base: str) -> list[dict[str, str]]:
    """The community's ratings: url, rater, stars, time, comment, all as text."""
    return [dict(row) for row in csv.DictReader(io.StringIO(ratings_csv(base)))]


def ratings_csv(base: str) -> str:
    """The ratings as the CSV file that `commonplace ratings import` reads."""
    return _filled("ratings.csv", base)


def conversations(base: str) -> dict[str, list[dict[str, Any]]]:
    """`questions` (title, body, author, at, url, answers with body, author, at, accepted) and `comments` (url, body,
    author, at); `url` is the page it is about and may be missing from a question, `at` is ISO 8601."""
    return cast(dict[str, list[dict[str, Any]]], json.loads(_filled("conversations.json", base)))


def collections(base: str) -> list[dict[str, Any]]:
    """Curated collections: slug, title, description, curator (an account's name), items with url and note."""
    return cast(list[dict[str, Any]], json.loads(_filled("collections.json", base)))


def people() -> list[dict[str, str]]:
    """Accounts for the demonstration and nothing else, since the password is written here: name, display_name, role."""
    return cast(list[dict[str, str]], json.loads(_filled("people.json", "")))


def _filled(name: str, base: str) -> str:
    return files("flows.sample").joinpath(name).read_text(encoding="utf-8").replace(BASE, base)
