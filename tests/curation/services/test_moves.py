"""Pages that move to another address, with all that people gave them, in whatever order the news arrives."""

import pytest
from sqlalchemy import select

from curation.database import (
    CollectionItemRow,
    IndexJobRow,
    MoveRow,
    PageRow,
    PostRow,
    RatingRow,
    ResourceRow,
    TaggingRow,
    now,
)
from curation.services import catalogue, collect, discuss, matching, moves, publish, rate, review, sources, verdicts
from curation.services.moves import Whereabouts
from curation.services.submit import Submission, submit
from tests.support.records import a_concept, a_rating, a_source, an_account

OLD, NEW = "https://wiki.example/old", "https://wiki.example/new"
WORDS = "How we deploy on a Friday without waking anybody up, step by step. " * 5


@pytest.fixture
def db(either):
    """Both databases: a merge leans on their keys."""
    return either


def read(db, url, text=WORDS, run=None, **more):
    """A crawl saw this page and it was taken in."""
    a_source(db)
    sources.seen(db, sources.Sighting("wiki", url, now(), f"hash of {url} {text}"))
    return submit(db, Submission("wiki", url, "Deploying", text, **more), run or Whereabouts())


def peopled(db, url=OLD):
    """The resource at an address, rated, tagged, discussed and collected."""
    resource = db.get(ResourceRow, matching.by_url(db, [url])[url])
    curator = an_account(db, "cleo", "curator")
    a_rating(db, resource, "ada", 4)
    review.add(db, curator, resource.id, a_concept(db, "Deployment").uri)
    discuss.comment(db, curator, resource.id, "Saved my evening.")
    collect.save(db, "start", "Start here", "", "cleo", [(url, "First this.")])
    return resource


def everything(db, resource_id):
    return (
        [r.stars for r in db.scalars(select(RatingRow).where(RatingRow.resource_id == resource_id))],
        [
            t.concept.rpartition("/")[2]
            for t in db.scalars(select(TaggingRow).where(TaggingRow.resource_id == resource_id))
        ],
        [p.body for p in db.scalars(select(PostRow).where(PostRow.resource_id == resource_id))],
        [i.note for i in db.scalars(select(CollectionItemRow).where(CollectionItemRow.resource_id == resource_id))],
    )


ALL = ([4], ["deployment"], ["Saved my evening."], ["First this."])


def held(db, resource):
    """The resource keeps its all, stands at the new address, is live, and both addresses lead to it."""
    db.expire_all()
    assert everything(db, resource.id) == ALL
    assert (resource.state, resource.article.url) == ("live", NEW)
    assert {matching.canonical(db, i).id for i in matching.by_url(db, [OLD, NEW]).values()} == {resource.id}
    assert db.scalars(select(PageRow.state).where(PageRow.url == OLD)).one() == "gone"
    move = db.scalars(select(MoveRow)).one()
    assert (move.old_url, move.new_url, move.resource_id) == (OLD, NEW, resource.id) and move.why
    found = [d.url for d in publish.documents(db, [r.id for r in db.scalars(select(ResourceRow))])]
    assert found.count(NEW) == 1 and OLD not in found


def test_a_redirect_takes_everything_along_before_the_new_page_is_read(db):
    read(db, OLD)
    resource = peopled(db)
    assert moves.follow(db, "wiki", {OLD: NEW}) == [OLD]
    assert read(db, NEW, "Other words by now. " * 20) == "changed"
    held(db, resource)


def test_a_redirect_takes_everything_along_after_the_new_page_was_read(db):
    read(db, OLD)
    resource = peopled(db)
    assert read(db, NEW, "Other words by now. " * 20) == "new"
    fresh = matching.by_url(db, [NEW])[NEW]
    assert moves.follow(db, "wiki", {OLD: NEW}) == [OLD]
    held(db, resource)
    assert db.get(ResourceRow, fresh).state == "moved"
    assert catalogue.full(db, fresh).card.id == resource.id, "the id it had for a while leads on"
    assert {job.resource_id for job in db.scalars(select(IndexJobRow))} >= {fresh, resource.id}


def test_what_people_did_on_both_is_all_kept(db):
    read(db, OLD)
    resource = peopled(db)
    read(db, NEW, "Other words by now. " * 20)
    fresh = db.get(ResourceRow, matching.by_url(db, [NEW])[NEW])
    dan = an_account(db, "dan", "curator")
    a_rating(db, fresh, "dan", 2)
    review.add(db, dan, fresh.id, a_concept(db, "Fridays").uri)
    review.decide(db, dan, fresh.id, "https://vocabulary.example/deployment", "reject")
    discuss.comment(db, dan, fresh.id, "New here?")
    moves.follow(db, "wiki", {OLD: NEW})
    ratings, tags, posts, notes = everything(db, resource.id)
    assert (sorted(ratings), tags, sorted(posts), notes) == ([2, 4], ["fridays"], ["New here?", ALL[2][0]], ALL[3])
    assert everything(db, fresh.id) == ([], [], [], [])
    assert [row.account_id for row in verdicts.history(db, [resource.id])].count(dan.id) == 2
    assert matching.match_waiting(db) == 0
    rate.weigh(db)


