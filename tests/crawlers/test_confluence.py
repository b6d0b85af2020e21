"""A wiki that answers as Confluence does, Cloud and Data Center, is read completely, and then only where it changed."""

from pathlib import Path

import pytest

from crawlers.checks import judge
from tests.support.confluence import READER, Confluence, Content
from tests.support.crawling import Crawled, quick, run

SECRET = "Bearer token-5d1e-not-to-be-written-down"


def crawl(wiki: Confluence, folder: Path, *before: Crawled, sweep: bool = False, **more: object) -> Crawled:
    wiki.site.forget()
    return run(quick("confluence", wiki.address, **more), folder, list(before), sweep)


def texts(crawled: Crawled) -> dict[str, str]:
    return {page.hints["title"]: page.html for page in crawled.pages if page.state == "read"}


def filled(wiki: Confluence, number: int) -> list[Content]:
    return [wiki.write(f"Page {n}") for n in range(number)]


def test_a_page_comes_with_everything_confluence_knows_of_it(confluence, tmp_path):
    parent = confluence.write("Handbook", "Where everything begins.")
    page = confluence.write("Valve care", "Oil the valve on Mondays.", parent, labels=["valves", "care"])
    confluence.edit(page, "Oil the valve on Fridays.", "Cora Ann")
    first = confluence.comment(page, "Which oil?")
    confluence.comment(first, "The thin one.", "Ada Lovelace")
    confluence.comment(page, "Is this still so?", selection="on Fridays")
    confluence.attach(page, "valve.pdf", 5120)
    page.likes += ["Ben Okri", "Dora Maar"]
    confluence.write("News", type="blogpost")
    confluence.busy = 1
    crawled = crawl(confluence, tmp_path)
    assert crawled.report.complete and not crawled.report.messages, crawled.said
    assert set(texts(crawled)) == {"Handbook", "Valve care", "News"}
    read = crawled.page(confluence.url(page))
    hints = read.hints
    assert "Oil the valve on Fridays." in read.html and hints["system_id"] == str(page.id)
    assert hints["authors"] == ["Ada Lovelace", "Cora Ann"] and hints["tags"] == ["valves", "care"]
    assert hints["published"] < hints["modified"] and hints["kind"] == "wiki"
    assert [(c["author"], c["body"], c["parent"]) for c in hints["comments"]] == [
        ("Ben Okri", "Which oil?", ""),
        ("Ada Lovelace", "The thin one.", str(first.id)),
        ("Ben Okri", "> on Fridays\n\nIs this still so?", ""),
    ]
    place = f"{confluence.address}/download/attachments/{page.id}/valve.pdf"
    assert hints["attachments"] == [{"name": "valve.pdf", "url": place, "media_type": "application/pdf", "bytes": 5120}]
    assert hints["reactions"] == [{"person": name, "stars": 5, "at": ""} for name in ("Ben Okri", "Dora Maar")]


def test_a_second_crawl_costs_the_same_whatever_the_size(confluence, tmp_path):
    filled(confluence, 130)
    first = crawl(confluence, tmp_path)
    assert first.report.pages_read == 130, first.said
    again = crawl(confluence, tmp_path, first)
    assert again.report.unchanged == 130 and again.report.pages_read == 0 and again.report.complete, again.said
    assert len(confluence.paths()) <= 5, confluence.paths()


def test_changes_are_found_in_any_time_zone_and_cost_their_number(confluence, tmp_path):
    pages = filled(confluence, 60)
    confluence.hours_from_utc = -12 if confluence.cloud else 14
    first = crawl(confluence, tmp_path)
    confluence.today()
    confluence.edit(pages[3], "Changed words.")
    confluence.comment(pages[7], "A remark.")
    new = confluence.write("Brand new")
    changed = crawl(confluence, tmp_path, first)
    assert set(texts(changed)) == {"Page 3", "Page 7", "Brand new"}, changed.said
    assert [c["body"] for c in changed.page(confluence.url(pages[7])).hints["comments"]] == ["A remark."]
    assert changed.report.unchanged == 58 and changed.report.complete
    assert len(confluence.paths()) <= 7 + 2 * 3
    again = crawl(confluence, tmp_path, first, changed)
    assert (
        again.report.unchanged == 61
        and not again.in_state("read")
        and confluence.url(new) in again.in_state("unchanged")
    )


