"""Who wrote what: nobody's rating of their own work counts."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from curation.database import AccountRow, ArticleRow, ResourceRow
from curation.services import matching


def wrote(account: AccountRow, names: set[str]) -> bool:
    """Whether this person is among the authors, by account name or by the name shown."""
    return not names.isdisjoint({plain(account.name), plain(account.display_name)})


def authors(db: Session, resource_ids: Iterable[str]) -> dict[str, set[str]]:
    """The authors of resources and of the copies folded into them."""
    found: dict[str, set[str]] = defaultdict(set)
    whole = func.coalesce(ResourceRow.folded_into, ResourceRow.id)
    statement = select(whole, ArticleRow.authors).join(ArticleRow, ArticleRow.resource_id == ResourceRow.id)
    for batch in matching.batches(resource_ids):
        either = or_(ResourceRow.id.in_(batch), ResourceRow.folded_into.in_(batch))
        for resource_id, names in db.execute(statement.where(either)):
            found[str(resource_id)].update(plain(author) for author in names)
    return found


def plain(name: str) -> str:
    """A name as it is compared: without case and doubled spaces."""
    return " ".join(name.casefold().split())
