"""A forum that answers as Discourse does is read completely, and then only where it changed."""

from pathlib import Path

import pytest

from crawlers.extract import extract
from crawlers.page import Article
from tests.support.crawling import Crawled, quick, run
from tests.support.discourse import Forum, Topic

SECRET = "key-7f3a9b-not-to-be-written-down"


@pytest.fixture
def filter_topic(forum: Forum) -> Topic:
    topic = forum.ask(
        "Filter is full", "The filter of line four is full again, what can I do?", "anna", 2, ("filters",)
    )
    forum.reply(topic, "Rinse it under warm water until the lamp turns green.", "ben")
    forum.reply(topic, "That worked here too.", "cora", reply_to=2)
    topic.accepted = 2
    topic.posts[0].likes += ["ben", "dora"]
    return topic


def filled(forum: Forum, number: int) -> None:
    for n in range(number):
        forum.ask(f"Topic {n}", f"Words of topic {n}, which nobody else wrote.")


def url(forum: Forum, topic: Topic) -> str:
    return f"{forum.address}t/{topic.slug}/{topic.id}"


def again(forum: Forum, folder: Path, before: list[Crawled], sweep: bool = False, **more: object) -> Crawled:
    forum.site.forget()
    return run(quick("discourse", forum.address, **more), folder, before, sweep)


def test_a_solved_topic_is_a_question_with_its_answers(forum, filter_topic, tmp_path):
    forum.busy = 1
    crawled = run(quick("discourse", forum.address), tmp_path)
    assert crawled.report.complete and not crawled.report.messages, crawled.said
    page = crawled.page(url(forum, filter_topic))
    assert page.hints["kind"] == "question" and page.hints["system_id"] == str(filter_topic.id)
    assert page.hints["tags"] == ["Help", "filters"] and page.hints["authors"] == ["Anna"]
    assert [(c["author"], c["kind"], c["accepted"], c["parent"]) for c in page.hints["comments"]] == [
        ("Ben", "answer", True, ""), ("Cora", "comment", False, "2")]  # fmt: skip
    assert page.hints["comments"][0]["body"] == "Rinse it under warm water until the lamp turns green."
    assert page.hints["reactions"] == [{"person": n, "stars": 5, "at": ""} for n in ("Ben", "Dora")]
    _all_is_found_and_only_the_question_is_shown(extract(page))


def _all_is_found_and_only_the_question_is_shown(article: Article | None) -> None:
    assert article is not None and article.kind == "question" and article.title == "Filter is full"
    lines = article.text.split("\n")
    assert lines[0] == "Anna" and "The filter of line four is full again, what can I do?" in lines
    assert lines[lines.index("Ben") + 2 : lines.index("Ben") + 4] == [
        "Accepted answer",
        "Rinse it under warm water until the lamp turns green.",
    ]
    assert "<cite>Anna</cite>" in article.html and "Rinse it" not in article.html


def test_a_second_crawl_costs_the_same_whatever_the_size(forum, tmp_path):
    filled(forum, 95)
    first = run(quick("discourse", forum.address), tmp_path)
    assert first.report.pages_read == 95, first.said
    unchanged = again(forum, tmp_path, [first])
    assert unchanged.report.unchanged == 95 and unchanged.report.pages_read == 0 and unchanged.report.complete
    assert len(forum.site.paths()) <= 3, forum.site.paths()


def test_news_cost_their_own_number(forum, tmp_path):
    filled(forum, 70)
    first = run(quick("discourse", forum.address), tmp_path)
    forum.topics[10].pinned = True
    forum.today()
    forum.reply(forum.topics[12], "A late answer.", "ben")
    new = forum.ask("Brand new", "Nobody asked this before.")
    changed = again(forum, tmp_path, [first])
    assert changed.in_state("read") == sorted([url(forum, forum.topics[12]), url(forum, new)]), changed.said
    assert changed.report.unchanged == 69 and changed.report.complete
    assert len(forum.site.paths()) <= 3 + 2


