"""Reading a cell of somebody's file: text without noise, times with their zone, each fault as a sentence."""

from datetime import UTC, datetime

from curation.errors import CurationError


class Unreadable(CurationError):
    """This row can't be used; the message says what is wrong with it."""


def clean(cell: str | None) -> str:
    """A cell's text: trimmed, without the NUL and lone surrogates that no database keeps."""
    return (cell or "").replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip()


def moment(cell: str, column: str) -> datetime:
    """A time in ISO 8601; one without a zone is taken as UTC.

    Raises:
        Unreadable: it is no such time.
    """
    try:
        read = datetime.fromisoformat(cell)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"{column} is {cell[:40]!r}; write it as 2026-01-31 or 2026-01-31T09:30:00+00:00") from error
