"""A crawl's file with moves in it, taken in as a whole: the order of its lines and of its runs does not matter."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from sqlalchemy import select

from crawlers.page import Page, to_line
from curation.database import ArticleRow, MoveRow, PageRow, ResourceRow, RunRow
from curation.database.session import open_session
from curation.services import runs, sources
from curation.settings import Settings
from flows.extract import confirm_withdrawal, extract
from tests.support.records import empty_record, record_url, server_record

__all__ = ["empty_record", "record_url", "server_record"]
HOST = "https://wiki.example"
OLD, NEW = f"{HOST}/old", f"{HOST}/new"
WORDS = "How we deploy on a Friday without waking anybody up, step by step. " * 5
OTHERS = [f"{HOST}/{n}" for n in range(9)]


@pytest.fixture
def settings(record_url, tmp_path):
    made = Settings(home=tmp_path / "library", database_url=record_url)
    with open_session(record_url) as db:
        terms = {"name": "wiki", "kind": "mediawiki", "address": HOST}
        sources.add(db, "wiki", "mediawiki", HOST, terms)
        db.commit()
    return made


def page(url, words=WORDS, state="read", **more):
    hints = {"title": "Deploying" if words == WORDS else url, "html_is_content": True} | more.pop("hints", {})
    html = f"<p>{words}</p>" if state == "read" else ""
    return Page("wiki", url, html, state, 200, hints=hints if state != "unchanged" else {}, **more)


def others(state="read"):
    return [page(url, f"{url} {WORDS}", state) for url in OTHERS]


def take_in(settings, pages, complete=True, **more):
    """A crawl that read these pages was believed; what taking it in said."""
    folder = settings.home / "crawls" / f"{len(list((settings.home / 'crawls').glob('*')))}"
    folder.mkdir(parents=True)
    path = folder / "pages.jsonl"
    # Runs are minutes apart, however quick the test is: what came after what is told by the second.
    at = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=int(folder.name))).isoformat()
    lines = [to_line(replace(page, fetched_at=at)) for page in pages]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    report = {"pages": str(path), "complete": complete, "seen": len(pages), "read": 0, **more}
    with open_session(settings.record_url) as db:
        runs.finish(db, runs.start(db, "crawl", "wiki"), report)
    return extract(settings, "wiki")


def moved(settings, resource_id):
    """The one move there is went to the new address, and its resource is the old one."""
    with open_session(settings.record_url) as db:
        assert db.execute(select(MoveRow.old_url, MoveRow.new_url, MoveRow.resource_id)).one() == (
            OLD,
            NEW,
            resource_id,
        )
        article = db.scalars(select(ArticleRow).where(ArticleRow.url == NEW)).one()
        assert (article.resource_id, article.resource.state) == (resource_id, "live")
        assert db.scalars(select(PageRow.state).where(PageRow.url == OLD)).one() == "gone"
        assert len(db.scalars(select(ResourceRow).where(ResourceRow.state == "live")).all()) == 1 + len(OTHERS)


def the_old_one(settings):
    with open_session(settings.record_url) as db:
        return db.scalars(select(ArticleRow.resource_id).where(ArticleRow.url == OLD)).one()


GONE = page(OLD, state="gone", hints={"moved_to": NEW})


@pytest.mark.parametrize("order", [*permutations(range(3))], ids=lambda order: "".join(map(str, order)))
def test_a_rename_in_any_order_of_lines(settings, order):
    take_in(settings, [page(OLD), *others()])
    before = the_old_one(settings)
    parts = [[GONE], [page(NEW, "Rewritten. " * 40)], others("unchanged")]
    report = take_in(settings, [p for place in order for p in parts[place]])
    assert (report.ok, report.counts["moved"], report.counts.get("withdrawn", 0)) == (True, 1, 0)
    moved(settings, before)


@pytest.mark.parametrize("first", ["new page", "rename"])
def test_a_rename_and_its_page_in_runs_of_their_own(settings, first):
    take_in(settings, [page(OLD), *others()])
    before = the_old_one(settings)
    read, gone = page(NEW, "Rewritten. " * 40), GONE
    take_in(settings, [read if first == "new page" else gone], complete=False)
    take_in(settings, [gone if first == "new page" else read], complete=False)
    moved(settings, before)


def test_the_same_id_elsewhere_while_a_list_still_has_the_old_address(settings):
    take_in(settings, [page(OLD, hints={"system_id": "7"}), *others()])
    before = the_old_one(settings)
    again = [
        page(OLD, state="unchanged"),
        page(NEW, "Rewritten. " * 40, hints={"system_id": "7"}),
        *others("unchanged"),
    ]
    take_in(settings, again, complete=False)
    moved(settings, before)
    take_in(settings, list(reversed(again)), complete=False)
    moved(settings, before)


def test_the_same_words_at_a_new_address_in_a_run_that_lists_everything(settings):
    take_in(settings, [page(OLD), *others()])
    before = the_old_one(settings)
    report = take_in(settings, [page(NEW), *others("unchanged")])
    assert (report.counts["moved"], report.counts.get("missed", 0)) == (1, 0)
    moved(settings, before)


def test_the_same_words_at_a_new_address_in_a_run_that_lists_nothing_are_a_copy_until_the_old_one_is_gone(settings):
    take_in(settings, [page(OLD), *others()])
    before = the_old_one(settings)
    assert take_in(settings, [page(NEW)], complete=False).counts == {"moved": 0, "unchanged": 0, "new": 1}
    assert take_in(settings, [page(NEW, state="unchanged"), *others("unchanged")]).counts["missed"] == 1
    assert take_in(settings, [page(NEW, state="unchanged"), *others("unchanged")]).counts["moved"] == 1
    moved(settings, before)


def test_a_page_that_failed_is_not_absent(settings):
    take_in(settings, [page(OLD), *others()])
    report = take_in(settings, [page(NEW), *others("unchanged")], failed_urls=[OLD])
    assert report.counts["new"] == 1
    with open_session(settings.record_url) as db:
        assert db.scalars(select(MoveRow)).all() == []


def test_more_than_its_share_is_held_stays_searchable_fails_and_asks(settings):
    take_in(settings, [page(OLD), *others()])
    lost = [page(url, state="gone") for url in OTHERS[:5]]
    report = take_in(settings, [page(OLD, state="unchanged"), *lost, *others("unchanged")[5:]])
    assert not report.ok
    assert report.counts.get("withdrawn", 0) == 0 and report.counts["held"] == 5
    assert "commonplace extract --source wiki --confirm-withdrawal" in report.messages[0]
    with open_session(settings.record_url) as db:
        assert {row.state for row in db.scalars(select(ResourceRow))} == {"live"}
        assert sorted(runs.last(db, "crawl", "wiki").report["held"]) == OTHERS[:5]
    assert confirm_withdrawal(settings, "wiki").counts["withdrawn"] == 5
    assert confirm_withdrawal(settings, "wiki").messages == ["Nothing of wiki is held back."]
    with open_session(settings.record_url) as db:
        assert len(db.scalars(select(ResourceRow).where(ResourceRow.state == "withdrawn")).all()) == 5
    # They come back as they were.
    assert take_in(settings, [page(OLD), *others()]).counts["returned"] == 5


def test_moves_do_not_count_against_the_share(settings):
    take_in(settings, [page(OLD), *others()])
    gone = [page(url, state="gone", hints={"moved_to": f"{url}/now"}) for url in OTHERS]
    there = [page(f"{url}/now", f"{url} {WORDS}") for url in OTHERS]
    report = take_in(settings, [*gone, *there, page(OLD, state="unchanged")])
    assert report.ok and report.counts["moved"] == len(OTHERS)
    with open_session(settings.record_url) as db:
        assert len(db.scalars(select(RunRow)).all()) == 2
        assert {row.state for row in db.scalars(select(ResourceRow))} == {"live"}
