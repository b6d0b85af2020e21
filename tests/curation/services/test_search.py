"""Search as a person meets it, on the embedded engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from curation.database import ResourceRow, SearchRow
from curation.database.session import open_session
from curation.services import indexing, search
from search_config.index import SearchIndex
from search_config.open import open_index
from tests.support.records import a_concept, a_resource, an_account


@pytest.fixture
def index(tmp_path: Path) -> Iterator[SearchIndex]:
    """An embedded index with nothing in it."""
    opened = open_index(tmp_path / "index")
    yield opened
    opened.close()


def _put(db: Session, index: SearchIndex, *rows: ResourceRow) -> None:
    """Write these resources to the index, as the indexer would."""
    from curation.services import publish

    publish.touch(db, *(row.id for row in rows))
    indexing.drain(db, index)
    index.refresh()


def test_what_is_found_comes_as_cards_with_marked_words(db: Session, index: SearchIndex) -> None:
    concept = a_concept(db, "Deployment", alt=("roll out",))
    page = a_resource(db, "How we deploy", tags=(concept.uri,), kind="blog-post")
    _put(db, index, page, a_resource(db, "Holidays"))
    found = search.find(db, index, "deploy", {}, "relevance", 1, 10)
    assert [(item.card.id, item.title_html) for item in found.items] == [(page.id, "How we <mark>deploy</mark>")]
    labels = {facet: [(c.value, c.label, c.count) for c in choices] for facet, choices in found.facets.items()}
    assert labels["tag"] == [(concept.uri, "Deployment", 1)]
    assert labels["language"] == [("en", "English", 1)]
    assert labels["kind"] == [("blog-post", "Blog post", 1)]
    assert labels["year"] == [("2026", "2026", 1)]


def test_the_words_of_the_vocabulary_find_each_other(db: Session, index: SearchIndex) -> None:
    a_concept(db, "Retrospective", alt=("Post mortem",))
    page = a_resource(db, "Our post mortem of March")
    _put(db, index, page)
    assert search.synonyms(db)["retrospective"] == ("post mortem",)
    assert search.find(db, index, "retrospective").items[0].card.id == page.id


def test_synonyms_are_made_again_only_when_the_vocabulary_changed(db: Session) -> None:
    a_concept(db, "Testing", alt=("QA",))
    first = search.synonyms(db)
    assert search.synonyms(db) is first
    a_concept(db, "Tests", alt=("qa", "checks"))
    assert search.synonyms(db)["qa"] == ("testing", "tests", "checks")


def test_a_chosen_value_stays_a_choice_where_nothing_has_it(db: Session, index: SearchIndex) -> None:
    _put(db, index, a_resource(db, "Holidays", source="wiki"))
    found = search.find(db, index, "", {"source": ("blog",), "tag": ("https://gone.example",)})
    assert (found.total, found.items) == (0, ())
    assert ("blog", 0, True) in [(c.value, c.count, c.chosen) for c in found.facets["source"]]


def test_what_left_the_library_since_is_not_shown(db: Session, index: SearchIndex) -> None:
    page = a_resource(db, "Holidays")
    _put(db, index, page)
    page.state = "withdrawn"
    db.flush()
    assert search.find(db, index, "holidays").items == ()


def test_a_search_is_logged_once_with_what_was_opened_first(db: Session, index: SearchIndex) -> None:
    page, ada = a_resource(db, "Holidays"), an_account(db)
    _put(db, index, page)
    found = search.find(db, index, " holidays ", {"source": ("wiki",)}, account=ada)
    search.find(db, index, "holidays", page=2, account=ada)
    search.find(db, index, "holidays", log=False)
    search.find(db, index, " ")
    assert found.search_id is not None
    search.opened(db, found.search_id, page.id, 1)
    search.opened(db, found.search_id, "other", 2)
    db.expire_all()
    row = db.scalars(select(SearchRow)).one()
    assert (row.text, row.filters, row.found, row.account_id) == ("holidays", {"source": ["wiki"]}, 1, ada.id)
    assert (row.opened, row.opened_rank) == (page.id, 1)


def test_a_search_that_found_nothing_is_logged_too(db: Session, index: SearchIndex) -> None:
    _put(db, index, a_resource(db, "Holidays"))
    search.find(db, index, "parental leave")
    assert db.scalars(select(SearchRow.found)).one() == 0


def test_a_search_does_not_wait_while_the_pipeline_writes(db: Session, index: SearchIndex, record_url: str) -> None:
    if not record_url.startswith("sqlite"):
        pytest.skip("on PostgreSQL writers do not wait for each other")
    _put(db, index, a_resource(db, "Holidays"))
    db.commit()
    with open_session(record_url) as pipeline, open_session(record_url, reads_only=True) as visitor:
        a_resource(pipeline, "being written")
        found = search.find(visitor, index, "holidays")
    assert (found.total, found.search_id) == (1, None)


def test_a_session_that_reads_can_log_what_was_searched(db: Session, index: SearchIndex, record_url: str) -> None:
    _put(db, index, a_resource(db, "Holidays"))
    db.commit()
    with open_session(record_url, reads_only=True) as visitor:
        found = search.find(visitor, index, "holidays")
        visitor.commit()
    assert db.get(SearchRow, found.search_id) is not None


def test_every_session_of_a_record_shares_the_synonyms(db: Session, record_url: str) -> None:
    a_concept(db, "Testing", alt=("QA",))
    db.commit()
    first = search.synonyms(db)
    db.rollback()
    with open_session(record_url, reads_only=True) as visitor:
        assert search.synonyms(visitor) is first


def test_titles_continue_what_was_typed(db: Session, index: SearchIndex) -> None:
    _put(db, index, a_resource(db, "Holidays"))
    assert search.suggest(db, index, " holi") == ["Holidays"]
    assert search.suggest(db, index, "h") == []
