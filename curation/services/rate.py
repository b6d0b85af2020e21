"""Ratings: given on the site or imported, and kept for ever; `weigh` makes them one score a resource."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from curation.database import AccountRow, ArticleRow, RatingRow, now
from curation.errors import Conflict, CurationError, NotAllowed
from curation.services import accounts, authorship, matching
from curation.services.matching import match_waiting
from curation.services.ratings_file import ImportReport, import_rows
from curation.services.weighing import Frozen, frozen, weigh

__all__ = ["Frozen", "ImportReport", "frozen", "import_rows", "match_waiting", "own_rating", "rate", "weigh"]

# Characters of the words beside the stars; longer thoughts are comments.
LONGEST_COMMENT = 2_000


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
    if authorship.wrote(account, authorship.authors(db, [target.id])[target.id]):
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
        RatingRow.resource_id.in_(matching.members(db, target.id)),
        RatingRow.rater == account.name,
        RatingRow.origin != "source",
    )
    return db.scalar(given.order_by(RatingRow.at.desc(), RatingRow.id.desc()).limit(1))
