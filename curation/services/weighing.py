"""Ratings become scores: the latest of a person counts, bursts are frozen, and only what changed is written."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from curation.database import AccountRow, ArticleRow, RatingRow, ScoreRow
from curation.rating import weigh as formula
from curation.rating.burst import bursts
from curation.rating.rating import Rating
from curation.services import authorship, matching, publish

# Decimals of a score that count as a change: one more rating anywhere moves every score a little (the overall mean is
# in the formula), and what nobody can see must not write the whole index anew.
DECIMALS = 2
# The key of PostgreSQL's advisory lock for weighing: any number no other part of the program uses.
LOCK = 20261122


@dataclass(frozen=True, slots=True)
class Frozen:
    """A rating that does not count until a curator has looked at it, and why."""

    id: int
    resource_id: str
    title: str
    rater: str
    stars: int
    at: datetime
    why: str


def weigh(db: Session) -> int:
    """Make every score again from the ratings that count; how many resources have another score than before.

    Bursts are frozen first and stay so. Of a person and resource the latest rating counts, or none if that is frozen;
    none counts of one's own work.
    """
    db.flush()
    if db.get_bind().dialect.name == "postgresql":
        # The site and a run may weigh at once; each would add the same new score. SQLite has one writer anyway.
        db.execute(select(func.pg_advisory_xact_lock(LOCK)))
    latest, held = _latest(db)
    for rating_id, why in bursts(latest).items():
        if rating_id not in held:
            db.execute(update(RatingRow).where(RatingRow.id == int(rating_id)).values(frozen_why=why))
            held.add(rating_id)
    return _keep(db, formula.weigh(rating for rating in latest if rating.id not in held))


def frozen(db: Session, limit: int = 100) -> list[Frozen]:
    """The ratings that wait for a curator's look, the newest first."""
    statement = (
        select(RatingRow, ArticleRow.title)
        .join(ArticleRow, ArticleRow.resource_id == RatingRow.resource_id)
        .where(RatingRow.frozen_why.is_not(None))
        .order_by(RatingRow.at.desc(), RatingRow.id.desc())
    )
    return [
        Frozen(row.id, row.resource_id or "", title, row.rater, row.stars, row.at, row.frozen_why or "")
        for row, title in db.execute(statement.limit(limit))
    ]


def _keep(db: Session, fresh: dict[str, formula.Score]) -> int:
    """Write the scores that changed, take away those without ratings, and tell the index of both."""
    held = {row.resource_id: row for row in db.scalars(select(ScoreRow))}
    changed = []
    for resource, made in fresh.items():
        now = (round(made.score, DECIMALS), round(made.mean, DECIMALS), made.count)
        row = held.pop(resource, None)
        if row is None:
            row = ScoreRow(resource_id=resource)
            db.add(row)
        elif (row.score, row.mean, row.count) == now:
            continue
        row.score, row.mean, row.count = now
        changed.append(resource)
    for batch in matching.batches(held):
        db.execute(delete(ScoreRow).where(ScoreRow.resource_id.in_(batch)))
    db.flush()
    publish.touch(db, *changed, *held)
    return len(changed) + len(held)


def _latest(db: Session) -> tuple[list[Rating], set[str]]:
    """Everybody's latest rating of each canonical resource, own work left out; and the ids of those that are frozen."""
    leads = matching.canonical_ids(db)
    statement = (
        select(RatingRow.resource_id, RatingRow.rater, RatingRow.stars, RatingRow.id, RatingRow.at)
        .add_columns(RatingRow.frozen_why, RatingRow.origin, RatingRow.withdrawn)
        .where(RatingRow.resource_id.is_not(None))
        .order_by(RatingRow.at, RatingRow.id)
        .execution_options(yield_per=5_000)
    )
    # A like at a source never takes the place of what the same person said here.
    likes: dict[tuple[str, str], Rating] = {}
    found: dict[tuple[str, str], Rating] = {}
    held: set[str] = set()
    for given, rater, stars, number, at, why, origin, withdrawn in db.execute(statement):
        resource = leads.get(given, given)
        among = likes if origin == "source" else found
        among[resource, rater] = Rating(rater, resource, stars, str(number), at)
        if withdrawn:
            del among[resource, rater]
        if why is not None:
            held.add(str(number))
    found = likes | found
    names = authorship.authors(db, {rating.resource for rating in found.values()})
    shown = dict(db.execute(select(AccountRow.name, AccountRow.display_name)).all())

    def own(rating: Rating) -> bool:
        known_as = {authorship.plain(rating.rater), authorship.plain(shown.get(rating.rater, rating.rater))}
        return not names[rating.resource].isdisjoint(known_as)

    return [rating for rating in found.values() if not own(rating)], held
