"""Sources as a file: out and in again without loss, and every problem with its line."""

from hypothesis import given
from hypothesis import strategies as st

from crawlers.source import KINDS, Source
from crawlers.sources_file import from_yaml, to_yaml

words = st.text(st.characters(exclude_categories=("C", "Z")), max_size=12)
SOURCES = st.builds(
    lambda name, kind, terms: Source.from_dict({"name": name, "kind": kind, "address": "https://a.org/x/", **terms}),
    st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True),
    st.sampled_from(sorted(set(KINDS) - {"repository"})),
    st.fixed_dictionaries({}, optional={
        "licence": words, "keeper": words, "delay": st.floats(0, 3600), "most_pages": st.integers(1, 10_000_000),
        "skip": st.lists(words, max_size=3), "headers": st.dictionaries(st.just("X-Key"), st.just("A_KEY")),
        "obey_robots": st.booleans(), "greatest_drop": st.floats(0, 1), "schedule": st.just("*/5 1-4 * * MON"),
        "namespaces": st.lists(st.integers(0, 20), max_size=3), "allow_private": st.just(["10.0.0.0/8", "loopback"]),
    }),
)  # fmt: skip


@given(st.lists(SOURCES, max_size=4, unique_by=lambda source: source.name))
def test_what_is_written_is_read_back_equal(sources):
    text = to_yaml(sources)
    assert from_yaml(text) == (sources, [])


def test_the_file_says_what_is_asked_for_first_and_only_what_differs_beside():
    text = to_yaml([Source.from_dict({"name": "docs", "kind": "site", "address": "https://a.org/", "delay": 2})])
    assert [line.split(":")[0].strip() for line in text.splitlines() if not line.startswith("#")] == [
        "sources", "docs", "kind", "address", "schedule", "licence", "keeper", "least_pages", "greatest_drop", "delay",
    ]  # fmt: skip


def test_comments_are_taken_and_text_is_text():
    text = "# ours\nsources:\n  docs: # it\n    kind: site\n    address: https://a.o/\n    keeper: No\n    licence: 1.0"
    (source,), wrong = from_yaml(text)
    assert (source.keeper, source.licence, wrong) == ("No", "1.0", [])


def test_every_problem_is_named_with_its_line_source_and_setting():
    text = """\
sources:
  docs:
    kind: sight
    address: https://a.org/
    delai: 2
    delay: -1
    schedule: 99 99 * * *
    headers: {Authorization: Bearer 51-secret}
  Docs!: {kind: site, address: https://b.org/}
  none: {kind: feed}
  docs: {kind: site, address: https://c.org/}
  flat: wiki
"""
    _, wrong = from_yaml(text)
    said = [str(one) for one in wrong]
    places = [(one.line, one.source, one.setting) for one in wrong]
    assert places == [
        (3, "docs", "kind"), (5, "docs", "delai"), (6, "docs", "delay"), (7, "docs", "schedule"),
        (8, "docs", "headers"), (9, "Docs!", "name"), (10, "none", "address"), (11, "docs", ""), (12, "flat", ""),
    ]  # fmt: skip
    assert said[0] == "line 3, docs, kind: 'sight' is no kind. Did you mean site?"
    assert "Did you mean delay?" in said[1] and "51-secret" not in "".join(said)


def test_what_is_no_such_file_is_said_and_never_blows_up():
    for text, words in [
        ("sources: [", "no good YAML"), ("schedule: *x", "into quotes"), ("a: @x", "needs quotes"),
        ("- a", "sources by name"), ("", "by name"), ("sources: {a: &x {kind: site}, b: *x}", "aliases"),
        ("sources: {a: {kind: !!python/object:os.x {}}}", "kind"),
        ("sources: {a: {kind: site, address: https://a.org/, delay: !!set {1}}}", "delay"),
    ]:  # fmt: skip
        _, wrong = from_yaml(text)
        assert wrong and any(words in str(one) for one in wrong), (text, wrong)