def test_a_renamed_topic_keeps_its_id(forum, filter_topic, tmp_path):
    first = run(quick("discourse", forum.address), tmp_path)
    old = url(forum, filter_topic)
    filter_topic.title, filter_topic.slug = "The filter clogs", "the-filter-clogs"
    forum.today()
    filter_topic.bumped = forum.now
    changed = again(forum, tmp_path, [first])
    assert changed.page(old).state == "gone" and changed.page(old).hints["moved_to"] == url(forum, filter_topic)
    assert changed.page(url(forum, filter_topic)).hints["system_id"] == str(filter_topic.id)


def test_what_the_list_hides_is_found_by_a_sweep(forum, filter_topic, tmp_path):
    filled(forum, 40)
    first = run(quick("discourse", forum.address), tmp_path)
    forum.topics[20].deleted = True
    forum.topics[21].category = 3
    filter_topic.posts[1].cooked = "<p>Rinse it under cold water.</p>"
    filter_topic.posts[0].likes.remove("dora")
    filter_topic.posts[2].deleted = True
    swept = again(forum, tmp_path, [first], sweep=True)
    assert swept.in_state("gone") == sorted(url(forum, forum.topics[n]) for n in (20, 21)), swept.said
    page = swept.page(url(forum, filter_topic))
    assert [c["body"] for c in page.hints["comments"]] == ["Rinse it under cold water."]
    assert [r["person"] for r in page.hints["reactions"]] == ["Ben"]
    assert swept.report.pages_read == 1 and swept.report.unchanged == 38


def test_a_long_topic_arrives_whole(forum, tmp_path):
    topic = forum.ask("Long one", "How long can it be?")
    for n in range(75):
        forum.reply(topic, f"Reply number {n}.")
    topic.posts[40].kind = 3
    crawled = run(quick("discourse", forum.address), tmp_path)
    comments = crawled.page(url(forum, topic)).hints["comments"]
    assert len(comments) == 74 and comments[-1]["body"] == "Reply number 74."


def test_private_categories_are_left_out_though_the_key_opens_them(forum, filter_topic, tmp_path, monkeypatch):
    forum.key = SECRET
    monkeypatch.setenv("FORUM_KEY", SECRET)
    forum.ask("Salaries", "For the board only.", category=3)
    crawled = run(quick("discourse", forum.address, headers={"Api-Key": "FORUM_KEY"}), tmp_path)
    assert crawled.in_state("read") == [url(forum, filter_topic)]
    assert "for some people only" in crawled.said


def test_an_expired_key_withdraws_nothing_and_is_never_written(forum, filter_topic, tmp_path, monkeypatch):
    forum.key, forum.closed = SECRET, True
    monkeypatch.setenv("FORUM_KEY", SECRET)
    first = run(quick("discourse", forum.address, headers={"Api-Key": "FORUM_KEY"}), tmp_path)
    assert first.report.pages_read == 1
    forum.key = "another"
    late = again(forum, tmp_path, [first], headers={"Api-Key": "FORUM_KEY"}, sweep=True)
    assert not late.pages and not late.report.complete
    assert "FORUM_KEY" in late.said and "Renew the token" in late.said
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    pages = "".join(repr(page) for page in (*first.pages, *late.pages))
    assert SECRET.encode() not in written and SECRET not in pages + late.said


def test_one_category_is_a_source_of_its_own(forum, filter_topic, tmp_path):
    filled(forum, 35)
    crawled = run(quick("discourse", f"{forum.address}c/help/2"), tmp_path)
    assert crawled.in_state("read") == [url(forum, filter_topic)]


def test_an_address_that_is_no_forum_says_so(static_site, tmp_path):
    static_site.page("/", "Only a page")
    crawled = run(quick("discourse", static_site.address), tmp_path)
    assert not crawled.report.complete and "no Discourse" in crawled.said
