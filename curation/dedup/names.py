"""What a page is called: its heading, the numbers and dates in its names, the words and slug of its address."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from curation.dedup.text import Text, cased_words, path_of, words

LONGEST_HEADING = 15
"""Words; a longer first line is a sentence. 97 % of the titles in two public handbooks and blogs are shorter."""

# A version, a date or a number that stands alone (v2, 4.1.0, 2023-05-01, Q3, 3rd); digits inside hashes are none.
_NUMBER = re.compile(r"(?<![a-z0-9])(?:v|q|fy|rev)?(\d+(?:[._/-]\d+)*)(?:st|nd|rd|th)?(?![a-z0-9])")


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_MONTHS = _set("january february march april may june july august september october november december")
_DAYS = _set("monday tuesday wednesday thursday friday saturday sunday")
_COUNTS = _set("one two three four five six seven eight nine ten first second third fourth fifth sixth")
_SEASONS = _set("spring summer autumn fall winter")
SLOT_WORDS = _MONTHS | {m[:3] for m in _MONTHS} | _DAYS | _COUNTS | _SEASONS
"""Words that count or date like a number does."""

_STOPWORDS = _set("a an and are as at by for from how in is it of on or our the this to we what with you your")
_GENERIC = _set("index readme home default start main page pages content docs wiki html htm md php aspx")
# Routes after which a number is the key of a database row and says nothing about the page.
_ROW_KEY = re.compile(r"/(?:t/[^/]+|node|pages|p|questions|archives|posts|comments)/\d+(?=/|$)")
_LONG_KEY = re.compile(r"(?<!\d)(?!(?:19|20)\d{6}(?!\d))\d{5,}(?!\d)")
_EXTENSION = re.compile(r"\.(?:html?|mdx?|rst|adoc|txt|php|aspx?|pdf|docx?)$")
STALE = _set("old older deprecated archived archive legacy obsolete outdated superseded")
"""Words in a name that say a newer page exists."""


@dataclass(frozen=True)
class Names:
    """The names of one page, computed when asked for."""

    text: Text

    @cached_property
    def heading(self) -> str:
        """The title, else the first line where it reads like one, else nothing."""
        return self.text.title.strip() or self.first_line

    @cached_property
    def first_line(self) -> str:
        line, _, rest = self.text.text.lstrip().partition("\n")
        short = len(cased_words(line[:1000])) <= LONGEST_HEADING and not line.rstrip().endswith((".", ":", "!", ";"))
        return line.strip() if short and rest.strip() else ""

    @cached_property
    def body(self) -> str:
        """The text without its heading."""
        return self.text.text.lstrip()[len(self.first_line) :] if self.first_line else self.text.text

    @cached_property
    def heading_words(self) -> frozenset[str]:
        return frozenset(stems(words(self.heading))) if self.heading else frozenset()

    @cached_property
    def heading_numbers(self) -> frozenset[str]:
        return numbers(f"{self.text.title} \n {self.first_line}")

    @cached_property
    def path(self) -> str:
        """The decoded path in lower case, without extension and row keys."""
        path = _EXTENSION.sub("", unquote(path_of(self.text.url).lower()).rstrip("/"))
        return _LONG_KEY.sub("", _ROW_KEY.sub("", path))

    @cached_property
    def path_numbers(self) -> frozenset[str]:
        return numbers(self.path)

    @cached_property
    def path_words(self) -> frozenset[str]:
        return frozenset(stems(w for w in re.split(r"[\W_]+", self.path) if w not in _GENERIC))

    @cached_property
    def slug(self) -> str:
        """The last part of the path that names anything: `mental-health` for `mental-health/index.md`."""
        named = [part for part in self.path.split("/") if part and part not in _GENERIC]
        return re.sub(r"[\W_]+", "-", named[-1]) if named else ""

    @cached_property
    def stale(self) -> bool:
        return bool(STALE & set(words(f"{self.heading} {self.path.replace('_', ' ')}")))

    @cached_property
    def lasting(self) -> frozenset[str]:
        """The heading without the words that only say how old the page is."""
        return self.heading_words - frozenset(stems(STALE | {"new", "newer", "current", "draft"}))


def numbers(name: str) -> frozenset[str]:
    """The versions, numbers, dates, months, weekdays and counting words in a name; separators and noughts in front
    make no difference."""
    lower = name.lower()
    found = {".".join(p.lstrip("0") or "0" for p in re.split(r"[._/-]", n)) for n in _NUMBER.findall(lower)}
    return frozenset(found | {w[:3] for w in re.split(r"[\W_]+", lower) if w in SLOT_WORDS})


def conflict(a: frozenset[str], b: frozenset[str]) -> str | None:
    """Two names that each hold a number or date the other has not: "5.1.3 and 5.1.4"; None where they agree or only
    one of them has any (a copy is often called `page-2`)."""
    if a - b and b - a:
        return f"{', '.join(sorted(a - b))} and {', '.join(sorted(b - a))}"
    return None


def stems(found: Iterable[str]) -> list[str]:
    """Words cut to seven letters, without stopwords: "compensation" and "compensating" are one."""
    return [w[:7].rstrip("s") or w for w in found if w not in _STOPWORDS]
