"""How documents get in and out, the same on both engines."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from search_config.document import SearchDocument
from search_config.index import SearchIndex, SearchRequest, WriteReport
from search_config.open import open_index
from tests.support.library import LIBRARY, a_document


def held(index: SearchIndex) -> dict[str, int]:
    index.refresh()
    return dict(index.versions())


def titles(index: SearchIndex, text: str) -> list[str]:
    index.refresh()
    return [hit.title for hit in index.search(SearchRequest(text)).hits]


def test_an_index_that_was_never_written_is_empty(index: SearchIndex) -> None:
    assert index.search(SearchRequest("anything")).total == 0
    assert index.search(SearchRequest()).facets["tag"] == ()
    assert index.suggest("any") == [] and held(index) == {}
    status = index.status()
    assert status.documents == 0 and "run `commonplace index`" in str(status.problem)


def test_what_was_written_is_found(index: SearchIndex) -> None:
    assert index.write(LIBRARY) == WriteReport(written=len(LIBRARY))
    assert held(index) == {document.id: 1 for document in LIBRARY}
    assert index.status().documents == len(LIBRARY) and index.status().problem is None


def test_only_a_newer_version_replaces(index: SearchIndex) -> None:
    index.write([a_document("a", "first", version=5)])
    assert index.write([a_document("a", "again", version=5), a_document("a", "late", version=4)]).stale == 2
    assert titles(index, "first again late") == ["<mark>first</mark>"]
    assert index.write([a_document("a", "second", version=6)]).written == 1
    assert titles(index, "first second") == ["<mark>second</mark>"]
    assert held(index) == {"a": 6}


def test_of_several_versions_in_one_batch_the_newest_stays(index: SearchIndex) -> None:
    versions = [a_document("a", f"version{n}", version=n) for n in (2, 3, 1)]
    assert index.write(versions) == WriteReport(written=2, stale=1)
    assert held(index) == {"a": 3}


def test_deleting_takes_a_version_too(index: SearchIndex) -> None:
    index.write([a_document("a", "kept", version=5), a_document("b", "gone", version=5)])
    assert index.delete({"a": 4, "b": 5, "never there": 1}) == WriteReport(written=2, stale=1)
    assert held(index) == {"a": 5}
    assert titles(index, "gone") == [] and index.status().documents == 1
    assert index.search(SearchRequest()).total == 1


def test_a_late_write_does_not_bring_a_deleted_document_back(index: SearchIndex) -> None:
    index.write([a_document("a", "title", version=5)])
    index.delete({"a": 6, "b": 3})
    late = [a_document("a", "title", version=5), a_document("a", "title", version=6), a_document("b", "x", version=2)]
    assert index.write(late).stale == 3
    assert held(index) == {}
    assert index.write([a_document("a", "title", version=7)]).written == 1
    assert held(index) == {"a": 7}


def test_deleting_again_is_no_error(index: SearchIndex) -> None:
    index.write([a_document("a", "title")])
    assert index.delete({"a": 2}).written == 1
    assert not index.delete({"a": 2}).failed
    assert held(index) == {}


def test_one_bad_document_does_not_stop_the_others(index: SearchIndex) -> None:
    report = index.write([a_document("", "no id"), a_document("a", "minus", version=-1), a_document("b", "good")])
    assert report.written == 1 and set(report.failed) == {"", "a"}
    assert "needs an id" in report.failed[""] and "-1" in report.failed["a"]
    assert held(index) == {"b": 1}


@pytest.mark.parametrize(
    "document",
    [
        a_document("x" * 2000, "long id"),
        a_document("odd \ud800 \x00 \u202e id", "odd id"),
        a_document("a", "surrogate \ud800 \x00 \u202e title", "text \udfff"),
        a_document("a", "author", authors=("y" * 50_000, ""), source="z" * 50_000, tag_labels=("l" * 50_000,)),
        a_document("a", "w" * 100_000),
        a_document("a", "", "one " * 300_000),
        a_document("a", "", ""),
        a_document("a", "dates", published="yesterday", added="2023-99-99"),
        a_document("a", "rating", rating=float("nan"), rating_count=-3),
        a_document("a", "rating", rating=1e300, rating_count=10**12),
        a_document("a", "tags", tags=tuple(f"urn:{n}" for n in range(3000))),
        a_document("a", "年 東京都の天気", "مرحبا 🎉 न्यूज़"),
    ],
)
def test_odd_documents_are_kept(index: SearchIndex, document: SearchDocument) -> None:
    assert index.write([document]) == WriteReport(written=1)
    assert len(held(index)) == 1
    assert index.search(SearchRequest(document.title[:200])).total == 1
    assert index.delete({document.id: 2}).written == 1
    assert held(index) == {}


def test_a_long_id_comes_back_as_it_was(index: SearchIndex) -> None:
    index.write([a_document("https://wiki.example/" + "x" * 2000, "long")])
    assert list(held(index)) == ["https://wiki.example/" + "x" * 2000]


def test_a_long_facet_value_filters_as_it_counts(index: SearchIndex) -> None:
    index.write([a_document("a", "title", source="s" * 5000)])
    index.refresh()
    value = index.search(SearchRequest()).facets["source"][0].value
    for chosen in (value, "s" * 5000):
        assert index.search(SearchRequest(filters={"source": (chosen,)})).total == 1


def test_a_rebuild_replaces_everything(index: SearchIndex) -> None:
    index.write(LIBRARY)
    before = index.status().name
    assert index.rebuild([a_document("new", "fresh")]) == WriteReport(written=1)
    assert held(index) == {"new": 1}
    assert index.status().name != before
    assert index.write([a_document("more", "more")]).written == 1
    assert set(held(index)) == {"new", "more"}


def test_an_index_can_be_built_by_rebuilding(index: SearchIndex) -> None:
    assert index.rebuild(iter(LIBRARY)).written == len(LIBRARY)
    assert len(held(index)) == len(LIBRARY)


def test_a_rebuild_that_fails_leaves_the_old_index(index: SearchIndex) -> None:
    def broken() -> Iterator[SearchDocument]:
        yield a_document("new", "fresh")
        raise ConnectionError("the record went away")

    index.write(LIBRARY)
    index.refresh()
    before = index.status()
    with pytest.raises(ConnectionError):
        index.rebuild(broken())
    assert index.status() == before
    assert len(held(index)) == len(LIBRARY)
    assert index.rebuild([a_document("new", "fresh")]).written == 1


def test_searches_never_fail_while_the_index_is_rebuilt(index: SearchIndex) -> None:
    pages = [a_document(f"p{n}", f"page {n}", "words that are searched") for n in range(300)]
    index.write(pages)
    index.refresh()
    totals: list[int] = []
    problems: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                totals.append(index.search(SearchRequest("searched", facets=("kind",))).total)
            except BaseException as problem:
                problems.append(problem)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for version in (2, 3, 4):
        index.rebuild(replace(page, version=version) for page in pages)
    done.set()
    for reader in readers:
        reader.join()
    assert problems == [] and len(totals) > 5
    assert set(totals) == {300}


def test_two_indices_side_by_side_do_not_mix(engine: tuple[str, str], tmp_path) -> None:
    prefix = f"two-{uuid4().hex[:8]}"
    one, two = (open_index(tmp_path, engine[1], name) for name in (prefix, f"{prefix}-v2"))
    one.write([a_document("a", "one")])
    two.write([a_document("b", "two")])
    one.rebuild([a_document("c", "three")])
    assert (list(held(one)), list(held(two))) == (["c"], ["b"])
    one.close()
    two.close()


def test_another_reader_sees_what_was_written_and_rebuilt(engine: tuple[str, str], tmp_path) -> None:
    prefix = f"readers-{uuid4().hex[:8]}"
    writer, reader = (open_index(tmp_path, engine[1], prefix) for _ in range(2))
    assert reader.search(SearchRequest("word")).total == 0
    for number in (1, 2, 3):
        writer.write([a_document(f"w{number}", "word")])
        writer.refresh()
        assert reader.search(SearchRequest("word")).total == number
    writer.rebuild([a_document("only", "word")])
    assert [hit.id for hit in reader.search(SearchRequest("word")).hits] == ["only"]
    writer.close()
    reader.close()
