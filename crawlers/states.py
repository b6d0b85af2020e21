"""Turns what a spider remembers into JSON and back: numbers, text, lists, tuples, sets, dictionaries, times."""

from collections import Counter, deque
from datetime import datetime
from typing import Any

from crawlers.errors import CrawlError

MARK = "#"


def packed(value: Any, name: str = "state") -> Any:
    """Plain JSON data from which unpacked() makes an equal value.

    Raises:
        CrawlError: the value, or one within it, is of a kind that can't be kept; it names where it stands.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list):
        return [packed(v, name) for v in value]
    if isinstance(value, datetime):
        return {MARK: "datetime", "is": value.isoformat()}
    if isinstance(value, dict):
        return _packed_dict(value, name)
    for kind in (tuple, set, frozenset, deque):
        if type(value) is kind:
            return {MARK: kind.__name__, "is": [packed(v, name) for v in value]}
    raise CrawlError(
        f"{name} holds a {type(value).__name__}, which can't be kept with a crawl. Let its name begin with _ and "
        "make it again in resumed(), or hold plain values."
    )


def _packed_dict(value: dict[Any, Any], name: str) -> Any:
    if type(value) is dict and MARK not in value and all(type(k) is str for k in value):
        return {k: packed(v, name) for k, v in value.items()}
    kind = "Counter" if isinstance(value, Counter) else "dict"
    return {MARK: kind, "is": [[packed(k, name), packed(v, name)] for k, v in value.items()]}


def unpacked(value: Any) -> Any:
    """The value that packed() was given."""
    if isinstance(value, list):
        return [unpacked(v) for v in value]
    if not isinstance(value, dict):
        return value
    if MARK not in value:
        return {k: unpacked(v) for k, v in value.items()}
    kind, inner = value[MARK], value["is"]
    if kind == "datetime":
        return datetime.fromisoformat(inner)
    if kind in {"dict", "Counter"}:
        made = {unpacked(k): unpacked(v) for k, v in inner}
        return Counter(made) if kind == "Counter" else made
    return {"tuple": tuple, "set": set, "frozenset": frozenset, "deque": deque}[kind](unpacked(v) for v in inner)
