"""Which of several copies stands for all: described rules, the first that tells them apart decides."""

import re
from collections.abc import Sequence

from curation.dedup.text import Text

COMPLETE = 0.7
"""Share of the longest copy's characters below which a copy is an excerpt and stands for nobody (source: unknown)."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_UNDATED = "9999-99-99"


def canonical(members: Sequence[Text]) -> str:
    """The id of the copy that people are led to; members in any order, at least one.

    Excerpts are out first. Then: the original, which another copy names by its address; the earliest published
    (a cross-post follows its post; no date counts as late); the longest; most links from other pages; best rated;
    the shortest address; the least id.
    """
    lengths = {id(member): len(member.text) for member in members}
    longest = max(lengths.values())
    complete = [m for m in members if lengths[id(m)] >= COMPLETE * longest]
    named = {id(m): _named(m, members) for m in complete}

    def order(member: Text) -> tuple[int, str, int, int, float, int, str, str]:
        rated = -(member.rating or 0.0)
        date = _DATE.match(member.published or "")
        published = date.group() if date else _UNDATED
        length = -lengths[id(member)]
        return -named[id(member)], published, length, -member.inbound, rated, len(member.url), member.url, member.id

    return min(complete, key=order).id


def _named(member: Text, members: Sequence[Text]) -> int:
    """Whether another copy names this one by its full address and is not named by it."""
    if "://" not in member.url:
        return 0
    others = [other for other in members if other is not member and member.url.rstrip("/") in other.text]
    if not others:
        return 0
    address = re.compile(re.escape(member.url.rstrip("/")) + r"/?(?![\w/-])")
    apart = (other for other in others if other.url != member.url and not (other.url and other.url in member.text))
    return int(any(address.search(other.text) for other in apart))
