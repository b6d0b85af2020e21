"""Curated collections."""

import pytest
from sqlalchemy.orm import Session

from curation.errors import CurationError, NotFound
from curation.services import collect, rate
from tests.support.records import a_resource


def test_a_collection_keeps_its_order_and_notes_and_waits_for_what_is_not_read_yet(db: Session) -> None:
    for name in ("b", "a"):
        a_resource(db, name, url=f"https://x/{name}")
    items = [("https://x/b", "first this"), ("https://x/later", ""), ("https://x/a", "then this")]
    collect.save(db, "first-week", "First week", "To begin with.", "Ada", items)
    page = collect.collection(db, "first-week")
    assert [(card.title, note) for card, note in page.items] == [("b", "first this"), ("a", "then this")]
    assert (page.waiting, page.card.size) == (1, 2)
    a_resource(db, "later", url="https://x/later")
    assert rate.match_waiting(db) == 1
    assert [card.title for card, _ in collect.collection(db, "first-week").items] == ["b", "later", "a"]


def test_a_copy_shows_its_canonical_resource_once_and_what_is_withdrawn_waits(db: Session) -> None:
    page = a_resource(db, "page", url="https://x/page")
    a_resource(db, "copy", url="https://x/copy", folded_into=page.id)
    a_resource(db, "gone", url="https://x/gone", state="withdrawn")
    urls = ["https://x/copy", "https://x/page", "https://x/gone"]
    collect.save(db, "c", "C", "", "", [(url, "") for url in urls])
    assert [card.title for card, _ in collect.collection(db, "c").items] == ["page"]


def test_saving_again_replaces_and_saving_the_same_changes_nothing(db: Session) -> None:
    row = collect.save(db, "c", "C", "", "", [("https://x/a", ""), ("https://x/b", "")])
    changed = row.changed_at
    assert collect.save(db, "c", "C", "", "", [("https://x/a", ""), ("https://x/b", "")]).changed_at == changed
    collect.save(db, "c", "D", "", "", [("https://x/b", "now first"), ("https://x/b", "twice")])
    assert collect.collection(db, "c").waiting == 1
    assert [(card.slug, card.title, card.size) for card in collect.collections(db)] == [("c", "D", 0)]


@pytest.mark.parametrize("slug", ["", "Big", "a b", "-a", "a--b", "a\x00", "x" * 81])
def test_a_name_that_is_no_address_is_refused(db: Session, slug: str) -> None:
    with pytest.raises(CurationError, match="short name"):
        collect.save(db, slug, "T", "", "", [])


def test_a_collection_needs_a_title_and_an_unknown_one_is_not_found(db: Session) -> None:
    with pytest.raises(CurationError, match="needs a title"):
        collect.save(db, "c", " ", "", "", [])
    for slug in ("nothing", "a\x00"):
        with pytest.raises(NotFound, match="no collection"):
            collect.collection(db, slug)
