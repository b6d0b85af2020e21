"""When a source is read: five cron fields in UTC, checked in earnest, and the moment that comes next."""

import re
from datetime import UTC, datetime

from cronsim import CronSim, CronSimError

FIELDS = (
    "minute (0-59)",
    "hour (0-23)",
    "day of the month (1-31)",
    "month (1-12 or JAN-DEC)",
    "weekday (0-7 or SUN-SAT)",
)
# Names beside digits; L, W and # are left out, because not every scheduler means the same by them.
FIELD = re.compile(r"[\d*/,\-]+|(?:[A-Z]{3}|[\d,\-/])+", re.IGNORECASE)
EXAMPLE = "such as '0 3 * * *' for every night at three"
# Any moment will do to try one field alone.
SOME_DAY = datetime(2024, 1, 1, tzinfo=UTC)


def schedule_problem(cron: str) -> str:
    """Why these are no five cron fields that ever come true; empty: they are."""
    parts = cron.split()
    if len(parts) != len(FIELDS):
        return f"the schedule {cron!r} needs five cron fields (UTC), {EXAMPLE}"
    for place, part in enumerate(parts):
        alone = ["*"] * len(FIELDS)
        alone[place] = part
        if not FIELD.fullmatch(part) or not _read(" ".join(alone)):
            return f"the schedule {cron!r} has {part!r} as {FIELDS[place]}. Give five cron fields (UTC), {EXAMPLE}"
    if not _read(cron) or next_run(cron, SOME_DAY) is None:
        return f"the schedule {cron!r} names a day that never comes. Give five cron fields (UTC), {EXAMPLE}"
    return ""


def _read(cron: str) -> bool:
    try:
        CronSim(cron, SOME_DAY)
    except (CronSimError, ValueError):
        return False
    return True


def next_run(cron: str, after: datetime) -> datetime | None:
    """The next moment of a schedule after this one; None where it never comes."""
    return next(CronSim(cron, after.astimezone(UTC)), None)
