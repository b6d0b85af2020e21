"""PDF, DOCX and PPTX become HTML with their structure; those made to hurt cost bounded time and memory and one word."""

import time

import pytest

from crawlers.files import FileRefused, convert, kind_of
from tests.support import documents
from tests.support.crawling import quick, run


def test_a_pdf_keeps_headings_paragraphs_and_points_and_drops_its_running_head():
    found = convert(documents.pdf(), "pdf")
    assert found.html.count("<h2>") == 3 and "<h2>Chapter 1</h2>" in found.html
    assert "Harbour handbook" not in found.html and "<li>ropes of berth 2</li><li>hooks of berth 2</li>" in found.html
    assert f"<p>{(documents.SENTENCE * 6).strip()}</p><p>Fenders of berth 1" in found.html
    assert found.facts["title"] == "Mooring rules" and found.facts["authors"] == ["Ada Moss", "Ben Hale"]
    assert found.facts["tags"] == ["ropes", "knots"] and found.facts["published"].startswith("20")


def test_a_word_file_keeps_headings_lists_and_tables():
    found = convert(documents.docx(), "docx")
    for part in (
        "<h1>Taking leave</h1>",
        "<h1>How to ask</h1>",
        "<li>Annual leave</li>",
        "<td><p>Twenty-five</p></td>",
    ):
        assert part in found.html
    assert "base64" not in found.html
    assert found.facts["title"] == "Taking leave" and found.facts["authors"] == ["Ada Moss", "Ben Hale"]
    assert found.facts["tags"] == ["leave", "holidays"]


def test_slides_keep_titles_points_tables_and_notes():
    found = convert(documents.pptx(), "pptx")
    assert (
        "<h2>Knots for deckhands</h2><ul><li>Bowline<ul><li>holds under load</li></ul></li><li>Reef knot" in found.html
    )
    assert "<blockquote><p>Let everybody tie it twice.</p></blockquote>" in found.html
    assert "<td>Manila</td><td>9 kN</td>" in found.html and found.facts["title"] == "Knots for deckhands"


def test_files_are_known_by_what_they_hold():
    made = {"pdf": documents.pdf(1), "docx": documents.docx(), "pptx": documents.pptx()}
    assert {name: kind_of(body) for name, body in made.items()} == {name: name for name in made}
    assert kind_of(b"<html>") == kind_of(b"PK\x03\x04 broken") == kind_of(b"") == ""


BOMB = b"<x>" + b" " * 90_000_000 + b"</x>"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("kind", "body", "word"),
    [
        ("pdf", lambda: documents.pdf(1, password="x"), "locked with a password"),
        ("pdf", documents.scan, "holds pictures of pages and no text"),
        ("pdf", lambda: documents.pdf(1)[:400], "damaged"),
        ("pdf", lambda: b"%PDF-1.7\n" + b"\xff" * 100_000, "damaged"),
        ("docx", lambda: documents.docx()[:-200], "damaged"),
        ("docx", lambda: documents.repacked(documents.docx(), word___document__xml=BOMB), "unpacks to more"),
        ("docx", lambda: documents.repacked(documents.docx(), word___document__xml=ENTITIES), "XML entities"),
        ("pptx", lambda: documents.repacked(documents.pptx(), ppt___presentation__xml=b"<p>"), "damaged"),
        (
            "pptx",
            lambda: documents.repacked(documents.pptx(), ppt___media___x__png=b"\0" * 450_000_000),
            "unpacks to more",
        ),
    ],
    ids=["password", "scan", "cut pdf", "noise", "cut docx", "bomb", "entities", "broken pptx", "big bomb"],
)
def test_a_file_that_gives_no_text_is_refused_with_one_word(kind, body, word):
    begun = time.perf_counter()
    with pytest.raises(FileRefused, match=word):
        convert(body(), kind)
    assert time.perf_counter() - begun < 60


def test_a_word_file_nested_without_end_costs_bounded_time():
    deep = (
        b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        + b"<w:tbl><w:tr><w:tc>" * 20_000 + b"</w:tc></w:tr></w:tbl>" * 20_000 + b"</w:body></w:document>"
    )  # fmt: skip
    with pytest.raises(FileRefused):
        convert(documents.repacked(documents.docx(), word___document__xml=deep), "docx")


@pytest.fixture
def site(static_site):
    held = {"rules.pdf": documents.pdf(1), "rules.docx": documents.docx(), "rules.pptx": documents.pptx(),
            "scan.pdf": documents.scan()}  # fmt: skip
    links = " ".join(f'<a href="/files/{name}">{name}</a>' for name in (*held, "old.doc"))
    static_site.page("/", "Papers", links)
    for name, body in held.items():
        static_site.put(f"/files/{name}", body, "application/octet-stream")
    return static_site


def test_a_site_reads_its_files_and_asks_for_them_again_only_if_they_changed(site, tmp_path):
    source = quick("site", site.address, files=True)
    first = run(source, tmp_path)
    files = {page.url.rpartition("/")[2]: page for page in first.pages if page.hints.get("kind") == "file"}
    assert set(files) == {"rules.pdf", "rules.docx", "rules.pptx"}, first.said
    assert files["rules.pdf"].hints["title"] == "Mooring rules" and "Chapter 1" in files["rules.pdf"].html
    assert "A file holds pictures of pages and no text (a scan); it is listed" in first.said
    listed = {one["name"] for page in first.pages for one in page.hints.get("attachments", ())}
    assert listed == {"rules.pdf", "rules.docx", "rules.pptx", "scan.pdf", "old.doc"}
    again = run(source, tmp_path, [first])
    assert again.report.pages_read == 0 and again.report.unchanged == first.report.pages_read


def test_a_site_leaves_its_files_where_they_are_unless_asked(site, tmp_path):
    crawled = run(quick("site", site.address), tmp_path)
    assert crawled.report.pages_read == 1 and len(crawled.pages[0].hints["attachments"]) == 5
    small = run(quick("site", site.address, files=True, most_file_bytes=1024), tmp_path / "small")
    assert small.report.pages_read == 1 + (len(documents.scan()) <= 1024) and "larger than 1,024 bytes" in small.said
