"""What a search finds, the same on both engines."""

import pytest

from search_config.errors import SearchError
from search_config.index import FacetCount, SearchIndex, SearchRequest, SearchResult
from tests.support.library import BAKING, CONTAINERS, KUBERNETES, LIBRARY, a_document


def found(index: SearchIndex, text: str = "", **wanted: object) -> list[str]:
    return [hit.id for hit in index.search(SearchRequest(text=text, page_size=50, **wanted)).hits]  # type: ignore[arg-type]


def counts(result: SearchResult, facet: str) -> dict[str, int]:
    return {value.value: value.count for value in result.facets[facet]}


def test_title_and_text_are_searched_together(library: SearchIndex) -> None:
    assert found(library, "cluster drain")[0] == "upgrade"


def test_any_word_may_match(library: SearchIndex) -> None:
    assert set(found(library, "sourdough pipeline nonsenseword")) == {"bread", "delivery"}


def test_a_word_is_found_in_its_other_forms(library: SearchIndex) -> None:
    assert found(library, "deploying") == ["delivery"]
    assert "upgrade" in found(library, "upgrades")


@pytest.mark.parametrize("typed", ["cafe", "café", "CAFÉ", "crepe", "cafe\u0301"])
def test_accents_and_case_make_no_difference(library: SearchIndex, typed: str) -> None:
    assert found(library, typed) == ["bread"]


def test_letters_that_do_not_decompose_are_folded_too(library: SearchIndex) -> None:
    assert found(library, "strasse") == ["fahrrad"]
    assert found(library, "koln") == ["fahrrad"]


@pytest.mark.parametrize("typed", ["C++", "c++", "C#", ".NET", ".net", "F#"])
def test_names_of_programming_languages_are_words(library: SearchIndex, typed: str) -> None:
    assert found(library, typed) == ["languages"]
    assert "<mark>" in library.search(SearchRequest(text=typed)).hits[0].snippet


def test_a_quoted_phrase_is_required(library: SearchIndex) -> None:
    assert found(library, '"continuous integration"') == ["delivery"]
    assert found(library, '"integration continuous"') == []
    assert found(library, 'cluster "container images"') == ["images"]


def test_an_excluded_word_or_phrase_is_left_out(library: SearchIndex) -> None:
    assert set(found(library, "cluster")) == {"upgrade", "images"}
    assert found(library, "cluster -images") == ["upgrade"]
    assert found(library, 'cluster -"container images"') == ["upgrade"]
    assert "bread" not in found(library, "-sourdough") and len(found(library, "-sourdough")) == len(LIBRARY) - 1


def test_words_that_are_everywhere_count_only_where_nothing_else_was_typed(library: SearchIndex) -> None:
    assert found(library, "the pipeline") == ["delivery"]
    assert found(library, "IT")[0] == "it"
    assert found(library, "to be or not to be")[0] == "naming"


def test_who_types_a_title_gets_the_page_first(library: SearchIndex) -> None:
    for document in LIBRARY:
        assert found(library, document.title)[0] == document.id


def test_authors_and_tag_labels_are_found_as_words(library: SearchIndex) -> None:
    assert found(library, "Lind") == ["bread"]
    assert found(library, "k8s") == ["upgrade"]


def test_a_synonym_finds_the_other_word_both_ways(library: SearchIndex) -> None:
    both = {"loaf": ("bread",), "bread": ("loaf",)}
    assert found(library, "loaf") == []
    assert found(library, "loaf", synonyms=both) == ["bread"]
    assert found(library, "Bread", synonyms=both) == ["bread"]


def test_a_synonym_of_several_words_works_both_ways(library: SearchIndex) -> None:
    both = {"ci": ("continuous integration",), "continuous delivery pipeline": ("uncordon",)}
    assert found(library, "CI", synonyms=both) == ["delivery"]
    assert "upgrade" in found(library, "continuous delivery pipeline", synonyms=both)
    assert found(library, "pipeline", synonyms=both) == ["delivery"]


def test_a_synonym_ranks_a_little_below_the_word_itself(index: SearchIndex) -> None:
    index.write([a_document("a", "x", "loaf"), a_document("b", "x", "bread")])
    index.refresh()
    assert found(index, "bread", synonyms={"bread": ("loaf",)}) == ["b", "a"]


def test_highlights_are_escaped_and_marked(library: SearchIndex) -> None:
    hit = library.search(SearchRequest(text="entities mercy script")).hits[0]
    assert hit.title == "Tags &lt;b&gt;&amp; <mark>entities</mark>&lt;/b&gt;"
    assert "&lt;<mark>script</mark>&gt;alert(&#x27;wiki&#x27;)" in hit.snippet
    assert "&amp; expect <mark>mercy</mark>" in hit.snippet


def test_a_snippet_marks_inflections_and_synonyms_and_shows_accents(library: SearchIndex) -> None:
    hit = library.search(SearchRequest(text="cafes baker", synonyms={"baker": ("baking",)})).hits[0]
    assert "<mark>Café</mark>" in hit.snippet and "<mark>Baking</mark>" in hit.snippet


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"tag": (KUBERNETES,)}, {"upgrade"}),
        ({"tag": (CONTAINERS,)}, {"upgrade", "images"}),
        ({"tag": (KUBERNETES, BAKING)}, {"upgrade", "bread"}),
        ({"source": ("blog",)}, {"delivery", "bread", "naming"}),
        ({"author": ("Ada Park",)}, {"upgrade", "images"}),
        ({"year": ("2023", "2024")}, {"upgrade", "delivery"}),
        ({"language": ("de",)}, {"fahrrad"}),
        ({"kind": ("post",)}, {"delivery", "bread"}),
        ({"kind": ("post",), "tag": (BAKING,)}, {"bread"}),
        ({"source": ("no such source",)}, set()),
    ],
)
def test_filters_narrow_and_a_broad_concept_finds_its_narrower_ones(
    library: SearchIndex, filters: dict[str, tuple[str, ...]], expected: set[str]
) -> None:
    assert set(found(library, filters=filters)) == expected


