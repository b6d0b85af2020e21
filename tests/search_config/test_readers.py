"""What is restricted is found, counted and suggested for its readers alone, the same on both engines."""

import pytest

from search_config.index import SearchIndex, SearchRequest
from tests.support.library import a_document

SECRET = "Zanzibar"


@pytest.fixture
def closed(index: SearchIndex) -> SearchIndex:
    """An index with a page for everyone, one for a group, and one whose group is called as everyone is."""
    index.write(
        [
            a_document("open", "Harbour plan", "What everyone knows.", source="wiki"),
            a_document("shut", f"{SECRET} plan", "What the board knows.", source="board", readers=("board", "ada")),
            a_document("odd", f"{SECRET} list", "What nobody knows.", source="odd", readers=("everyone",)),
        ]
    )
    index.refresh()
    return index


def seen(index: SearchIndex, text: str, *readers: str) -> tuple[int, set[str], set[str]]:
    found = index.search(SearchRequest(text=text, readers=readers))
    return found.total, {hit.id for hit in found.hits}, {value.value for value in found.facets["source"]}


@pytest.mark.parametrize("text", ["plan", SECRET, "", f'"{SECRET} plan"', f"{SECRET} plan", "-harbour"])
@pytest.mark.parametrize("order", ["relevance", "newest", "rating"])
def test_others_neither_find_nor_count_it(closed: SearchIndex, text: str, order: str) -> None:
    for readers in ((), ("staff",), ("board ",), ("name:board",)):
        found = closed.search(SearchRequest(text=text, order=order, readers=readers))  # type: ignore[arg-type]
        assert {hit.id for hit in found.hits} <= {"open"} and found.total <= 1
        assert {value.value for value in found.facets["source"]} <= {"wiki"}


def test_its_readers_find_it_beside_what_everyone_may(closed: SearchIndex) -> None:
    assert seen(closed, "plan", "ada") == seen(closed, "plan", "x", "board") == (2, {"open", "shut"}, {"wiki", "board"})
    assert seen(closed, "plan")[:2] == (1, {"open"})


def test_nobody_is_everyone_by_name(closed: SearchIndex) -> None:
    assert seen(closed, "list", "everyone")[1] == {"odd"}
    assert seen(closed, "list")[0] == 0


def test_a_filter_gives_no_way_around(closed: SearchIndex) -> None:
    found = closed.search(SearchRequest(filters={"source": ("board",)}))
    assert found.total == 0 and not found.facets["author"]


def test_titles_are_suggested_to_readers_alone(closed: SearchIndex) -> None:
    assert closed.suggest("zanz") == closed.suggest("zanz", readers=("staff",)) == []
    assert closed.suggest("zanz", readers=("board",)) == [f"{SECRET} plan"]
    assert closed.suggest("harb") == ["Harbour plan"]


def test_it_opens_and_closes_with_a_new_version(closed: SearchIndex) -> None:
    closed.write([a_document("shut", f"{SECRET} plan", "", readers=(), version=2)])
    closed.refresh()
    assert seen(closed, SECRET)[1] == {"shut"}
    closed.write([a_document("shut", f"{SECRET} plan", "", readers=("board",), version=3)])
    closed.refresh()
    assert seen(closed, SECRET)[0] == 0
