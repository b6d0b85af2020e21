"""The sample's Markdown files, read with their front matter."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml

Place = Literal["wiki", "blog"]


@dataclass(frozen=True, slots=True)
class Text:
    """One wiki page or blog post; `tags` are the writer's own words, `supersedes` the slug of an older page."""

    place: Place
    slug: str
    title: str
    authors: tuple[str, ...]
    date: datetime.date
    modified: datetime.date
    tags: tuple[str, ...]
    licence: str
    markdown: str
    language: str = "en"
    supersedes: str = ""

    @property
    def path(self) -> str:
        """Where the server puts it."""
        return f"/{self.place}/{self.slug}"


def split(source: str) -> tuple[dict[str, object], str]:
    """Front matter and Markdown of a file that opens with a line of three dashes."""
    _, head, body = source.split("---\n", 2)
    return yaml.safe_load(head), body.strip() + "\n"


def _read(place: Place) -> Iterator[Text]:
    for file in sorted(files("flows.sample").joinpath(place).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".md"):
            head, body = split(file.read_text(encoding="utf-8"))
            lists = {key: tuple(value) for key, value in head.items() if isinstance(value, list)}
            values = {**head, **lists, "place": place, "slug": file.name[:-3], "markdown": body}
            yield Text(**values)  # type: ignore[arg-type]  # the tests check each file's fields


@cache
def texts(place: Place) -> tuple[Text, ...]:
    """All texts of the wiki (by title) or the blog (newest first)."""
    found = list(_read(place))
    if place == "blog":
        return tuple(sorted(found, key=lambda t: (t.date, t.slug), reverse=True))
    return tuple(sorted(found, key=lambda t: t.title.casefold()))


@cache
def related(text: Text, most: int = 4) -> tuple[Text, ...]:
    """Its neighbours in the same place by shared tags, newest first among equals."""
    others = [t for t in texts(text.place) if t.slug != text.slug]
    near = [t for t in others if set(t.tags) & set(text.tags)]
    return tuple(sorted(near, key=lambda t: (-len(set(t.tags) & set(text.tags)), -t.date.toordinal(), t.slug))[:most])