def test_a_filter_that_chooses_nothing_is_none(library: SearchIndex) -> None:
    assert len(found(library, filters={"tag": ()})) == len(LIBRARY)


def test_facets_count_what_was_found(library: SearchIndex) -> None:
    result = library.search(SearchRequest(text="cluster"))
    assert result.total == 2
    assert counts(result, "tag") == {CONTAINERS: 2, KUBERNETES: 1}
    assert result.facets["author"] == (FacetCount("Ada Park", 2), FacetCount("Noor Haddad", 1))
    assert counts(result, "year") == {"2021": 1, "2023": 1}


def test_a_facet_leaves_out_its_own_filter_but_no_other(library: SearchIndex) -> None:
    result = library.search(SearchRequest(filters={"source": ("blog",), "kind": ("post",)}))
    assert result.total == 2
    assert counts(result, "source") == {"blog": 2}
    assert counts(result, "kind") == {"post": 2, "page": 1}
    assert counts(result, "language") == {"en": 2}


def test_only_the_facets_asked_for_are_counted(library: SearchIndex) -> None:
    assert set(library.search(SearchRequest(facets=("kind",))).facets) == {"kind"}
    assert library.search(SearchRequest(facets=())).facets == {}


def test_an_unknown_facet_is_named(library: SearchIndex) -> None:
    with pytest.raises(SearchError, match="no facet 'colour'; choose from tag"):
        library.search(SearchRequest(filters={"colour": ("red",)}))


def test_newest_first_with_unknown_dates_last(library: SearchIndex) -> None:
    newest = found(library, order="newest")
    assert newest[:5] == ["delivery", "upgrade", "bread", "images", "languages"]
    assert len(newest) == len(LIBRARY)
    assert found(library, "cluster", order="newest") == ["upgrade", "images"]


def test_best_rated_first_with_unrated_last(library: SearchIndex) -> None:
    assert found(library, order="rating")[:3] == ["upgrade", "images", "bread"]
    assert found(library, "cluster sourdough", order="rating") == ["upgrade", "images", "bread"]


def test_browsing_without_words_shows_the_newest_first(library: SearchIndex) -> None:
    assert found(library)[:2] == ["delivery", "upgrade"]


def test_pages_follow_each_other_without_gap_or_repetition(library: SearchIndex) -> None:
    for order in ("relevance", "newest", "rating"):
        pages = [library.search(SearchRequest("a the it", page=n, page_size=2, order=order)) for n in (1, 2, 3)]  # type: ignore[arg-type]
        ids = [hit.id for page in pages for hit in page.hits]
        assert ids == found(library, "a the it", order=order)[: len(ids)] and len(set(ids)) == len(ids)


@pytest.mark.parametrize("page", [4, 10_000, 10**9, 2**63])
def test_a_page_behind_the_last_is_empty_but_knows_the_total(library: SearchIndex, page: int) -> None:
    result = library.search(SearchRequest("cluster", page=page))
    assert (result.total, result.hits) == (2, ())
    assert counts(result, "source") == {"wiki": 2}


def test_odd_pages_are_no_error(library: SearchIndex) -> None:
    assert len(library.search(SearchRequest("cluster", page=0)).hits) == 2
    assert len(library.search(SearchRequest("cluster", page=-5)).hits) == 2
    assert library.search(SearchRequest("cluster", page_size=0)).hits == ()
    assert library.search(SearchRequest("cluster", page_size=-1)).total == 2
    assert len(library.search(SearchRequest("cluster", page_size=10**9)).hits) == 2


def test_suggestions_continue_what_was_typed(library: SearchIndex) -> None:
    assert library.suggest("cont") == ["Containers", "Container images"]
    assert library.suggest("upgrading a c") == ["Upgrading a cluster"]
    assert library.suggest("K8") == ["k8s"]
    assert library.suggest("crepe") == ["Bread for the crêpe party"]
    assert library.suggest("fahrra") == ["Fahrräder in Köln"]
    assert library.suggest("cont", limit=1) == ["Containers"]


def test_a_suggestion_that_begins_so_comes_before_one_that_only_contains_it(library: SearchIndex) -> None:
    assert library.suggest("cluster") == ["Upgrading a cluster"]
    assert library.suggest("i")[:2] == ["IT", "It is what it is"]
    assert "Container images" in library.suggest("i")[2:]


@pytest.mark.parametrize("typed", ["", " ", "zzz", ".*", "[a-z", "\x00", "\ud800", "\x1f", "a" * 10_000, '"', "\\"])
def test_an_odd_prefix_suggests_nothing_and_is_no_error(library: SearchIndex, typed: str) -> None:
    assert library.suggest(typed) == []


def test_suggestions_can_be_none(library: SearchIndex) -> None:
    assert library.suggest("cont", limit=0) == []
    assert library.suggest("cont", limit=-1) == []
