"""Dates as pages write them to ISO 8601."""

import re
from datetime import UTC, datetime

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
_COMPACT = re.compile(r"\b(19[89]\d|20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:\d{6})?\b")
_MONTHS = (
    "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|januar|februar|märz|maerz|april|mai|juni|juli|august|september|"
    "oktober|november|dezember|janvier|février|fevrier|mars|avril|juin|juillet|août|aout|septembre|octobre|novembre|décembre|"
    "decembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
)
_NUMBERS = {
    name: number
    for group in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "januar februar märz april mai juni juli august september oktober november dezember",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "january fevrier maerz - - - - aout - - - decembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    )
    for number, name in enumerate(group.split(), 1)
}
_NAME = rf"({_MONTHS})[a-z]*\.?"
_DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|er|\.)?\s*(?:of|de|-)?\s*{_NAME},?\s*(?:de\s*|-)?(\d{{4}})\b", re.I
)
_MONTH_FIRST = re.compile(rf"\b{_NAME}\s*(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.I)
_SLASHES = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b|\b(\d{4})[/.](\d{1,2})[/.](\d{1,2})\b")
# The oldest date a page may claim: before it a date is a default or about the subject (year; the web is from 1991).
_OLDEST_YEAR = 1990
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?:[/-]|$)")


def iso_date(said: object) -> str | None:
    """An ISO 8601 date, or a time in UTC where the text gives one with its zone; None where there is no date in it.

    Day and month written as numbers are read day first only where the first can't be a month or dots part them.
    """
    text = str(said or "").strip()[:200]
    if match := _ISO.search(text):
        return _moment(match)
    if match := _DAY_FIRST.search(text):
        return _date(int(match[3]), _NUMBERS.get(match[2].lower(), 0), int(match[1]))
    if match := _MONTH_FIRST.search(text):
        return _date(int(match[3]), _NUMBERS.get(match[1].lower(), 0), int(match[2]))
    if match := _SLASHES.search(text):
        return _slashes(match)
    if match := _COMPACT.search(text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    return None


def date_in_address(address: str) -> str | None:
    """The day that stands in an address as /2024/05/17/."""
    match = _IN_ADDRESS.search(address)
    return _date(int(match[1]), int(match[2]), int(match[3])) if match else None


def _moment(match: "re.Match[str]") -> str | None:
    day = _date(int(match[1]), int(match[2]), int(match[3]))
    if day is None or match[4] is None or match[7] is None:
        return day
    zone = "+00:00" if match[7] == "Z" else match[7]
    try:
        said = datetime.fromisoformat(f"{day}T{int(match[4]):02}:{match[5]}:{match[6] or '00'}{zone}")
        return said.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return day


def _slashes(match: "re.Match[str]") -> str | None:
    if match[4]:
        return _date(int(match[4]), int(match[5]), int(match[6]))
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    day_first = first > 12 or "." in match[0]
    return _date(year, second, first) if day_first else _date(year, first, second)


def _date(year: int, month: int, day: int) -> str | None:
    try:
        found = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
    # A page can't be from the future; two years leave room for a clock that is wrong and for planned dates.
    return found.date().isoformat() if _OLDEST_YEAR <= year <= datetime.now(UTC).year + 2 else None
