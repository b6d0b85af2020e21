"""The words of the sample keep the promises that the demonstration relies on."""

import datetime
import itertools
import re
from functools import cache

import pytest
from rapidfuzz.distance import Indel

from flows.sample.pages import LICENCES, biographies, by_author, slug
from flows.sample.texts import Text, related, texts

COPIES = [
    ("wiki/vhf-radio-procedure", "wiki/vhf-radio-procedure-skerrin"),
    ("wiki/travel-and-expenses", "wiki/how-to-claim-travel-expenses"),
]
CROSS_POSTS = [
    ("blog/reading-the-swell-at-skerrin", "wiki/reading-the-swell-at-skerrin"),
    ("blog/near-misses-are-free-lessons", "wiki/why-we-report-near-misses"),
    ("blog/how-quayside-sold-the-last-car-space-twice", "wiki/selling-the-last-car-space"),
]
# Made from one template and about different things: they may be grouped and must never be folded.
FAMILIES = {
    "operations-call-": 5,
    "team-": 6,
    "safety-card-": 4,
}
EVERYTHING: dict[str, Text] = {t.path[1:]: t for t in (*texts("wiki"), *texts("blog"))}


@cache
def tokens(name: str) -> list[str]:
    return re.findall(r"\w+", EVERYTHING[name].markdown.lower())


def similarity(first: str, second: str) -> float:
    return Indel.normalized_similarity(tokens(first), tokens(second))


def family(start: str) -> list[str]:
    return [name for name in EVERYTHING if name.startswith(f"wiki/{start}")]


def test_there_is_a_wiki_and_a_blog_of_the_promised_size():
    assert len(texts("wiki")) == 59
    assert len(texts("blog")) == 25
    first_authors = {post.authors[0] for post in texts("blog")}
    assert len(first_authors) == 8
    assert all(150 <= len(post.markdown.split()) <= 600 for post in texts("blog"))
    assert set(by_author()) == set(biographies())


@pytest.mark.parametrize("name", sorted(EVERYTHING))
def test_each_file_says_who_when_and_on_what_terms(name):
    text = EVERYTHING[name]
    assert text.title and text.authors and text.tags
    assert datetime.date(2022, 1, 1) <= text.date <= text.modified <= datetime.date(2026, 10, 31)
    assert text.licence in LICENCES
    assert text.language in {"en", "de", "fr"}
    assert text.slug == slug(text.slug)


@pytest.mark.parametrize(("first", "second"), COPIES)
def test_a_copied_page_was_edited_lightly(first, second):
    assert 0.80 <= similarity(first, second) < 0.95
    assert EVERYTHING[first].date < EVERYTHING[second].date


@pytest.mark.parametrize(("first", "second"), CROSS_POSTS)
def test_a_cross_post_is_almost_word_for_word(first, second):
    assert 0.85 <= similarity(first, second) < 1
    assert EVERYTHING[first].authors == EVERYTHING[second].authors
    assert EVERYTHING[first].date < EVERYTHING[second].date


@pytest.mark.parametrize("start", FAMILIES)
def test_siblings_share_a_template(start):
    members = family(start)
    assert len(members) == FAMILIES[start]
    assert all(similarity(a, b) > 0.55 for a, b in itertools.combinations(members, 2))


def test_safety_cards_are_as_alike_as_copies_and_are_none():
    assert all(similarity(a, b) >= 0.80 for a, b in itertools.combinations(family("safety-card-"), 2))


def test_nothing_else_looks_alike():
    versions = [(t.path[1:], f"wiki/{t.supersedes}") for t in texts("wiki") if t.supersedes]
    meant = {frozenset(pair) for pair in (*COPIES, *CROSS_POSTS, *versions) if similarity(*pair) >= 0.55}
    siblings = {frozenset(pair) for start in FAMILIES for pair in itertools.combinations(family(start), 2)}
    alike = {frozenset(p) for p in itertools.combinations(EVERYTHING, 2) if similarity(*p) >= 0.55}
    assert alike == meant | siblings


@pytest.mark.parametrize("new", [t.slug for t in texts("wiki") if t.supersedes])
def test_a_newer_version_says_what_it_replaces_and_the_old_page_says_by_what(new):
    newer = EVERYTHING[f"wiki/{new}"]
    older = EVERYTHING[f"wiki/{newer.supersedes}"]
    assert re.search(r"supersedes|replaces", newer.markdown)
    assert f"]({older.path})" in newer.markdown
    assert re.search(r"superseded", older.markdown, re.IGNORECASE)
    assert f"]({newer.path})" in older.markdown
    assert older.date < newer.date


def test_two_pages_supersede_others():
    assert sum(bool(t.supersedes) for t in texts("wiki")) == 2


def test_the_texts_link_to_each_other():
    links = [link for t in EVERYTHING.values() for link in re.findall(r"\]\(/([^)#]+)\)", t.markdown)]
    assert len(links) > 120
    assert set(links) <= set(EVERYTHING)


def test_related_texts_share_a_tag_and_are_never_the_text_itself():
    post = EVERYTHING["blog/plugging-in-a-ferry"]
    assert related(post)
    assert all(set(r.tags) & set(post.tags) and r != post for r in related(post))
