"""What mkdocs.yml says of a repository: where its pages are published, and what they are called there."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from crawlers.urls import canonical

NAMES = ("mkdocs.yml", "mkdocs.yaml")
# Bytes. Reason: a large handbook's navigation has some 50,000. Source: judgement.
LONGEST = 1_000_000


@dataclass(frozen=True)
class Site:
    """The published form of a repository; without mkdocs all of it is empty."""

    address: str = ""
    docs: str = ""
    folders: bool = True
    titles: dict[str, str] = field(default_factory=dict)
    licence: str = ""


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml, whose tags (!!python/name, !ENV) name code that is not for us: they say nothing."""


_Loader.add_multi_constructor("", lambda loader, suffix, node: None)


def read_site(text: str, folder: str = "") -> Site:
    """The site that an mkdocs.yml describes; `folder` is where it lies, with its slash. Nothing where it is broken."""
    try:
        data: Any = yaml.load(text[:LONGEST], _Loader)  # noqa: S506 - a loader that makes plain data only
    except (yaml.YAMLError, ValueError, RecursionError):
        return Site()
    if not isinstance(data, dict):
        return Site()
    docs = data.get("docs_dir") if isinstance(data.get("docs_dir"), str) else "docs"
    docs = "" if docs == "." else posixpath.normpath(f"{folder}{docs}") + "/"
    address = canonical(str(data.get("site_url") or ""))
    titles = dict(_titles(data.get("nav"), docs))
    return Site(address, docs, data.get("use_directory_urls") is not False, titles)


def _titles(nav: Any, docs: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    for entry in nav if isinstance(nav, list) and depth < 20 else ():
        for title, target in entry.items() if isinstance(entry, dict) else ():
            if isinstance(target, str):
                yield docs + target, str(title)
            else:
                yield from _titles(target, docs, depth + 1)
