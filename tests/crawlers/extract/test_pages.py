"""Every folder in tests/pages holds a page and what must be found in it."""

import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest

from crawlers.extract import article_from_html

PAGES = Path(__file__).parents[2] / "pages"
CASES = sorted(path.parent for path in PAGES.glob("*/article.json"))


def test_extraction_reaches_no_network(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise AssertionError("extraction asked for a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(AssertionError):
        socket.create_connection(("example.org", 80))
    for case in CASES:
        assert article_from_html((case / "page.html").read_bytes(), "https://example.org/a").text


def test_there_are_cases():
    assert len(CASES) >= 10


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_page_gives_the_article_beside_it(case: Path):
    wanted: dict[str, Any] = json.loads((case / "article.json").read_text(encoding="utf-8"))
    article = article_from_html((case / "page.html").read_bytes(), wanted["url"])
    for piece in wanted.pop("text_has", []):
        assert piece in article.text
    for piece in wanted.pop("text_lacks", []):
        assert piece not in article.text
    for piece in wanted.pop("html_has", []):
        assert piece in article.html
    for name, source in wanted.pop("evidence", {}).items():
        assert article.evidence[name] == source
    for name, value in wanted.items():
        found = getattr(article, name)
        assert (list(found) if isinstance(found, tuple) else found) == value, name


@pytest.mark.parametrize(
    ("marks", "post"),
    [
        (
            "<div class='s-prose js-post-body'></div>",
            "<div class='answer accepted-answer'><div class='js-post-body'>{}</div></div>",
        ),
        (
            "<meta name='generator' content='Discourse 3'>",
            "<div class='crawler-post' itemprop='acceptedAnswer'><div class='post'>{}</div></div>",
        ),
        (
            "<html data-xf-init='x' id='XenForo'>",
            "<article class='message message--solution'><p class='bbWrapper message-body'>{}</p></article>",
        ),
        (
            "<div class='lia-message'></div>",
            "<p class='lia-message-view-wrapper lia-accepted-solution'><b class='lia-message-body-content'>{}</b></p>",
        ),
        (
            "<div itemtype='https://schema.org/QAPage'></div>",
            "<div itemprop='acceptedAnswer' itemtype='https://schema.org/Answer'><p itemprop='text'>{}</p></div>",
        ),
    ],
)
def test_the_accepted_answer_of_a_forum_is_marked(marks: str, post: str):
    right, wrong = "Warm water with soda, and an hour of patience.", "Perhaps with steam, who knows about that."
    plain = re.sub(r" ?(?:itemprop='acceptedAnswer'|accepted-answer|message--solution|lia-accepted-solution)", "", post)
    page = f"{marks}<title>Cleaning</title>{plain.format(wrong)}{post.format(right)}"
    article = article_from_html(page, "https://forum.example/t/1")
    assert article.html.count("<mark>Accepted answer</mark>") == 1
    assert article.html.index(wrong) < article.html.index("Accepted answer") < article.html.index(right)
    assert f"Accepted answer\n{right}" in article.text