def test_a_renamed_page_keeps_its_id_and_a_trashed_one_goes(confluence, tmp_path):
    page, thrown = confluence.write("Valve care"), confluence.write("Old rules")
    first = crawl(confluence, tmp_path)
    old = confluence.url(page)
    confluence.today()
    confluence.edit(page, title="Care of valves")
    confluence.trash(thrown)
    changed = crawl(confluence, tmp_path, first)
    # Only Cloud lists what was thrown away of late; elsewhere the next sweep finds it.
    assert (confluence.url(thrown) in changed.in_state("gone")) is confluence.cloud
    assert changed.page(old).state == "gone" and changed.page(old).hints["moved_to"] == confluence.url(page)
    assert changed.page(confluence.url(page)).hints["system_id"] == str(page.id)


def test_a_sweep_finds_what_no_search_tells(confluence, tmp_path):
    liked, commented, labelled, trashed, archived, *_ = pages = filled(confluence, 8)
    liked.likes = ["Ben Okri", "Dora Maar"]
    said, other = confluence.comment(commented, "Not quite."), confluence.comment(commented, "Well done.")
    first = crawl(confluence, tmp_path)
    liked.likes.remove("Ben Okri")
    del confluence.contents[said.id]
    confluence.edit(other, "Well done indeed.")
    labelled.labels.append("pumps")
    confluence.trash(trashed)
    archived.status = "archived"
    swept = crawl(confluence, tmp_path, first, sweep=True)
    assert swept.in_state("gone") == sorted(map(confluence.url, (trashed, archived))), swept.said
    assert swept.page(confluence.url(liked)).hints["reactions"] == [{"person": "Dora Maar", "stars": 5, "at": ""}]
    assert [c["body"] for c in swept.page(confluence.url(commented)).hints["comments"]] == ["Well done indeed."]
    assert swept.page(confluence.url(labelled)).hints["tags"] == ["pumps"]
    assert swept.report.pages_read == 3 and swept.report.unchanged == len(pages) - 5


def test_restricted_pages_may_be_kept_with_their_readers(confluence, tmp_path):
    top = confluence.write("Salaries", users=[READER, "Ada Lovelace"], groups=["board"])
    below = confluence.write("Salaries 2026", parent=top, users=[READER, "Ben Okri"], groups=["board", "staff"])
    apart = confluence.write("Nobody at all", parent=top, users=[READER], groups=[])
    crawled = crawl(confluence, tmp_path, restricted="keep")
    assert crawled.page(confluence.url(top)).hints["readers"] == ["Ada Lovelace", READER, "board"]
    assert crawled.page(confluence.url(below)).hints["readers"] == [READER, "board"]
    assert crawled.page(confluence.url(apart)).hints["readers"] == [READER]


@pytest.mark.parametrize(
    "names", [[READER, "Ada Lovelace"], ["Ada Lovelace"]], ids=["we still see it", "hidden from us"]
)
def test_a_page_that_is_restricted_later_is_withdrawn(confluence, tmp_path, names):
    page = confluence.write("Salaries")
    below = confluence.write("Salaries 2026", parent=page)
    confluence.write("Open")
    first = crawl(confluence, tmp_path)
    page.users = names
    swept = crawl(confluence, tmp_path, first, sweep=True)
    assert swept.in_state("gone") == sorted(map(confluence.url, (page, below))), swept.said
    assert ("only for some readers" in swept.said) is (READER in names)
    kept = crawl(confluence, tmp_path, first, sweep=True, restricted="keep")
    assert confluence.url(page) in kept.in_state("read" if READER in names else "gone")


