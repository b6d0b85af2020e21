"""A real DokuWiki is read completely and then only where it changed, through its API and without it."""

import base64

import pytest

from crawlers.extract import article_from_html
from tests.support.crawling import quick, run
from tests.support.dokuwiki import PASSWORD, DokuWiki

pytestmark = pytest.mark.servers

GUIDE = """====== Guide to travel ======
Book early. {{travel:map.pdf|The map}} and {{:elsewhere.png}}.

===== Rules =====
  * Keep receipts
  * See [[start]]
"""


@pytest.fixture(params=["API", "no API", "script addresses"])
def wiki(request, dokuwiki: DokuWiki) -> DokuWiki:
    dokuwiki.write("start", "====== Welcome ======\nTo the handbook.")
    dokuwiki.write("travel:guide", GUIDE)
    dokuwiki.write("travel:far:away", "====== Far away ======\nFurther than you think.", person="bo")
    dokuwiki.write("secret:plans", "====== Plans ======\nNot for everyone.")
    dokuwiki.put_file("old_notes:by_file", "Brought in as a file, without a heading.")
    dokuwiki.put_media("travel:map.pdf", b"%PDF-1.4")
    if request.param == "no API":
        dokuwiki.settings(remote=0)
    elif request.param == "script addresses":
        dokuwiki.settings(userewrite=2, useslash=1)
    return dokuwiki


def titles(crawled) -> set[str]:
    return {page.hints["title"] for page in crawled.pages if page.state == "read"}


def test_every_page_arrives_with_what_the_wiki_knows_of_it(wiki, tmp_path):
    crawled = run(quick("dokuwiki", wiki.address), tmp_path)
    assert crawled.report.complete, crawled.said
    assert titles(crawled) == {"Welcome", "Guide to travel", "Far away", "by file"}, crawled.said
    page = next(p for p in crawled.pages if p.hints["title"] == "Guide to travel")
    article = article_from_html(page.html, page.url, "test", page.hints)
    assert "Book early" in article.text and "Keep receipts" in article.text and "EDIT{" not in article.text
    assert page.hints["tags"] == ["travel"] and page.hints["generator"] == "DokuWiki" and page.hints["language"] == "en"
    assert "creativecommons" in page.hints["licence"]
    file = page.hints["attachments"][0]
    assert (file["name"], file["media_type"]) == ("map.pdf", "application/pdf")
    far = next(p for p in crawled.pages if p.hints["title"] == "Far away")
    if "XML-RPC API is not open" not in crawled.said:
        assert page.hints["authors"] == ["ada"] and far.hints["authors"] == ["bo"]
        assert page.hints["published"].startswith("20") and page.hints["modified"].startswith("20")
        assert (
            page.hints["attachments"][0]["bytes"] == 8
            and page.hints["attachments"][0]["media_type"] == "application/pdf"
        )
        assert not crawled.report.messages, crawled.said
    if "doku.php/" in far.url:
        assert far.url.endswith("/doku.php/travel/far/away")


def test_again_it_costs_requests_for_changes_alone(request, wiki, tmp_path):
    first = run(quick("dokuwiki", wiki.address), tmp_path)
    by_changes = "script" in request.node.name
    source = quick("dokuwiki", wiki.address, list_below=0 if by_changes else 2000)
    settled = run(source, tmp_path, [first])
    wiki.forget()
    again = run(source, tmp_path, [first, settled])
    assert again.report.pages_read == 0 and again.report.unchanged == 4, again.said
    assert len(wiki.requests()) <= 6, wiki.requests()

    wiki.write("travel:guide", GUIDE + "\nAnd bring a hat.")
    wiki.write("brand:new", "====== Brand new ======\nFresh words.")
    wiki.write("travel:far:away", "")
    wiki.forget()
    changed = run(source, tmp_path, [first, settled, again])
    assert changed.report.complete, changed.said
    assert titles(changed) == {"Guide to travel", "Brand new"} and changed.report.unchanged == 2
    assert "bring a hat" in next(p.html for p in changed.pages if p.hints.get("title") == "Guide to travel")
    away = next(p.url for p in first.pages if p.hints["title"] == "Far away")
    assert [(p.url, p.status) for p in changed.pages if p.state == "gone"] == [(away, 410)]
    assert len(wiki.requests()) <= 6 + 3 * 3, wiki.requests()


def test_a_page_that_was_moved_says_where_to(dokuwiki, tmp_path):
    dokuwiki.write("start", "====== Welcome ======\nTo the handbook.")
    dokuwiki.write("drafts:rules", "====== Rules ======\nEat with friends.")
    first = run(quick("dokuwiki", dokuwiki.address), tmp_path)
    summary = "Page moved from drafts:rules to office:rules"
    dokuwiki.write("office:rules", "====== Rules ======\nEat with friends.", summary)
    dokuwiki.write("drafts:rules", "", summary)
    again = run(quick("dokuwiki", dokuwiki.address), tmp_path, [first])
    gone = next(page for page in again.pages if page.state == "gone")
    assert gone.url.endswith("drafts:rules") and gone.hints["moved_to"].endswith("office:rules")
    assert again.page(gone.hints["moved_to"]).state == "read"


def test_what_is_restricted_or_hidden_is_left_alone_and_said(dokuwiki, tmp_path, monkeypatch):
    for name in ("start", "plans", "kept:draft"):
        dokuwiki.write(name, f"====== {name} ======\nWords about {name}.")
    dokuwiki.write("secret:plans", "====== Secret plans ======\nNot for everyone.")
    dokuwiki.settings(hidepages="draft")
    first = run(quick("dokuwiki", dokuwiki.address), tmp_path)
    assert titles(first) == {"start", "plans"} and "hides a page from its own index" in first.said
    rules = dokuwiki.folder / "conf" / "acl.auth.php"
    rules.write_text(rules.read_text() + "plans\t@ALL\t0\n")
    again = run(quick("dokuwiki", dokuwiki.address), tmp_path, [first])
    assert [p.status for p in again.pages if p.state == "gone"] == [401]
    assert "may no longer be read" in again.said
    monkeypatch.setenv("WIKI_LOGIN", "Basic " + base64.b64encode(f"ada:{PASSWORD}".encode()).decode())
    told = run(quick("dokuwiki", dokuwiki.address, headers={"Authorization": "WIKI_LOGIN"}), tmp_path / "told")
    assert titles(told) == {"start", "Secret plans"}, told.said


def test_an_address_that_is_no_dokuwiki_says_so(static_site, tmp_path):
    static_site.page("/", "Only a page")
    crawled = run(quick("dokuwiki", static_site.address), tmp_path)
    assert "no DokuWiki" in crawled.said and not crawled.report.complete
