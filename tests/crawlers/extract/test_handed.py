"""What a system hands on beside a page, as a spider's hints give it."""

from crawlers.extract import extract
from crawlers.extract.handed import hints_hash
from crawlers.page import Article, Page, read_lines, to_line

HINTS = {
    "html_is_content": True,
    "title": "How we deploy",
    "system_id": 4711,
    "comments": [
        {"id": 1, "author": "Ada", "at": "2026-03-01T10:00:00+02:00", "body": "Which key?", "kind": "comment"},
        {"id": "2", "author": "Bo", "body": "The new one.", "parent": 1, "kind": "answer", "accepted": True},
        {"id": "", "body": "no id"},
        {"id": "3", "body": "  "},
        {"id": "4", "body": "odd", "kind": "shout"},
        "not a comment",
    ],
    "reactions": [{"person": "cleo", "stars": 5, "at": "2026-03-02"}, {"person": "dan", "stars": 9}, {"stars": 3}],
    "attachments": [
        {"name": "plan.pdf", "url": "https://wiki.example/plan.pdf", "media_type": "application/pdf", "bytes": 12},
        {"name": "trick", "url": "javascript:alert(1)"},
    ],
    "readers": ["Staff", " Board  members "],
}


def read(**hints) -> Article:
    article = extract(Page("wiki", "https://wiki.example/deploy", "<p>Push to main.</p>", hints={**HINTS, **hints}))
    assert article is not None
    return article


def test_an_article_carries_what_its_system_said():
    article = read()
    assert article.system_id == "4711"
    assert [(c["id"], c["author"], c["parent"], c["kind"], c["accepted"]) for c in article.comments] == [
        ("1", "Ada", "", "comment", False),
        ("2", "Bo", "1", "answer", True),
    ]
    assert [c["at"] for c in article.comments] == ["2026-03-01T08:00:00+00:00", ""]
    assert [(r["person"], r["stars"]) for r in article.reactions] == [("cleo", 5)]
    assert [a["name"] for a in article.attachments] == ["plan.pdf"]
    assert article.readers == ("Board members", "Staff")


def test_readers_that_can_not_be_read_close_the_page():
    assert read(readers=[]).readers == read(readers=None).readers == ()
    assert read(readers="Staff").readers == ("Staff",)
    assert read(readers=["", "  "]).readers != ()


def test_it_goes_through_a_file_and_back(tmp_path):
    path = tmp_path / "articles.jsonl"
    path.write_text(to_line(read()) + "\n", encoding="utf-8")
    assert next(read_lines(path, Article)) == read()


def test_other_hints_have_another_name():
    assert hints_hash({}) == ""
    assert hints_hash(HINTS) == hints_hash(dict(reversed(HINTS.items())))
    assert hints_hash(HINTS) != hints_hash({**HINTS, "readers": ["Staff"]})