def test_only_the_spaces_that_are_named_are_read(confluence, tmp_path):
    confluence.space("OLD", "Old things", status="archived")
    confluence.space("OPS", "Operations")
    for key in ("ENG", "OPS", "OLD", "~ada"):
        confluence.write(f"In {key}", space=key)
    assert set(texts(crawl(confluence, tmp_path / "all"))) == {"In ENG", "In OPS"}
    some = crawl(confluence, tmp_path / "some", spaces=["OPS", "NIX"])
    assert set(texts(some)) == {"In OPS"} and "no space NIX" in some.said and not some.report.complete


def test_an_expired_token_withdraws_nothing_and_is_never_written(confluence, tmp_path, monkeypatch):
    confluence.write("Handbook")
    confluence.token = SECRET
    monkeypatch.setenv("WIKI_TOKEN", SECRET)
    headers = {"Authorization": "WIKI_TOKEN"}
    first = crawl(confluence, tmp_path, headers=headers)
    assert first.report.pages_read == 1, first.said
    confluence.token = "Bearer another"
    for degrades in (False, True):
        confluence.degrades = degrades
        late = crawl(confluence, tmp_path, first, sweep=True, headers=headers)
        assert not late.pages and not late.report.complete
        assert "WIKI_TOKEN" in late.said and "Renew the token" in late.said
        assert not judge(late.report, quick("confluence", confluence.address)).believable
    assert "Name the variable with a token under headers" in crawl(confluence, tmp_path / "nobody").said or degrades
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert SECRET.encode() not in written and SECRET not in repr(first) + repr(late)


def test_a_token_that_expires_in_the_middle_ends_the_run_and_withdraws_nothing(data_center, tmp_path, monkeypatch):
    filled(data_center, 60)
    monkeypatch.setenv("WIKI_TOKEN", SECRET)
    data_center.token, headers = SECRET, {"Authorization": "WIKI_TOKEN"}
    first = crawl(data_center, tmp_path, headers=headers)
    data_center.expires_after = 40
    late = crawl(data_center, tmp_path, first, sweep=True, headers=headers)
    assert late.report.finish_reason == "turned_away" and "WIKI_TOKEN" in late.said
    assert not late.in_state("gone") and not late.report.complete and len(data_center.paths()) < 80
    reasons = judge(late.report, quick("confluence", data_center.address)).reasons
    assert any("no longer accepts our credentials" in reason for reason in reasons)


def test_capped_parts_and_links_to_nothing_lose_no_page(confluence, tmp_path):
    filled(confluence, 113)
    confluence.cap, confluence.skipping_links, confluence.empty_tail = 30, True, True
    crawled = crawl(confluence, tmp_path)
    assert crawled.report.pages_read == 113 and crawled.report.complete, crawled.said


@pytest.mark.parametrize("trap", ["no_links", "endless"])
def test_lists_that_do_not_say_where_they_end_lose_no_page(data_center, tmp_path, trap):
    filled(data_center, 113)
    setattr(data_center, trap, True)
    crawled = crawl(data_center, tmp_path)
    assert crawled.report.pages_read == 113 and crawled.report.complete, crawled.said


def test_a_page_that_the_search_does_not_know_yet_is_not_missed(confluence, tmp_path):
    page = confluence.write("Handbook")
    confluence.write("Other")
    first = crawl(confluence, tmp_path)
    page.indexed = False
    swept = crawl(confluence, tmp_path, first, sweep=True)
    assert swept.report.failed_urls == (confluence.url(page),) and not swept.in_state("gone")


def test_where_only_the_storage_format_is_given_it_is_made_readable(confluence, tmp_path):
    confluence.no_view = True
    words = "<ac:plain-text-body><![CDATA[a < b]]></ac:plain-text-body>"
    macro = f'<ac:structured-macro ac:name="code">{words}</ac:structured-macro>'
    page = confluence.write("Handbook", storage=f"<p>Run this:</p>{macro}")
    assert "<pre><code>a &lt; b</code></pre>" in crawl(confluence, tmp_path).page(confluence.url(page)).html


def test_an_address_that_is_no_confluence_says_so(static_site, tmp_path):
    static_site.page("/", "Only a page")
    crawled = run(quick("confluence", static_site.address), tmp_path)
    assert not crawled.report.complete and "no Confluence" in crawled.said
