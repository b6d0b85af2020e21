"""Articles arriving, changing, going and coming back."""

from curation.database import IndexJobRow, PageRow, ResourceRow, now
from curation.services import sources
from curation.services.submit import Submission, resource_id, submit
from tests.support.records import a_source


def said(text="What it says.", url="https://wiki.example/a", **more):
    return Submission("wiki", url, "A page", text, **more)


def test_a_new_article_makes_a_resource_and_a_job_for_the_index(db):
    a_source(db)
    assert submit(db, said()) == "new"
    resource = db.query(ResourceRow).one()
    assert (resource.state, db.get(IndexJobRow, resource.id).version) == ("live", resource.version)


def test_the_same_again_changes_nothing(db):
    a_source(db)
    submit(db, said())
    version = db.query(ResourceRow).one().version
    assert submit(db, said()) == "same"
    assert db.query(ResourceRow).one().version == version


def test_a_change_raises_the_version_and_asks_for_a_new_comparison(db):
    a_source(db)
    submit(db, said())
    resource = db.query(ResourceRow).one()
    resource.article.compared_as = resource.article.digest
    before = resource.version
    assert submit(db, said("Something else.")) == "changed"
    assert resource.version > before
    assert resource.article.compared_as != resource.article.digest


def test_the_id_is_the_same_after_a_run_that_was_cut_short(db):
    assert resource_id(db, "wiki", "https://wiki.example/a") == resource_id(db, "wiki", "https://wiki.example/a")
    assert resource_id(db, "wiki", "https://wiki.example/a") != resource_id(db, "blog", "https://wiki.example/a")


def test_nul_and_lone_surrogates_reach_no_table(db):
    a_source(db)
    submit(db, said("a\x00b\ud800c", evidence={"title": "x\x00"}))
    assert db.query(ResourceRow).one().article.text == "ab?c"


def test_a_page_that_is_gone_is_withdrawn_and_comes_back_with_its_id(db):
    a_source(db)
    submit(db, said())
    sources.seen(db, sources.Sighting("wiki", "https://wiki.example/a", now(), "hash"))
    assert sources.withdraw(db, "wiki", ["https://wiki.example/a"]) == ["https://wiki.example/a"]
    resource = db.query(ResourceRow).one()
    assert resource.state == "withdrawn"
    again = sources.Sighting("wiki", "https://wiki.example/a", now(), "hash")
    assert sources.seen(db, again) == [True], "a page that was away says something new"
    assert submit(db, said()) == "returned"
    assert resource.state == "live"


def crawled(db, count):
    a_source(db)
    urls = [f"https://wiki.example/{n}" for n in range(count)]
    for url in urls:
        submit(db, said(url=url))
        sources.seen(db, sources.Sighting("wiki", url, now(), "hash"))
    return urls


def test_a_page_missed_once_stays_and_missed_twice_is_withdrawn(db):
    urls = crawled(db, 10)
    first = sources.note_absence(db, "wiki", urls[1:], [], 0.3)
    assert (first.missed, first.withdrawn) == ((urls[0],), ())
    second = sources.note_absence(db, "wiki", urls[1:], [], 0.3)
    assert second.withdrawn == (urls[0],)


def test_a_page_seen_in_between_starts_anew(db):
    urls = crawled(db, 10)
    sources.note_absence(db, "wiki", urls[1:], [], 0.3)
    sources.seen(db, sources.Sighting("wiki", urls[0], now()))
    assert sources.note_absence(db, "wiki", urls[1:], [], 0.3).withdrawn == ()


def test_many_at_once_are_held_and_nothing_is_withdrawn(db):
    urls = crawled(db, 10)
    result = sources.note_absence(db, "wiki", urls[5:], urls[:5], 0.3)
    assert result.held == tuple(urls[:5])
    assert {page.state for page in db.query(PageRow)} == {"live"}


def test_an_explicit_deletion_is_withdrawn_at_once(db):
    urls = crawled(db, 10)
    assert sources.note_absence(db, "wiki", urls[1:], urls[:1], 0.3).withdrawn == (urls[0],)


def test_a_page_known_by_two_addresses_stays_while_one_of_them_is_there(db):
    urls = crawled(db, 4)
    sources.seen(db, sources.Sighting("wiki", urls[0] + "?print=1", now(), "hash"))
    sources.placed(db, "wiki", urls[0] + "?print=1", urls[0])
    assert sources.withdraw(db, "wiki", [urls[0]]) == []
    assert sources.withdraw(db, "wiki", [urls[0] + "?print=1"]) == [urls[0] + "?print=1"]


def test_removing_a_source_withdraws_its_resources_and_adding_it_again_brings_it_back(db):
    crawled(db, 3)
    assert sources.remove(db, "wiki") == 3
    assert sources.listed(db) == []
    sources.add(db, "wiki", "site", "https://wiki.example/", {})
    assert [row.name for row in sources.listed(db)] == ["wiki"]


def test_a_new_revision_with_the_same_text_is_read_for_what_the_text_does_not_show(db):
    a_source(db, "wiki")
    url = "https://wiki.example/a"
    assert sources.seen(db, sources.Sighting("wiki", url, now(), "hash", "7")) == [True]
    assert sources.seen(db, sources.Sighting("wiki", url, now(), "hash", "7")) == [False]
    assert sources.seen(db, sources.Sighting("wiki", url, now(), None, "8")) == [False], "the source said: unchanged"
    assert sources.seen(db, sources.Sighting("wiki", url, now(), "hash", "9")) == [True]


def test_the_same_words_with_another_comment_or_reader_are_read_again(db):
    a_source(db, "wiki")
    url = "https://wiki.example/a"
    sources.seen(db, sources.Sighting("wiki", url, now(), "hash", hints_hash="one"))
    assert sources.seen(db, sources.Sighting("wiki", url, now(), "hash", hints_hash="one")) == [False]
    assert sources.seen(db, sources.Sighting("wiki", url, now())) == [False], "the source said: unchanged"
    assert sources.seen(db, sources.Sighting("wiki", url, now(), "hash", hints_hash="two")) == [True]
