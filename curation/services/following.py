"""Concepts a person follows, where the vocabulary leads from them today, and what was filed under them of late."""

from collections.abc import Iterator, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from curation.database import AccountRow, FollowRow, ResourceRow, TaggingRow
from curation.services import concepts, splitting, vocabulary
from curation.services.cards import ResourceCard, cards
from curation.services.concepts import ConceptRef

Said = Mapping[str, FollowRow]


def follow(db: Session, account: AccountRow, concept: str) -> None:
    """Follow a concept (slug or URI); whoever follows it already still does.

    Raises:
        NotFound: there is no such concept.
    """
    uri = concepts.find(db, concept).uri
    if uri not in _ends(db, _said(db, account)):
        _say(db, account, uri, on=True)


def unfollow(db: Session, account: AccountRow, concept: str) -> None:
    """Follow a concept no longer, nor what was merged into it.

    Raises:
        NotFound: there is no such concept.
    """
    uri, said = concepts.find(db, concept).uri, _said(db, account)
    if uri not in _ends(db, said):
        return
    for old in vocabulary.load(db).same(uri):
        if old in said and said[old].on:
            _say(db, account, old, on=False)
    # What came with a split is followed for the sake of the whole, which the other parts still need.
    if uri in _ends(db, _said(db, account)):
        _say(db, account, uri, on=False)


def followed(db: Session, account: AccountRow) -> list[ConceptRef]:
    """The concepts a person follows, by name."""
    known = concepts.refs(db, _ends(db, _said(db, account)))
    return sorted(known.values(), key=lambda ref: ref.label.casefold())


def fresh(db: Session, account: AccountRow, limit: int) -> list[ResourceCard]:
    """What was filed under any of them or a narrower one, the latest first."""
    uris = concepts.under(db, _ends(db, _said(db, account)))
    latest = (
        select(ResourceRow.id)
        .join(TaggingRow, TaggingRow.resource_id == ResourceRow.id)
        .where(TaggingRow.concept.in_(uris), ResourceRow.state == "live")
        .group_by(ResourceRow.id)
        .order_by(func.max(TaggingRow.since).desc(), ResourceRow.id)
    )
    return cards(db, db.scalars(latest.limit(limit)))


def _say(db: Session, account: AccountRow, uri: str, on: bool) -> None:
    db.add(FollowRow(account_id=account.id, concept=uri, on=on))
    db.flush()


def _said(db: Session, account: AccountRow) -> Said:
    """The latest word about each concept."""
    rows = db.scalars(select(FollowRow).where(FollowRow.account_id == account.id).order_by(FollowRow.id))
    return {row.concept: row for row in rows}


def _ends(db: Session, said: Said) -> list[str]:
    """Where the vocabulary leads today from what a person follows."""
    words, split = vocabulary.load(db), splitting.parts(db)
    found: dict[str, None] = {}

    def led(row: FollowRow, uri: str, wholes: tuple[str, ...] = ()) -> Iterator[str]:
        here = words.current(uri)
        later = said.get(here) if here else None
        if here is None or (wholes and later is not None and not later.on and later.id > row.id):
            return
        # A part may have been merged back into its whole.
        if here in split and here not in wholes and words.concepts[here].status == "deprecated":
            for part in split[here]:
                yield from led(row, part, (*wholes, here))
        else:
            yield here

    for row in said.values():
        if row.on:
            found.update(dict.fromkeys(led(row, row.concept)))
    return list(found)
