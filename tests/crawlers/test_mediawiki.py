"""A real MediaWiki is read completely, and then only where it changed."""

import base64
import html
import re

import pytest

from tests.support.corpora import corpus
from tests.support.crawling import Crawled, quick, run
from tests.support.mediawiki import MediaWiki, handbook

pytestmark = [pytest.mark.servers, pytest.mark.corpora]


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def text_of(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def parsed(wiki: MediaWiki) -> list[str]:
    return [path for path in wiki.requests() if "action=parse" in path]


@pytest.fixture(scope="module")
def first(mediawiki: MediaWiki, tmp_path_factory: pytest.TempPathFactory) -> tuple[Crawled, dict[str, str]]:
    pages = handbook(corpus("18f-handbook.jsonl"))
    mediawiki.load({title: wikitext for title, (wikitext, _) in pages.items()})
    crawled = run(quick("mediawiki", mediawiki.address), tmp_path_factory.mktemp("first"))
    return crawled, {title: plain for title, (_, plain) in pages.items()}


def test_every_page_arrives_with_its_title_and_text(first):
    crawled, pages = first
    read = {page.hints["title"]: text_of(page.html) for page in crawled.pages}
    assert crawled.report.complete and not crawled.report.messages, crawled.said
    assert set(pages) <= set(read)
    assert {title: read[title] for title in pages} == pages


def test_a_page_carries_what_the_wiki_knows_of_it(first):
    page = next(p for p in first[0].pages if p.hints["title"] != "Main Page")
    assert page.hints["generator"].startswith("MediaWiki 1.")
    assert page.hints["licence"].startswith("https://creativecommons.org/")
    assert page.hints["html_is_content"] is True and page.hints["language"] == "en"
    assert page.etag.partition("-")[0].isdigit() and page.hints["system_id"].isdigit()
    assert page.hints["modified"].startswith("20")


@pytest.mark.parametrize("list_below", [2000, 0], ids=["by listing", "by the change feed"])
def test_a_second_crawl_reads_only_what_changed(mediawiki, first, tmp_path, list_below):
    before = run(quick("mediawiki", mediawiki.address), tmp_path / "before")
    total = before.report.alive
    mediawiki.forget()
    source = quick("mediawiki", mediawiki.address, list_below=list_below)
    again = run(source, tmp_path, [before])
    assert again.report.unchanged == total and again.report.pages_read == 0, again.said
    # Pages that use a template changed within the last hour are asked for once more: clocks differ.
    recent = 0 if list_below else 1
    assert len(mediawiki.requests()) <= 8 + 2 * recent and len(parsed(mediawiki)) <= recent

    titles = sorted(page.hints["title"] for page in before.pages if page.hints["title"] != "Main Page")
    edited, deleted, moved = titles[:3]
    mediawiki.write(edited, f"Words nobody wrote before {list_below}. [[Category:Travel rules]]")
    mediawiki.delete(deleted)
    mediawiki.move(moved, f"{moved} renamed")
    mediawiki.write(f"Brand new {list_below}", "A page that was not there. {{Notice}}")
    mediawiki.forget()
    changed = run(source, tmp_path, [before, again])
    assert changed.report.complete, changed.said
    by_title = {page.hints["title"]: page for page in changed.pages if page.state == "read"}
    assert set(by_title) == {edited, f"{moved} renamed", f"Brand new {list_below}"}
    assert "Words nobody wrote" in by_title[edited].html and by_title[edited].hints["tags"] == ["Travel rules"]
    old = {page.hints["title"]: page.url for page in before.pages}
    gone = {page.url: page for page in changed.pages if page.state == "gone"}
    assert set(gone) == {old[deleted], old[moved]}
    assert gone[old[moved]].hints["moved_to"] == by_title[f"{moved} renamed"].url
    assert changed.report.unchanged == total - 3
    assert len(mediawiki.requests()) <= 3 * 4 + 8

    # Nothing of it is seen on the page but its category.
    mediawiki.write("Template:Notice", f"<includeonly>[[Category:Notices of {list_below}]]</includeonly>")
    mediawiki.maintain("runJobs")
    templated = run(source, tmp_path, [before, again, changed])
    tags = {p.hints["title"]: p.hints["tags"] for p in templated.pages if p.state == "read"}
    assert tags[f"Brand new {list_below}"] == [f"Notices of {list_below}"], templated.said
    settled = run(source, tmp_path, [before, again, changed, templated])
    assert settled.report.pages_read == 0, settled.said


def test_files_are_listed_with_the_pages_that_show_them(mediawiki, tmp_path):
    mediawiki.upload("Plan.png", PIXEL)
    mediawiki.write("With a plan", "The plan: [[File:Plan.png]] and [[File:Nowhere.png]].")
    mediawiki.maintain("runJobs")
    crawled = run(quick("mediawiki", mediawiki.address), tmp_path)
    page = next(p for p in crawled.pages if p.hints.get("title") == "With a plan")
    assert [(f["name"], f["media_type"], f["bytes"]) for f in page.hints["attachments"]] == [
        ("Plan.png", "image/png", len(PIXEL))]  # fmt: skip
    assert page.hints["attachments"][0]["url"].endswith("/Plan.png")


def test_an_address_that_is_no_wiki_says_so(static_site, tmp_path):
    static_site.page("/", "Only a page")
    crawled = run(quick("mediawiki", static_site.address), tmp_path)
    assert "no MediaWiki" in crawled.said and not crawled.report.complete
