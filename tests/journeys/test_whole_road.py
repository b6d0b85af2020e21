"""From a real wiki to what people find, on one machine and on servers: nothing is lost, only news costs anything."""

import json
import time

import pytest

from curation.database import ArticleRow, ResourceRow
from curation.database.session import open_session
from curation.services import accounts, rate, review
from curation.web.app import create_app
from flows.index import verify
from tests.support.mediawiki import MediaWiki
from tests.support.road import OUR_PAGES, SHAPES, Road, road, wiki_says, words
from tests.support.site import Person, serving

__all__ = ["road", "wiki_says"]
pytestmark = pytest.mark.servers

# Seconds until what a person did must be found; the indexer looks every two and Elasticsearch shows it within one.
SOON = 10.0


def test_every_page_arrives_with_the_title_and_the_words_of_the_wiki(road: Road, wiki_says, capsys):
    articles = road.articles()
    assert set(articles) == set(wiki_says)
    wrong = {title: (words(articles[title].text), said.words) for title, said in wiki_says.items()
             if words(articles[title].text) != said.words}  # fmt: skip
    assert wrong == {}
    assert {t: sorted(a.tags) for t, a in articles.items()} == {t: sorted(s.categories) for t, s in wiki_says.items()}
    report = json.loads(road.first.out)
    with capsys.disabled():
        steps = ", ".join(f"{step['step']} {step['seconds']:.1f} s" for step in report["steps"])
        print(f"\n{road.name}: {len(articles)} pages in {road.first.seconds:.1f} s, "
              f"{len(articles) / road.first.seconds:.1f} pages/s with the start of Python; most memory "
              f"{road.first.peak_mb:.0f} MB over all processes ({steps})")  # fmt: skip


def test_the_index_is_true_and_finds_pages_by_their_titles(road: Road, wiki_says):
    assert verify(road.settings).counts == {"missing": 0, "outdated": 0, "surplus": 0, "waiting": 0}
    for title in sorted(wiki_says)[::40]:
        assert title in road.found(title), title
    assert road.found("axolotls") == ["Road: to be deleted"]


def test_a_second_run_asks_for_the_lists_alone(road: Road, mediawiki: MediaWiki, wiki_says):
    mediawiki.forget()
    counts = road.run()
    assert counts["crawl", "wiki"] == {"seen": len(wiki_says), "read": 0, "unchanged": len(wiki_says), "gone": 0,
                                       "failed": 0, "left_alone": 0}  # fmt: skip
    assert counts["index", None] == {"written": 0, "removed": 0, "refused": 0}
    assert len(mediawiki.requests()) <= 8 and not [path for path in mediawiki.requests() if "action=parse" in path]


def test_what_changed_is_read_again_and_found_by_its_new_word(road: Road, mediawiki: MediaWiki):
    word = f"okapi{road.name.partition('-')[0]}"
    mediawiki.write("Road: to be edited", f"A page about pangolins and the {word}.")
    # Only the category is new here: the text, as the wiki renders it, stays what it was.
    mediawiki.write("Road: every shape", f"{SHAPES}\n[[Category:{word.title()}]]")
    mediawiki.forget()
    counts = road.run()
    assert counts["crawl", "wiki"]["read"] == 2
    assert len([path for path in mediawiki.requests() if "action=parse" in path]) == 2
    assert road.found(word)[0] == "Road: to be edited"
    assert sorted(road.articles()["Road: every shape"].tags) == sorted(["Animals", word.title()])
    for title in ("Road: to be edited", "Road: every shape"):
        mediawiki.write(title, OUR_PAGES[title])


def state(road: Road, title: str) -> tuple[str, str, int]:
    """The id and state of a page's resource, and how many stars lena gave it."""
    with open_session(road.settings.record_url, reads_only=True) as db:
        resource = db.query(ResourceRow).join(ArticleRow).filter(ArticleRow.title == title).one()
        given = rate.own_rating(db, accounts.account(db, "lena"), resource.id)
        return resource.id, resource.state, given.stars if given else 0


def test_a_deleted_page_is_withdrawn_and_comes_back_with_its_rating(road: Road, mediawiki: MediaWiki):
    title = "Road: to be deleted"
    resource = state(road, title)[0]
    with open_session(road.settings.record_url) as db:
        rate.rate(db, accounts.account(db, "lena"), resource, 4)
        db.commit()
    mediawiki.delete(title)
    counts = road.run()
    assert counts["crawl", "wiki"]["gone"] == 1 and counts["extract", "wiki"]["withdrawn"] == 1
    assert state(road, title) == (resource, "withdrawn", 4) and road.found("axolotls") == []
    assert verify(road.settings).ok
    mediawiki.maintain("undelete", title)
    counts = road.run()
    assert counts["extract", "wiki"]["returned"] == 1
    assert state(road, title) == (resource, "live", 4) and road.found("axolotls") == [title]
    assert verify(road.settings).ok


def test_what_a_curator_accepts_is_found_within_seconds(road: Road, capsys):
    with open_session(road.settings.record_url, reads_only=True) as db:
        card = next(card for card in review.queue(db, 200) if card.concept.label == "Pangolin")
    assert card.title not in road.found("", tag=card.concept.uri)
    with serving(create_app(road.settings)) as address:
        cleo = Person(address)
        assert cleo.sign_in("cleo").status_code == 303
        fields = {"resource_id": card.resource_id, "concept": card.concept.uri, "verdict": "accept"}
        begun = time.monotonic()
        assert cleo.post("/review", "/review", **fields).status_code == 303
        while card.resource_id not in cleo.get("/search", params={"tag": card.concept.uri}).text:
            assert time.monotonic() - begun < SOON, "accepted, and still not found"
            time.sleep(0.05)
        seconds = time.monotonic() - begun
        cleo.client.close()
    with capsys.disabled():
        print(f"\n{road.name}: found {seconds:.2f} s after it was accepted")
