"""Titles and snippets as HTML: everything escaped, <mark> around the words that were found."""

from html import escape

from search_config.analysis import Token, places
from search_config.tuning import tuning


def highlighted(text: str, marked: frozenset[str]) -> str:
    """The whole text, escaped, with the marked terms in <mark>."""
    return _marked(text, 0, len(text), _found(text, marked))


def snippet(text: str, summary: str, marked: frozenset[str]) -> str:
    """The part of the text where most of the marked terms stand; the summary or the beginning where none does."""
    longest = tuning().limit("snippet")
    found = _found(text, marked)
    if not found:
        shown = summary or text
        end = _word_end(shown, longest)
        return highlighted(shown[:end], marked) + ("…" if end < len(shown) else "")
    first = _best_window(found, longest)
    # a few words before the first match say where it stands
    start = _word_start(text, max(0, first.start - longest // 6))
    end = _word_end(text, start + longest)
    return ("…" if start else "") + _marked(text, start, end, found) + ("…" if end < len(text) else "")


def _found(text: str, marked: frozenset[str]) -> list[Token]:
    return places(text, marked) if marked else []


def _best_window(found: list[Token], longest: int) -> Token:
    """The match from which on most different terms stand within the length of a snippet, the first of several."""
    reach = longest - longest // 6
    best, most = found[0], 0
    for place, token in enumerate(found):
        inside = set()
        for other in found[place : place + longest // 2]:
            if other.end - token.start > reach:
                break
            inside.add(other.term)
        if len(inside) > most:
            best, most = token, len(inside)
    return best


def _marked(text: str, start: int, end: int, found: list[Token]) -> str:
    parts: list[str] = []
    place = start
    for token in found:
        if token.start >= start and token.end <= end:
            parts += [escape(text[place : token.start]), "<mark>", escape(text[token.start : token.end]), "</mark>"]
            place = token.end
    return "".join(parts) + escape(text[place:end])


def _word_start(text: str, place: int) -> int:
    """The place, moved on to the next word unless that is far away."""
    if place == 0:
        return 0
    gap = text.find(" ", place, place + tuning().limit("snippet") // 8)
    return place if gap < 0 else gap + 1


def _word_end(text: str, place: int) -> int:
    """The place, moved back to the end of a word unless that is far away."""
    if place >= len(text):
        return len(text)
    gap = text.rfind(" ", max(0, place - tuning().limit("snippet") // 4), place)
    return place if gap < 0 else gap
