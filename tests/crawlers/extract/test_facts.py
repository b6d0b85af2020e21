"""What a page says about itself, and where it says it."""

import pytest

from crawlers.extract import article_from_html, extract
from crawlers.extract.dates import iso_date
from crawlers.extract.language import language_code
from crawlers.extract.licences import licence_of
from crawlers.extract.names import people
from crawlers.extract.summary import LONGEST, shortened
from crawlers.extract.titles import without_site
from crawlers.page import Page


@pytest.mark.parametrize(
    ("said", "date"),
    [
        ("2024-05-17T08:00:00+02:00", "2024-05-17T06:00:00Z"),
        ("2024-05-17", "2024-05-17"),
        ("May 17, 2024", "2024-05-17"),
        ("17th of May 2024", "2024-05-17"),
        ("17. Mai 2024", "2024-05-17"),
        ("17 de mayo de 2024", "2024-05-17"),
        ("17.05.2024", "2024-05-17"),
        ("31/05/2024", "2024-05-31"),
        ("11-29-2024, 09:03 AM", "2024-11-29"),
        ("2024/05/17 10:12", "2024-05-17"),
        ("20240517", "2024-05-17"),
        ("2024-13-45", None),
        ("yesterday", None),
        ("1066-10-14", None),
        (None, None),
    ],
)
def test_dates_are_read_as_pages_write_them(said: object, date: str | None):
    assert iso_date(said) == date


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("By Anna Weber", ("Anna Weber",)),
        ("Anna Weber and Ben Okoye", ("Anna Weber", "Ben Okoye")),
        ("Doris Muñoz, MD, PhD", ("Doris Muñoz, MD, PhD",)),
        ({"@type": "Person", "name": "Anna Weber"}, ("Anna Weber",)),
        ([{"name": "Anna Weber"}, "Ben Okoye"], ("Anna Weber", "Ben Okoye")),
        ("admin", ()),
        ("https://example.org/anna", ()),
        (None, ()),
    ],
)
def test_names_lose_what_a_byline_puts_around_them(said: object, names: tuple[str, ...]):
    assert people(said) == names


@pytest.mark.parametrize(
    ("title", "own"),
    [
        ("Cleaning the filter | Plant wiki", "Cleaning the filter"),
        ("Cleaning the filter - Plant", "Cleaning the filter"),
        ("Plant » Cleaning the filter", "Cleaning the filter"),
        ("State-of-the-art filters", "State-of-the-art filters"),
    ],
)
def test_a_title_loses_the_name_of_its_site(title: str, own: str):
    assert without_site(title) == own


def test_licences_and_languages_get_their_short_names():
    assert licence_of("https://creativecommons.org/licenses/by-nc/4.0/deed.de") == "CC-BY-NC-4.0"
    assert licence_of("https://creativecommons.org/publicdomain/zero/1.0/") == "CC0-1.0"
    assert licence_of("All rights reserved") is None
    assert (language_code("en-GB"), language_code("pt_BR"), language_code("x"), language_code(None)) == (
        "en",
        "pt",
        None,
        None,
    )


def test_a_summary_is_cut_after_a_sentence_or_a_word():
    assert shortened("One. " * 100).endswith("One.")
    cut = shortened("word " * 100)
    assert cut.endswith("word…") and len(cut) <= LONGEST


def test_what_the_system_says_outranks_the_markup():
    page = Page(
        source="wiki",
        url="https://wiki.example.org/x",
        html="<h1>Wrong</h1><p>The pump on line four stops when the filter is full, so rinse it.</p>",
        hints={
            "title": "Right",
            "authors": ["anna"],
            "modified": "2024-05-17",
            "tags": ["pumps"],
            "language": "de",
            "generator": "MediaWiki 1.43",
            "html_is_content": True,
        },
    )
    article = extract(page)
    assert article is not None
    assert (article.title, article.authors, article.modified) == ("Right", ("anna",), "2024-05-17")
    assert (article.tags, article.language, article.generator, article.source) == (
        ("pumps",),
        "de",
        "MediaWiki 1.43",
        "wiki",
    )
    assert {article.evidence[name] for name in ("title", "authors", "modified", "tags", "language")} == {"system"}


def test_a_page_of_links_keeps_them():
    links = "".join(f'<li><a href="/p/{i}">Page about pump number {i}</a></li>' for i in range(30))
    article = article_from_html(f"<nav>Home</nav><main><h1>Pumps</h1><ul>{links}</ul></main>", "https://example.org/")
    assert "Page about pump number 29" in article.text
    assert len(article.links) == 30


def test_the_share_of_the_page_that_was_kept_is_said():
    page = (
        "<div class=menu>"
        + "<a href=/x>link</a> " * 50
        + "</div><article><p>"
        + "Some words here. " * 40
        + "</p></article>"
    )
    kept = article_from_html(page).kept
    assert kept is not None and 0.5 < kept < 0.9


_LONG = "<p>" + "What the page says is said in whole sentences, and there are enough of them. " * 9 + "</p>"
_REPLY = "<div itemscope itemtype='https://schema.org/Comment'><time itemprop='datePublished'>2019-01-21</time></div>"


@pytest.mark.parametrize(
    ("address", "above", "below", "date", "evidence"),
    [
        ("", "<div>Published on July 18, 2025</div>", "", "2025-07-18", "words: Published on July 18, 2025"),
        ("", "<div><span>August 16, 2019</span> by us</div>", "", "2019-08-16", "a date alone below the title"),
        ("", "", "<p>We sat down.</p>" * 40 + "<p>August 16, 2019</p>", None, None),
        ("", "", _REPLY, None, None),
        ("", "<time itemprop='dateCreated' datetime='2014-02-04 13:02'></time>", _REPLY, "2014-02-04", "markup: time"),
        ("/2016/02/09/tutoring/", "<p class='date'>2025-07-02</p>", "", "2016-02-09", "address"),
        ("/2016/02/09/a/", "<time datetime='2016-02-09T10:00:00Z'></time>", "", "2016-02-09T10:00:00Z", "markup: time"),
    ],
)
def test_the_day_a_page_names_is_found(address: str, above: str, below: str, date: str | None, evidence: str | None):
    link = f"<link rel=canonical href='https://site.example{address}'>"
    page = f"<html><head>{link}</head><body><article><h1>A title</h1>{above}{_LONG}{below}</article></body></html>"
    article = article_from_html(page, "")
    assert article.published == date
    assert (article.evidence.get("published") or "").startswith(evidence or "")


def test_a_thread_is_of_the_day_of_its_first_post():
    posts = "".join(
        f"<li class='message'><div class='messageText'>{_LONG}</div><span class='DateTime'>May {day}, 2024</span></li>"
        for day in (11, 12)
    )
    page = f"<html id='XenForo'><body><time datetime='2026-03-05'></time><ol>{posts}</ol></body></html>"
    article = article_from_html(page, "https://forum.example/threads/1/")
    assert (article.published, article.evidence["published"]) == ("2024-05-11", "the first post")