def test_the_same_id_at_another_address_is_the_same_page(db):
    read(db, OLD, system_id="7")
    resource = peopled(db)
    run = Whereabouts(here={NEW})
    assert read(db, NEW, "Rewritten, too. " * 20, run, system_id="7") == "moved"
    held(db, resource)
    assert moves.departed(db, "wiki", [OLD, NEW]) == {OLD}


def test_a_page_that_answers_at_both_addresses_is_not_moved(db):
    read(db, OLD, system_id="7")
    assert read(db, NEW, run=Whereabouts(here={OLD, NEW}), system_id="7") == "new"
    assert db.scalars(select(MoveRow)).all() == []


@pytest.mark.parametrize("known", ["in the same run", "in a run before", "as withdrawn"])
def test_the_same_words_at_a_new_address_while_the_old_is_absent(db, known):
    urls = [f"https://wiki.example/{n}" for n in range(10)]
    for url in urls:
        read(db, url, f"{url} {WORDS}")
    read(db, OLD)
    resource = peopled(db)
    for _ in range({"in the same run": 0, "in a run before": 1, "as withdrawn": 2}[known]):
        sources.note_absence(db, "wiki", urls, [], 0.3)
    run = Whereabouts(absent={OLD}, here={*urls, NEW}) if known == "in the same run" else Whereabouts(here={*urls, NEW})
    assert read(db, NEW, run=run) == "moved"
    held(db, resource)
    assert sources.note_absence(db, "wiki", [*urls, NEW], [], 0.3).withdrawn == ()


@pytest.mark.parametrize("explicit", [True, False])
def test_the_new_page_was_there_before_the_old_one_was_known_to_be_gone(db, explicit):
    read(db, OLD)
    resource = peopled(db)
    assert read(db, NEW) == "new", "the old one may still be there: it is a copy until it is gone"
    if explicit:
        result = sources.note_absence(db, "wiki", [NEW], [OLD], 0.3)
    else:
        sources.note_absence(db, "wiki", [NEW], [], 0.3)
        assert resource.state == "live"
        result = sources.note_absence(db, "wiki", [NEW], [], 0.3)
    assert (result.moved, result.withdrawn) == ((OLD,), ())
    held(db, resource)


def test_moves_are_no_withdrawals_and_a_site_may_move_as_a_whole(db):
    olds = [f"http://wiki.example/{n}" for n in range(10)]
    for url in olds:
        read(db, url, f"{url} {WORDS}")
    pairs = {url: url.replace("http:", "https:") for url in olds}
    assert moves.follow(db, "wiki", pairs) == olds
    result = sources.note_absence(db, "wiki", list(pairs.values()), olds, 0.3)
    assert (result.held, result.withdrawn, result.missed) == ((), (), ())
    assert {row.state for row in db.scalars(select(ResourceRow))} == {"live"}


def test_many_pages_that_lead_to_one_are_thrown_away_not_moved(db):
    urls = [f"https://wiki.example/{n}" for n in range(4)]
    for url in urls:
        read(db, url, f"{url} {WORDS}")
    assert moves.follow(db, "wiki", dict.fromkeys(urls[:3], NEW)) == []


def test_a_page_that_leads_to_one_that_stood_there_all_along_was_merged_not_moved(db):
    read(db, NEW, "Another page. " * 20)
    read(db, OLD)
    sources.seen(db, sources.Sighting("wiki", NEW, now()))
    sources.seen(db, sources.Sighting("wiki", OLD, now()))
    assert moves.follow(db, "wiki", {OLD: NEW}) == []
    assert sources.note_absence(db, "wiki", [NEW], [OLD], 0.3).withdrawn == (OLD,)


def test_a_chain_of_renames_is_followed_to_its_end_and_a_ring_is_not(db):
    read(db, OLD)
    resource = peopled(db)
    between = "https://wiki.example/between"
    assert moves.follow(db, "wiki", {OLD: between, between: OLD}) == []
    assert moves.follow(db, "wiki", {OLD: between, between: NEW}) == [OLD]
    held(db, resource)


def test_few_words_that_many_pages_say_move_nothing(db):
    read(db, OLD, "Under construction.")
    assert read(db, NEW, "Under construction.", Whereabouts(absent={OLD}, here={NEW})) == "new"


def test_of_two_pages_that_could_be_it_neither_is_taken(db):
    read(db, OLD)
    read(db, OLD + "er")
    assert read(db, NEW, run=Whereabouts(absent={OLD, OLD + "er"}, here={NEW})) == "new"


def test_ratings_of_the_old_address_that_come_later_find_the_resource(db):
    read(db, OLD)
    resource = peopled(db)
    moves.follow(db, "wiki", {OLD: NEW})
    db.add(RatingRow(url=OLD, rater="late", stars=3, at=now()))
    rows = [{"url": OLD, "rater": "file", "stars": "5", "time": "2026-01-31"}]
    assert rate.import_rows(db, rows).waiting == 0
    assert matching.match_waiting(db) == 1
    assert sorted(everything(db, resource.id)[0]) == [3, 4, 5]


def test_a_page_that_comes_back_to_its_old_address_is_a_new_one(db):
    read(db, OLD)
    resource = peopled(db)
    moves.follow(db, "wiki", {OLD: NEW})
    read(db, NEW)
    assert read(db, OLD, "A page about something else. " * 20) == "new"
    assert matching.by_url(db, [OLD])[OLD] != resource.id
    assert resource.article.url == NEW
