"""Ratings: given on the site or imported, kept for ever, and weighed into one score a resource."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from curation.database import AccountRow, ArticleRow, RatingRow, ResourceRow, ScoreRow, now
from curation.errors import Conflict, CurationError, NotAllowed
from curation.services import accounts, matching, publish
from curation.services.matching import match_waiting
from curation.services.ratings_file import ImportReport, import_rows

__all__ = ["ImportReport", "import_rows", "match_waiting", "own_rating", "rate", "weigh"]

# Characters of the words beside the stars; longer thoughts are comments.
LONGEST_COMMENT = 2_000
# Decimals of a score that count as a change: one more rating anywhere moves every score a little (the overall mean is
# in the formula), and what nobody can see must not write the whole index anew.
DECIMALS = 2


def rate(db: Session, account: AccountRow | None, resource_id: str, stars: int, comment: str = "") -> RatingRow:
    """Give a resource 1 to 5 stars; a copy's rating goes to the resource it was folded into. The latest counts.

    Raises:
        NotAllowed: nobody is signed in, or it is the person's own work.
        NotFound: no such resource.
        Conflict: the resource is withdrawn.
        CurationError: other than 1 to 5 stars, or a comment that is too long.
    """
    if account is None or not accounts.may(account, "learner"):
        raise NotAllowed("Sign in to rate: one person has one rating.")
    if stars not in range(1, 6):
        raise CurationError(f"A rating has 1 to 5 stars, not {stars}.")
    if len(comment) > LONGEST_COMMENT:
        raise CurationError(
            f"The words beside the stars can have {LONGEST_COMMENT:,} characters. Write a comment instead."
        )
    target = matching.canonical(db, resource_id)
    if target.state == "withdrawn":
        raise Conflict("This resource was withdrawn by its source. It can be rated again when it comes back.")
    if _wrote(account, _authors(db, [target.id])[target.id]):
        raise NotAllowed("This is your own work. Others rate it; you can comment.")
    row = RatingRow(
        url=db.scalar(select(ArticleRow.url).where(ArticleRow.resource_id == target.id)) or "",
        resource_id=target.id,
        rater=account.name,
        stars=stars,
        at=now(),
        comment=comment.strip().replace("\x00", ""),
        origin="site",
    )
    db.add(row)
    db.flush()
    return row


def own_rating(db: Session, account: AccountRow | None, resource_id: str) -> RatingRow | None:
    """What this person last gave the resource or one of its copies, None for nothing yet.

    Raises:
        NotFound: no such resource.
    """
    target = matching.canonical(db, resource_id)
    if account is None:
        return None
    given = select(RatingRow).where(
        RatingRow.resource_id.in_(matching.members(db, target.id)), RatingRow.rater == account.name
    )
    return db.scalar(given.order_by(RatingRow.at.desc(), RatingRow.id.desc()).limit(1))


def weigh(db: Session) -> int:
    """Make every score again from the ratings that count; how many resources have another score than before.

    Bursts are frozen first. Of a person and resource the latest rating counts; none counts of one's own work.
    """
    from curation.rating.weigh import Rating
    from curation.rating.weigh import weigh as weigh_ratings

    db.flush()
    counted = _counted(db)
    fresh = weigh_ratings(Rating(rater, resource, stars) for (resource, rater), stars in counted.items())
    held = {row.resource_id: row for row in db.scalars(select(ScoreRow))}
    changed = []
    for resource, made in fresh.items():
        score, mean = round(made.score, DECIMALS), round(made.mean, DECIMALS)
        row = held.pop(resource, None)
        if row is None:
            db.add(ScoreRow(resource_id=resource, score=score, mean=mean, count=made.count))
        elif (row.score, row.mean, row.count) != (score, mean, made.count):
            row.score, row.mean, row.count = score, mean, made.count
        else:
            continue
        changed.append(resource)
    for batch in matching.batches(held):
        db.execute(delete(ScoreRow).where(ScoreRow.resource_id.in_(batch)))
    db.flush()
    publish.touch(db, *changed, *held)
    return len(changed) + len(held)


def _counted(db: Session) -> dict[tuple[str, str], int]:
    """Stars by (canonical resource, rater), the latest only, own work left out."""
    leads = matching.canonical_ids(db)
    statement = (
        select(RatingRow.resource_id, RatingRow.rater, RatingRow.stars)
        .where(RatingRow.resource_id.is_not(None), RatingRow.frozen_why.is_(None))
        .order_by(RatingRow.at, RatingRow.id)
        .execution_options(yield_per=5_000)
    )
    latest = {
        (leads.get(resource or "", resource or ""), rater): stars for resource, rater, stars in db.execute(statement)
    }
    authors = _authors(db, {resource for resource, _ in latest})
    shown = dict(db.execute(select(AccountRow.name, AccountRow.display_name)).all())
    return {
        (resource, rater): stars
        for (resource, rater), stars in latest.items()
        if authors[resource].isdisjoint({_plain(rater), _plain(shown.get(rater, rater))})
    }


def _wrote(account: AccountRow, authors: set[str]) -> bool:
    """Whether this person is among the authors, by account name or by the name shown."""
    return not authors.isdisjoint({_plain(account.name), _plain(account.display_name)})


def _authors(db: Session, resource_ids: Iterable[str]) -> dict[str, set[str]]:
    """The authors of resources and of the copies folded into them."""
    found: dict[str, set[str]] = defaultdict(set)
    whole = func.coalesce(ResourceRow.folded_into, ResourceRow.id)
    statement = select(whole, ArticleRow.authors).join(ArticleRow, ArticleRow.resource_id == ResourceRow.id)
    for batch in matching.batches(resource_ids):
        either = or_(ResourceRow.id.in_(batch), ResourceRow.folded_into.in_(batch))
        for resource_id, authors in db.execute(statement.where(either)):
            found[str(resource_id)].update(_plain(author) for author in authors)
    return found


def _plain(name: str) -> str:
    """A name as it is compared: without case and doubled spaces."""
    return " ".join(name.casefold().split())
