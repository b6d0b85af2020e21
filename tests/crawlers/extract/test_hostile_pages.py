"""Broken and hostile pages cost bounded time and never an error."""

import time

import pytest

from crawlers.extract import article_from_html, extract
from crawlers.extract.tree import MOST_ATTRIBUTES, MOST_CHARACTERS, cap_attributes, parse
from crawlers.page import Page

WORDS = "The pump on line four stops when the filter is full, so rinse it. "
# Seconds of processor time; each case takes under 3 on an idle core.
LIMIT = 20

HOSTILE = {
    "nested 100,000 deep": "<div>" * 100_000 + WORDS,
    "nested lists": "<ul><li>" * 30_000 + WORDS,
    "unclosed bold": "<b>" * 100_000 + WORDS,
    "a million attributes": "<p " + " ".join(f'a{i}="x"' for i in range(1_000_000)) + f">{WORDS}</p>",
    "attributes that hide tags": "<p " + " ".join(f'a{i}=">"' for i in range(200_000)) + f">{WORDS}</p>",
    "50 MB": f"<article><p>{WORDS}</p>" + f"<p>{WORDS}</p>" * 700_000,
    "a class of 100,000 words": f'<p class="{"nav " * 100_000}">{WORDS}</p>',
    "deep JSON-LD": '<script type="application/ld+json">' + "[" * 100_000 + f"</script><p>{WORDS}</p>",
    "entities": f'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><p>&b; {WORDS}</p>',
    "NUL": f"<p>\0{WORDS}\0</p>",
    "lone surrogates": f"<p>\ud800{WORDS}</p>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_gives_its_words_in_bounded_time(name: str):
    start = time.process_time()
    article = article_from_html(HOSTILE[name], "https://example.org/a")
    assert "rinse it" in article.text
    assert time.process_time() - start < LIMIT


@pytest.mark.parametrize(
    "body", ["<" * 100_000, '<a "' * 50_000, "<!--" + "x" * 100_000, "&" * 100_000, "<script>" * 9999]
)
def test_a_page_of_nothing_but_broken_markup_is_no_error(body: str):
    article_from_html(body)


def test_what_lies_beyond_the_cap_is_cut_off():
    article = article_from_html("<p>" + "word " * (MOST_CHARACTERS // 4))
    assert 0 < len(article.text) <= MOST_CHARACTERS


def test_attributes_are_capped_and_the_text_stays():
    capped = cap_attributes("<p " + "a=1 " * 1000 + ">text</p><i b=2>x</i>")
    assert capped.count("a=1") < MOST_ATTRIBUTES
    assert capped.endswith(">text</p><i b=2>x</i>")


def test_an_empty_page_has_no_tree_and_no_article():
    assert parse("   ") is None
    assert extract(Page(source="s", url="https://example.org/", html=" \n")) is None


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("<p>Die Pumpe hält an, sobald der Filter voll ist und überläuft.</p>".encode("cp1252"), "überläuft"),
        ('<meta charset="shift_jis"><p>今日は水曜日です。フィルターを洗います。</p>'.encode("shift_jis"), "水曜日"),
        ("<p>Die Pumpe hält an, sobald der Filter voll ist.</p>".encode("utf-16"), "hält"),
        ('<meta charset="iso-8859-1"><p>The “filter” is full and the pump is off.</p>'.encode("cp1252"), "“filter”"),
        ('<meta charset="latin-1"><p>Die Pumpe hält an, wenn der Filter voll ist.</p>'.encode(), "hält"),
        (b"<p>The pump \xc3\xa9 stops \xff here and the filter is full now.</p>", "é"),
    ],
)
def test_bytes_are_read_in_the_encoding_they_are_in(body: bytes, word: str):
    assert word in article_from_html(body).text
