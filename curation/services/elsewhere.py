"""What people said of a page at its source: comments become posts and reactions ratings, and both follow their source.

Nothing here touches what was written on our own site: it only ever looks at posts with a system_id and at ratings of
origin "source".
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from curation.database import PostRow, RatingRow, now

# The name of those whom a source does not name.
UNNAMED = "Unknown"


def keep(
    db: Session,
    resource_id: str,
    url: str,
    comments: Sequence[Mapping[str, Any]],
    reactions: Sequence[Mapping[str, Any]],
) -> bool:
    """Bring a resource's posts and ratings to what its source says now; whether anything is said otherwise."""
    changed = _posts(db, resource_id, url, {str(said["id"]): said for said in comments})
    _ratings(db, resource_id, url, {str(said["person"]): said for said in reactions})
    db.flush()
    return changed


def _posts(db: Session, resource_id: str, url: str, comments: Mapping[str, Mapping[str, Any]]) -> bool:
    mine = select(PostRow).where(PostRow.resource_id == resource_id, PostRow.system_id.is_not(None))
    held = {str(row.system_id): row for row in db.scalars(mine)}
    changed = False
    for name, said in comments.items():
        row = held.get(name)
        if row is None:
            row = held[name] = PostRow(resource_id=resource_id, url=url, system_id=name, body="", removed_at=now())
            row.at = _moment(said) or now()
        changed |= _brought_to(row, said)
        db.add(row)
    for name in held.keys() - comments.keys():
        changed |= held[name].removed_at is None
        held[name].removed_at = held[name].removed_at or now()
    db.flush()
    _parents(held, comments)
    return changed


def _brought_to(row: PostRow, said: Mapping[str, Any]) -> bool:
    """Let a post say what its source says; whether it said something else before."""
    fresh = {
        "kind": said["kind"],
        "author": said["author"] or UNNAMED,
        "body": said["body"],
        "at": _moment(said) or row.at,
        "accepted": bool(said["accepted"]) and said["kind"] == "answer",
        "removed_at": None,
    }
    if all(getattr(row, name) == value for name, value in fresh.items()):
        return False
    for name, value in fresh.items():
        setattr(row, name, value)
    return True


def _parents(held: Mapping[str, PostRow], comments: Mapping[str, Mapping[str, Any]]) -> None:
    """Hang each reply under what it answers; one whose line of parents leads back to itself stands at the top."""
    for name, said in comments.items():
        above, passed = str(said["parent"]), {name}
        while above in comments and above not in passed:
            passed.add(above)
            above = str(comments[above]["parent"])
        parent = held.get(str(said["parent"])) if above not in passed else None
        held[name].parent_id = parent.id if parent is not None else None


def _ratings(db: Session, resource_id: str, url: str, reactions: Mapping[str, Mapping[str, Any]]) -> None:
    """A row for each reaction that is new or another one, and a row for each that was taken back."""
    mine = select(RatingRow).where(RatingRow.resource_id == resource_id, RatingRow.origin == "source")
    latest = {row.rater: row for row in db.scalars(mine.order_by(RatingRow.at, RatingRow.id))}
    for person, said in reactions.items():
        before = latest.get(person)
        if before is None or before.withdrawn or before.stars != said["stars"]:
            _rate(db, RatingRow(url=url, resource_id=resource_id, rater=person, stars=said["stars"]), said, before)
    for person in latest.keys() - reactions.keys():
        before = latest[person]
        if not before.withdrawn:
            taken = RatingRow(url=url, resource_id=resource_id, rater=person, stars=before.stars, withdrawn=True)
            _rate(db, taken, {}, before)


def _rate(db: Session, row: RatingRow, said: Mapping[str, Any], before: RatingRow | None) -> None:
    """Date a rating after the one it takes the place of, and keep it."""
    at = _moment(said)
    row.at = at if at is not None and (before is None or at > before.at) else now()
    row.origin = "source"
    same = select(RatingRow.id).where(RatingRow.url == row.url, RatingRow.rater == row.rater, RatingRow.at == row.at)
    # An import may have brought the very same.
    if db.scalar(same.where(RatingRow.stars == row.stars).limit(1)) is None:
        db.add(row)


def _moment(said: Mapping[str, Any]) -> datetime | None:
    """When it was said, None where that is not known or can't be read."""
    try:
        found = datetime.fromisoformat(str(said.get("at") or ""))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
