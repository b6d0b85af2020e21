"""Rating: what one person said about one resource."""

from dataclasses import dataclass
from datetime import UTC, datetime

LONG_AGO = datetime.min.replace(tzinfo=UTC)
"""The time of a rating whose time is not known."""


@dataclass(frozen=True, slots=True)
class Rating:
    """`stars` are 1 to 5. The caller has chosen the one rating that counts for each rater and resource; `id` and `at`
    are needed only to look for bursts (a time without a zone is taken as UTC)."""

    rater: str
    resource: str
    stars: float
    id: str = ""
    at: datetime = LONG_AGO
