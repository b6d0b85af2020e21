"""The outbox and the index: nothing is lost, nothing is done twice, and both sides agree."""

import pytest

from curation.database import IndexJobRow, ResourceRow
from curation.database.session import open_session
from curation.services import indexing, publish
from search_config.errors import IndexUnavailable
from search_config.index import SearchRequest
from search_config.open import open_index
from tests.support.records import a_concept, a_resource


@pytest.fixture
def index(tmp_path):
    opened = open_index(tmp_path / "index")
    yield opened
    opened.close()


def found(index, words):
    return [hit.id for hit in index.search(SearchRequest(words)).hits]


def test_what_is_touched_is_found_after_a_drain_with_its_tags(db, index):
    safety = a_concept(db, "Safety", alt=("harm prevention",))
    drill = a_concept(db, "Drill", broader=(safety.uri,))
    row = a_resource(db, "Man overboard", tags=(drill.uri,))
    publish.touch(db, row.id)
    assert indexing.drain(db, index).written == 1
    assert found(index, "overboard") == [row.id]
    assert index.search(SearchRequest(filters={"tag": (safety.uri,)})).total == 1
    assert indexing.compare(db, index).true and indexing.waiting(db) == 0


def test_what_is_withdrawn_or_folded_is_taken_out(db, index):
    rows = [a_resource(db, f"Fog {n}") for n in range(3)]
    publish.touch(db, *(row.id for row in rows))
    indexing.drain(db, index)
    rows[0].state = "withdrawn"
    rows[1].state, rows[1].folded_into = "folded", rows[2].id
    publish.touch(db, rows[0].id, rows[1].id)
    report = indexing.drain(db, index)
    assert report.removed == 2
    assert found(index, "fog") == [rows[2].id]


def test_an_engine_that_is_down_leaves_the_jobs(db, index, monkeypatch):
    row = a_resource(db, "Fog")
    publish.touch(db, row.id)
    db.commit()

    def down(documents):
        raise IndexUnavailable("it does not answer")

    with monkeypatch.context() as patch:
        patch.setattr(index, "write", down)
        with pytest.raises(IndexUnavailable):
            indexing.drain(db, index)
    db.rollback()
    assert indexing.waiting(db) == 1
    assert indexing.drain(db, index).written == 1


def test_verify_finds_and_repair_mends_each_difference(db, index):
    rows = [a_resource(db, f"Fog {n}") for n in range(4)]
    publish.touch(db, *(row.id for row in rows))
    indexing.drain(db, index)
    index.delete({rows[0].id: 99})
    db.get(ResourceRow, rows[1].id).version += 1
    rows[2].state = "withdrawn"
    db.delete(db.get(IndexJobRow, rows[3].id)) if db.get(IndexJobRow, rows[3].id) else None
    db.commit()
    differences = indexing.compare(db, index)
    assert (differences.missing, differences.outdated, differences.surplus) == (
        (rows[0].id,),
        (rows[1].id,),
        (rows[2].id,),
    )
    rows[0].version = 100
    indexing.repair(db, index, differences)
    assert indexing.compare(db, index).true


def test_a_rebuild_holds_everything_that_is_live(db, index):
    rows = [a_resource(db, f"Fog {n}") for n in range(20)]
    db.commit()
    assert indexing.rebuild(db, index).written == 20
    assert sorted(dict(index.versions())) == sorted(row.id for row in rows)


def test_a_change_made_while_the_engine_works_is_neither_refused_nor_lost(db, record_url, index, monkeypatch):
    resource = a_resource(db, "Fog").id
    publish.touch(db, resource)
    db.commit()
    write = index.write

    def slowly(documents):
        done = write(documents)
        with open_session(record_url) as other:
            publish.touch(other, resource)
            other.commit()
        monkeypatch.undo()
        return done

    monkeypatch.setattr(index, "write", slowly)
    indexing.drain(db, index)
    assert indexing.waiting(db) == 0 and indexing.compare(db, index).true


def test_people_can_write_while_the_index_is_rebuilt(db, record_url, index, monkeypatch):
    resource = a_resource(db, "Fog").id
    db.commit()
    build = index.rebuild

    def slowly(documents):
        held = list(documents)
        with open_session(record_url) as other:
            publish.touch(other, resource)
            other.commit()
        return build(iter(held))

    monkeypatch.setattr(index, "rebuild", slowly)
    with open_session(record_url, reads_only=True) as reader:
        indexing.rebuild(reader, index)
    indexing.drain(db, index)
    assert indexing.compare(db, index).true
