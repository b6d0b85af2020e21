"""Hours of the day in which a source may be read: written "22:00-06:00", in UTC or with the name of a time zone."""

import re
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crawlers.schedule import SOME_DAY, next_run

# Moments of a schedule that are held against a window. Reason: more than a week of quarter hours. Source: judgement.
MOST_RUNS = 1000
WRITTEN = re.compile(r"(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)(?:\s+(\S+))?")


class Window(NamedTuple):
    """From when until when, by the clocks of a zone; over midnight where the end comes first."""

    begins: time
    ends: time
    zone: tzinfo

    def open(self, at: datetime) -> bool:
        """Whether a moment lies within it."""
        clock = at.astimezone(self.zone).time()
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends

    def next(self, at: datetime) -> datetime:
        """When it opens again, in UTC."""
        local = at.astimezone(self.zone)
        begins = local.replace(hour=self.begins.hour, minute=self.begins.minute, second=0, microsecond=0)
        return (begins if begins > local else begins + timedelta(days=1)).astimezone(UTC)


def window(text: str) -> Window | None:
    """The window as written; None where there is none, so that a source may be read at any time.

    Raises:
        ValueError: it is not written as it should be.
    """
    if not text.strip():
        return None
    found = WRITTEN.fullmatch(text.strip())
    if found is None:
        raise ValueError("is not written like 22:00-06:00 or 22:00-06:00 Europe/Berlin")
    begins, ends = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if begins == ends:
        raise ValueError("has no length. Leave it empty for the whole day")
    try:
        return Window(begins, ends, ZoneInfo(found[5]) if found[5] not in (None, "UTC") else UTC)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"names no time zone this machine knows ({found[5]}), such as Europe/Berlin") from error


def window_problem(text: str, schedule: str = "") -> str:
    """What is wrong with a window as written, as the rest of a sentence; empty: nothing."""
    try:
        hours, moment = window(text), SOME_DAY
    except ValueError as error:
        return str(error)
    if hours is None or not schedule:
        return ""
    for _ in range(MOST_RUNS):
        following = next_run(schedule, moment)
        if following is None or hours.open(following):
            return ""
        moment = following
    return f"is never open when the schedule {schedule!r} (UTC) comes. Choose hours that hold one of its moments"
