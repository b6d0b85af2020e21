"""Whatever is typed is answered, never with an error, on both engines."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search_config.index import SearchIndex, SearchRequest
from search_config.query import Phrase, Word, parse
from tests.support.library import LIBRARY

SIGNS = "\"“”„«»-+*?~^:(){}[]\\/&|!<>=@#%.,;'` \t\n\x00\x1f\ud800\udfff\u202e\u200b\u0301ßİ☃🎉語"
PIECES = [
    "AND",
    "OR",
    "NOT",
    "title:x",
    "cluster",
    "-cluster",
    '"',
    '""',
    '"a b',
    "*a*b*c*",
    "/(a+)+$/",
    "_exists_:id",
    "C++",
    "a" * 300,
]
TYPED = st.one_of(
    st.text(alphabet=st.characters(), max_size=80),
    st.text(alphabet=SIGNS, max_size=40),
    st.lists(st.sampled_from([*PIECES, *SIGNS]), max_size=25).map(" ".join),
)
LONG = [
    "cluster " * 5000,
    "a" * 10_000,
    '"' * 10_000,
    "-" * 10_000,
    "-a " * 4000,
    '"a b" ' * 2000,
    "語" * 10_000,
    "\x00" * 10_000,
]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=TYPED, other=TYPED)
def test_anything_typed_is_answered(library: SearchIndex, typed: str, other: str) -> None:
    request = SearchRequest(text=typed, synonyms={"cluster": (other, ""), other.lower(): (typed,)}, facets=("tag",))
    result = library.search(request)
    assert result.total >= len(result.hits)
    for hit in result.hits:
        rest = (hit.title + hit.snippet).replace("<mark>", "").replace("</mark>", "")
        assert "<" not in rest and ">" not in rest
    library.suggest(typed)


@pytest.mark.parametrize("typed", LONG, ids=lambda typed: f"{typed[:6]!r} x {len(typed)}")
def test_ten_kilobytes_are_capped(library: SearchIndex, typed: str) -> None:
    library.search(SearchRequest(text=typed))
    query = parse(SearchRequest(text=typed))
    assert len(query.any_of) <= 128 and len(query.required) + len(query.excluded) <= 1000


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.text(alphabet=st.characters(), max_size=30))
def test_any_filter_value_is_answered(library: SearchIndex, value: str) -> None:
    library.search(SearchRequest(filters={"tag": (value,), "year": (value, "2023")}))


def test_nothing_searchable_finds_nothing_but_nothing_typed_finds_all(library: SearchIndex) -> None:
    for typed in ("???", "🎉", '"', "\ud800"):
        assert library.search(SearchRequest(text=typed)).total == 0
    for typed in ("", "  \n", "\x00"):
        assert library.search(SearchRequest(text=typed)).total == len(LIBRARY)


def test_repeated_words_are_kept() -> None:
    assert parse(SearchRequest("wing wing flow")).any_of == (Word("wing"), Word("wing"), Word("flow"))


def test_a_dash_excludes_only_before_a_word() -> None:
    assert parse(SearchRequest("run --rebuild now")).excluded == ()
    assert parse(SearchRequest("e-mail")).excluded == ()
    assert parse(SearchRequest("mail -draft")).excluded == (Word("draft"),)
    assert parse(SearchRequest('mail -"first draft"')).excluded == (Phrase(("first", "draft")),)


def test_an_unclosed_quote_is_no_quote() -> None:
    query = parse(SearchRequest('the "second draft'))
    assert query.required == () and query.any_of == (Word("second"), Word("draft"))
