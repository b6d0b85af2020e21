"""Who wrote a page: names cleaned of everything a byline puts around them."""

import re
from typing import Any

_BEFORE = re.compile(
    r"^\s*(?:(?:written|posted|published|reviewed|edited|story|words|text|article|updated)\s+)?(?:by|von|par|por|author)\s*:?\s+|^\s*by\s*:?\s*",
    re.I,
)
_AFTER = re.compile(
    r"\s*(?:\||•|·|–|—|\bon\b|\bin\b|\bposted\b|\bupdated\b|\bpublished\b|\bfollow\b|@|\bat\b(?= [A-Z])).*$|"
    r"\s*,?\s*(?:staff writer|contributor|correspondent|senior editor|editor|reporter|author|guest).*$|\s*\(.*$",
    re.I,
)
_APART = re.compile(r"\s*(?:,|;|\s&\s|\sand\s|\sund\s|\set\s|\s\+\s)\s*")
_NO_PERSON = re.compile(
    r"https?:|www\.|\.com\b|@|^\W*$|^(?:admin|administrator|editor|editors|staff|webmaster|author|authors|guest|root|unknown|anonymous|user|none|null|"
    r"read more|view all|about)$",
    re.I,
)
# A person's name is at most this long (characters and words; unknown).
_LONGEST_NAME = 60
_MOST_WORDS = 7
_MOST_AUTHORS = 20
_TITLES_AFTER = re.compile(
    r"^(?:ph\.?d|m\.?d|jr|sr|esq|mba|rd|ms|m\.?a|b\.?a|fand|cpa|rn|dr|llc|inc|mph|cfp|pt|dpt|md|msc|bsc)\.?$", re.I
)


def people(said: Any) -> tuple[str, ...]:
    """The names in what a page gives as author: a text, an object with a name, or a list of them."""
    found: dict[str, None] = {}
    for item in said if isinstance(said, list | tuple) else [said]:
        name = item.get("name") or item.get("alternateName") or "" if isinstance(item, dict) else item
        for single in name if isinstance(name, list) else [name]:
            if isinstance(single, str):
                found.update(dict.fromkeys(_names_in(single)))
    return tuple(found)[:_MOST_AUTHORS]


def _names_in(text: str) -> list[str]:
    text = _BEFORE.sub("", " ".join(text.split()))
    parts: list[str] = []
    for part in _APART.split(text):
        if parts and _TITLES_AFTER.match(part):
            parts[-1] += f", {part}"
        elif part:
            parts.append(part)
    names = [_AFTER.sub("", part).strip(" ,.-–|") if len(part.split()) > 1 else part.strip(" ,-|") for part in parts]
    return [name for name in names if _may_be_name(name)]


def _may_be_name(name: str) -> bool:
    return (
        1 < len(name) <= _LONGEST_NAME
        and len(name.split()) <= _MOST_WORDS
        and not _NO_PERSON.search(name)
        and not name.isdigit()
    )
