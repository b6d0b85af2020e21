"""An ops person's way with sources: terms explained and changed, files of sources, what an address is."""

import pytest

from tests.support.commands import Commonplace


@pytest.fixture
def docs(commonplace: Commonplace) -> Commonplace:
    """A library with one source that was never read."""
    commonplace.ok("init")
    commonplace.ok(
        "source", "add", "https://docs.example.org/guide/", "--name", "docs", "--kind", "site", "--set", "delay=3"
    )
    return commonplace


def test_terms_are_explained_changed_and_reset(docs: Commonplace):
    shown = docs.ok("source", "show", "docs").out
    assert "* delay                3 seconds  (default 1.0)" in shown and "Between two requests" in shown
    assert "  most_pages           10000 pages" in shown
    changed = docs.ok("source", "set", "docs", "delay=", "keeper=The docs team", "schedule=0 5 * * 1").out
    assert "delay: 3 -> 1.0" in changed and "schedule: 0 3 * * * -> 0 5 * * 1" in changed
    settings = docs.ok("source", "show", "docs", "--json").json
    assert settings["settings"]["keeper"] == "The docs team"
    assert {t["name"] for t in settings["terms"] if t["changed"]} == {"name", "kind", "address", "keeper", "schedule"}
    assert docs.ok("source", "set", "docs", "delay=1", "--json").json == {"name": "docs", "changed": {}}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("docs", "delai=2"), "Did you mean delay?"),
        (("docs", "schedule=99 99 * * *"), "'99' as minute (0-59)"),
        (("dosc", "delay=2"), "Did you mean docs?"),
        (("docs", "name=other"), "keeps its name"),
        (("docs", "delay"), "must look like"),
    ],
)
def test_a_change_that_can_not_be_made_changes_nothing(docs: Commonplace, words, said):
    before = docs.ok("source", "show", "docs").out
    refused = docs("source", "set", *words)
    assert refused.code in (1, 2) and said in refused.err
    assert docs.ok("source", "show", "docs").out == before
