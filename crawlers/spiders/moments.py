"""Compares the times that sources give, in the spellings they give them, with when we last looked."""

from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime

# Reason: clocks differ, and a page may change between being listed and being read. Source: judgement.
MARGIN = timedelta(hours=1)


def moment(text: str) -> datetime | None:
    """A time in UTC from ISO 8601 or RFC 822; None where it is neither. A bare day counts as its last second."""
    text = text.strip()
    try:
        if len(text) == 10:
            return datetime.combine(datetime.fromisoformat(text).date(), time(23, 59, 59), UTC)
        found = datetime.fromisoformat(text)
    except ValueError:
        try:
            found = parsedate_to_datetime(text)
        except (ValueError, TypeError):
            return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def older(modified: str, last_seen: str) -> bool:
    """Whether a page that says it changed at `modified` is surely as it was at `last_seen`; False when in doubt."""
    changed, seen = moment(modified), moment(last_seen)
    return changed is not None and seen is not None and changed + MARGIN < seen


def iso(text: str) -> str:
    """A time as ISO 8601 in UTC, a bare day as it is; empty where it is no time."""
    found = moment(text)
    if found is None:
        return ""
    return text.strip() if len(text.strip()) == 10 else found.isoformat(timespec="seconds").replace("+00:00", "Z")
