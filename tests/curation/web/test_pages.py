"""Each page says what it should, keeps what was typed, and fails in plain words."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from curation.database import ArticleRow, DecisionRow, SearchRow, SourceRow, TaggingRow
from curation.errors import CurationError
from curation.services import accounts, publish
from curation.settings import Settings
from curation.web.app import create_app
from curation.web.indexer import Indexer
from search_config.errors import IndexUnavailable
from tests.support.bakery import PASSWORD
from tests.support.site import Person, serving

People = Callable[[str], Person]
# Seconds in which a decision has to show in search; it takes a tenth of one here.
SOON = 10.0


def of(record: Session, title: str) -> str:
    """The id of the resource with this title."""
    record.rollback()
    return record.scalars(select(ArticleRow.resource_id).where(ArticleRow.title == title)).one()


def until(there: Callable[[], bool]) -> bool:
    """Whether it comes true soon."""
    end = time.monotonic() + SOON
    while not there() and time.monotonic() < end:
        time.sleep(0.05)
    return there()


def words(answer: httpx.Response) -> str:
    """A page as a reader sees it, spaces folded."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())


def test_home_says_what_is_here_and_how_fresh_it_is(person: People) -> None:
    page = words(person("").get("/"))
    assert "10 pieces from 2 sources" in page and "10 subjects" in page and "2 collections" in page
    assert "3 hours ago" in page and "Best rated" in page and "Newly added" in page and "Your first month" in page


def test_an_empty_library_has_every_page(tmp_path: Path) -> None:
    from curation.database.session import upgrade

    settings = Settings(home=tmp_path, database_url="", elasticsearch_url="", secret_key="for tests alone")
    upgrade(settings.record_url)
    with serving(create_app(settings)) as at, httpx.Client(base_url=at) as client:
        for path in ("/", "/search", "/search?q=x", "/collections", "/tags", "/questions", "/feed.atom"):
            assert client.get(path).status_code == 200, path
        assert "still empty" in client.get("/").text


def test_a_record_that_was_never_set_up_is_said_so_with_the_next_step(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url="", elasticsearch_url="", secret_key="for tests alone")
    with serving(create_app(settings)) as at, httpx.Client(base_url=at) as client:
        answer = client.get("/")
    assert answer.status_code == 400
    assert "commonplace init" in answer.text


def test_search_marks_what_matched_narrows_and_takes_a_filter_back(person: People) -> None:
    nobody = person("")
    found = nobody.get("/search", params={"q": "release"})
    assert "<mark>" in found.text
    narrowed = nobody.get(
        "/search", params={"q": "release", "source": "blog", "tag": "https://vocabulary.example/technology"}
    )
    page = words(narrowed)
    assert "Canary releases" in page and "Rolling back a release" not in page
    assert "Source blog" in page and "Subject Technology" in page
    assert 'href="/search?q=release&amp;source=blog"' in narrowed.text
    assert re.search(r'name="source" value="blog" checked', narrowed.text)


def test_a_search_that_finds_nothing_helps_and_lists_nothing(person: People) -> None:
    page = person("").get("/search", params={"q": "zzzqqqxxx"})
    assert "Nothing found" in page.text and "Ask the people here" in page.text
    assert 'class="entry"' not in page.text


@pytest.mark.parametrize(
    "query", ["q=%00", "q=%F0%28", "page=0", "page=-1", "page=99999999999999999999", "page=x", "order=evil", 
              "q=" + "x" * 5000, "tag=%27%22<script>", "year=abc", "nonsense=1", "q=a:b AND (", "source=&source=&tag="],
)  # fmt: skip
def test_no_address_breaks_search(person: People, query: str) -> None:
    answer = person("").get(f"/search?{query}")
    assert answer.status_code == 200
    assert "<script>" not in answer.text.replace("<script src", "").replace('<script type="application', "")


def test_search_says_so_while_the_index_does_not_answer(bakery: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(bakery)

    def down() -> None:
        raise IndexUnavailable("The engine does not answer. Start it.")

    app.state.index = down
    with serving(app) as at, httpx.Client(base_url=at) as client:
        answer = client.get("/search?q=release")
        assert answer.status_code == 503
        assert "Search is resting" in answer.text and "The engine does not answer. Start it." in answer.text
        assert client.get("/").status_code == client.get("/tags/kubernetes").status_code == 200


def test_what_was_opened_of_a_search_is_remembered(person: People, bakery_record: Session) -> None:
    nobody = person("")
    link = re.search(r'href="(/resources/[^"]+\?found=[^"]+)"', nobody.get("/search?q=rolling+back").text)
    assert link is not None
    assert nobody.get(link.group(1)).status_code == 200

    def noted() -> bool:
        bakery_record.rollback()
        return bakery_record.scalars(select(SearchRow.opened_rank)).first() == 1

    assert until(noted)


def test_a_resource_shows_its_text_its_origin_and_what_machines_may_read(
    person: People, bakery_record: Session
) -> None:
    answer = person("").get(f"/resources/{of(bakery_record, 'Rolling back a release')}")
    page = words(answer)
    for said in ("roll back first", "kubectl rollout undo", "CC BY 4.0", "4.8 of 5", "Copies", "95% alike",
                 "When it breaks", "Does this also work", "[Picture: The rollout dashboard"):  # fmt: skip
        assert said in page
    data = json.loads(re.search(r'ld\+json">(.*?)</script>', answer.text, re.DOTALL).group(1))
    assert "LearningResource" in data["@type"] and data["aggregateRating"]["ratingCount"] == 4
    assert answer.text.count("<h1") == 1


def test_a_mean_of_two_ratings_is_nowhere(person: People, bakery_record: Session) -> None:
    answer = person("").get(f"/resources/{of(bakery_record, 'New here? Start with this')}")
    assert "2 ratings, too few to show" in words(answer)
    assert "aggregateRating" not in answer.text and "of 5" not in words(answer)


def test_a_copy_says_where_it_went_and_a_withdrawn_one_that_it_is_gone(person: People, bakery_record: Session) -> None:
    original = of(bakery_record, "Rolling back a release")
    copy = person("lena").get(f"/resources/{of(bakery_record, 'Rolling back a release (old wiki)')}")
    assert f'<a href="/resources/{original}">The piece it was folded into</a>' in copy.text
    assert (
        f'rel="canonical" href="http://127.0.0.1:8000/resources/{original}"' in copy.text and "/rate" not in copy.text
    )
    gone = person("lena").get(f"/resources/{of(bakery_record, 'How we deployed in 2019')}")
    assert gone.status_code == 200 and "Its page is gone from wiki" in gone.text and "/rate" not in gone.text


def test_a_rating_is_kept_shown_and_weighed(person: People, bakery_record: Session) -> None:
    place = f"/resources/{of(bakery_record, 'New here? Start with this')}"
    cleo = person("cleo")
    assert cleo.post(f"{place}/rate", place, stars="3", comment="Good start").status_code == 303
    page = cleo.get(place)
    assert re.search(r'value="3" required checked', page.text) and "Good start" in page.text
    assert until(lambda: "4.0 of 5 from 3 ratings" in words(cleo.get(place)))


@pytest.mark.parametrize("stars", ["", "0", "6", "-1", "5.5", "five", "1" * 400])
def test_stars_that_can_not_be_are_refused_and_the_words_stay(
    person: People, bakery_record: Session, stars: str
) -> None:
    place = f"/resources/{of(bakery_record, 'New here? Start with this')}"
    answer = person("cleo").post(f"{place}/rate", place, stars=stars, comment="My <i>words</i>")
    assert answer.status_code == 400
    assert "Choose one to five stars" in answer.text and "My &lt;i&gt;words&lt;/i&gt;" in answer.text


def test_ones_own_work_can_not_be_rated(person: People, bakery_record: Session, bakery: Settings) -> None:
    accounts.add(bakery_record, "greta", PASSWORD, display_name="Greta Holm")
    bakery_record.commit()
    place = f"/resources/{of(bakery_record, 'Keeping a sourdough starter alive')}"
    answer = person("greta").post(f"{place}/rate", place, stars="5")
    assert answer.status_code == 403 and "your own work" in answer.text


def test_comments_replies_and_too_long_ones(person: People, bakery_record: Session) -> None:
    place = f"/resources/{of(bakery_record, 'A calm guide to Kubernetes')}"
    lena = person("lena")
    assert lena.post(f"{place}/comments", place, body="It **helped** me <script>").status_code == 303
    page = lena.get(place).text
    assert "<strong>helped</strong> me &lt;script&gt;" in page
    above = re.search(r'id="post-(\d+)"', page).group(1)
    assert person("cleo").post(f"{place}/comments", place, body="Me too", parent=above).status_code == 303
    for body in ("   ", "x" * 40_000):
        answer = lena.post(f"{place}/comments", place, body=body, parent=above)
        assert answer.status_code == 400 and 'role="alert"' in answer.text and body in answer.text
    elsewhere = f"/resources/{of(bakery_record, 'Rolling back a release')}/comments"
    assert lena.post(elsewhere, place, body="Wrong thread", parent=above).status_code == 400


def test_asking_answering_and_accepting(person: People) -> None:
    lena, cleo = person("lena"), person("cleo")
    refused = lena.post("/questions/ask", "/questions/ask", title="", body="All of what I know")
    assert refused.status_code == 400 and "All of what I know" in refused.text
    asked = lena.post("/questions/ask", "/questions/ask", title="How long does a starter live?", body="At home.")
    place = asked.headers["location"]
    assert "How long does a starter live?" in lena.get("/questions").text
    assert cleo.post(f"{place}/answers", place, body="").status_code == 400
    assert cleo.post(f"{place}/answers", place, body="Longer than we do.").status_code == 303
    accept = re.search(r'action="([^"]+/accept)"', lena.get(place).text).group(1)
    assert person("otto").post(accept, place).status_code == 303
    assert "This helped" in lena.get(place).text


def test_a_curator_adds_and_takes_off_a_subject(person: People, bakery_record: Session) -> None:
    resource = of(bakery_record, "Keeping a sourdough starter alive")
    place, cleo = f"/resources/{resource}", person("cleo")
    assert cleo.post(f"{place}/tags", place, concept="observability").status_code == 303
    assert "Observability" in words(cleo.get(place))
    uri = "https://vocabulary.example/observability"
    assert until(lambda: "sourdough" in cleo.get(f"/search?tag={uri}").text.lower())
    assert cleo.post(f"{place}/tags", place, concept=uri, verdict="remove").status_code == 303
    bakery_record.rollback()
    assert bakery_record.get(TaggingRow, (resource, uri)) is None
    answer = cleo.post(f"{place}/tags", place, concept="No such <subject>")
    assert answer.status_code == 400 and 'value="No such &lt;subject&gt;"' in answer.text


def test_a_curator_splits_and_takes_it_back_and_everyone_sees_what_differs(
    person: People, bakery_record: Session
) -> None:
    original = of(bakery_record, "Rolling back a release")
    copy = of(bakery_record, "Rolling back a release (old wiki)")
    shown = person("").get(f"/resources/{copy}").text
    assert "<del>" in shown and "<ins>" in shown and "Not a copy" not in shown
    place, cleo = f"/resources/{original}", person("cleo")
    assert "Not a copy" in cleo.get(place).text
    assert person("lena").post(f"{place}/copies", place, other=copy, verdict="split").status_code == 403
    assert cleo.post(f"{place}/copies", place, other=copy, verdict="split").status_code == 303
    assert "This is a copy" not in person("").get(f"/resources/{copy}").text
    assert cleo.post(f"{place}/copies", place, other=copy, verdict="undo").status_code == 303
    answer = cleo.post(f"{place}/copies", place, other="no such <id>", verdict="join")
    assert answer.status_code == 400 and 'value="no such &lt;id&gt;"' in answer.text
    # The source's own address of the copy looks like one of a page here.
    there = "https://wiki.example.org/resources/ovens"
    bakery_record.rollback()
    bakery_record.execute(update(ArticleRow).where(ArticleRow.resource_id == copy).values(url=there))
    bakery_record.commit()
    assert cleo.post(f"{place}/copies", place, other=there, verdict="join").status_code == 303
    assert person("").get(f"/api/v1/resources/{copy}").json()["difference"]["canonical"] == original


def test_the_queue_without_javascript_accept_skip_undo_narrow(person: People, bakery_record: Session) -> None:
    cleo = person("cleo")
    page = cleo.get("/review")
    assert (
        page.text.count("data-card=") == 5
        and "<mark>cluster</mark>" in page.text
        and "Another name for it" in page.text
    )
    resource, concept = re.search(r'data-card="(\S+) (\S+)"', page.text).groups()
    fields = {"resource_id": resource, "concept": concept}
    assert cleo.post("/review", "/review", verdict="skip", **fields).status_code == 303
    assert f'data-card="{resource} {concept}"' not in cleo.get("/review").text
    assert cleo.post("/review/unskip", "/review").status_code == 303
    assert cleo.post("/review", "/review", verdict="accept", **fields).headers["location"] == "/review"
    assert until(lambda: "Cluster upgrades" in cleo.get(f"/search?tag={concept}").text)
    assert "1 decided this session" in words(cleo.get("/review"))
    assert cleo.post("/review/undo", "/review").status_code == 303
    assert until(lambda: "Cluster upgrades" not in cleo.get(f"/search?tag={concept}").text)
    bakery_record.rollback()
    assert [row.verdict for row in bakery_record.scalars(select(DecisionRow).order_by(DecisionRow.id))] == [
        "accept",
        "undo",
    ]
    narrow = cleo.get("/review?concept_filter=deployment&source=wiki&least=50")
    assert narrow.text.count("data-card=") == 1
    assert cleo.get("/review?concept_filter=%00&source=x&least=9999").status_code == 200
    assert cleo.post("/review", "/review", verdict="maybe", **fields).status_code == 400


def test_the_script_of_the_queue_gets_facts_or_a_reason(person: People) -> None:
    cleo = person("cleo")
    headers = {"accept": "application/json", "x-csrf-token": cleo.token("/review")}
    resource, concept = re.search(r'data-card="(\S+) (\S+)"', cleo.get("/review").text).groups()
    told = cleo.client.post(
        "/review", headers=headers, data={"resource_id": resource, "concept": concept, "verdict": "reject"}
    )
    assert told.json()["waiting"] == 4 and told.json()["decided"] == 1
    undone = cleo.client.post("/review/undo", headers=headers, data={"decision_id": told.json()["decision"]})
    assert undone.json()["waiting"] == 5
    wrong = cleo.client.post(
        "/review", headers=headers, data={"resource_id": "nope", "concept": concept, "verdict": "accept"}
    )
    assert wrong.status_code == 404 and wrong.json()["error"]
    assert "<html" not in cleo.get("/review?part=cards").text


def test_status_shows_a_failed_source_and_what_the_index_lacks(person: People) -> None:
    page = words(person("otto").get("/ops"))
    assert "The feed answered 503." in page and "failed" in page and "10 documents in the index" in page


def test_a_subject_says_what_it_means_and_what_stands_under_it(person: People) -> None:
    page = words(person("").get("/tags/technology"))
    assert "Kubernetes" in page and "Observability" in page and "A calm guide to Kubernetes" in page
    page = words(person("").get("/tags/kubernetes"))
    assert "Also called k8s, cluster" in page and "The system that runs our containers." in page


def test_feeds_are_well_formed_whatever_a_title_holds(person: People, bakery_record: Session) -> None:
    resource = of(bakery_record, "A calm guide to Kubernetes")
    odd = {"title": "A \x08 calm ]]> <b>guide</b> & more", "published": "sometime"}
    bakery_record.execute(update(ArticleRow).where(ArticleRow.resource_id == resource).values(odd))
    bakery_record.commit()
    for path in ("/feed.atom", "/tags/kubernetes/feed.atom", "/collections/first-month/feed.atom"):
        answer = person("").get(path)
        assert answer.headers["content-type"].startswith("application/atom+xml")
        titles = [
            node.text for node in ElementTree.fromstring(answer.content).iter("{http://www.w3.org/2005/Atom}title")
        ]
        assert "A  calm ]]> <b>guide</b> & more" in titles


@pytest.mark.parametrize(
    "path", ["/nope", "/resources/nope", "/resources/%00", "/collections/nope", "/tags/nope", "/tags/%00",
             "/questions/999", "/collections/%00", "/questions/2147483647"],
)  # fmt: skip
def test_what_is_not_there_is_said_kindly(person: People, path: str) -> None:
    answer = person("").get(path)
    assert answer.status_code == 404
    assert "<h1>Nothing here by that name</h1>" in answer.text and "Traceback" not in answer.text


@pytest.mark.parametrize(
    "path", ["/questions/x", "/questions/99999999999999999999", "/tags/kubernetes?page=0", "/questions?page=x"]
)
def test_an_address_of_the_wrong_kind_is_said_kindly(person: People, path: str) -> None:
    answer = person("").get(path)
    assert answer.status_code == 422 and "can&#39;t be used" in answer.text


def test_a_defect_is_a_page_without_a_traceback(bakery: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from curation.services import collect

    def broken(_db: Session) -> list[object]:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(collect, "collections", broken)
    with serving(create_app(bakery)) as at, httpx.Client(base_url=at) as client:
        answer = client.get("/collections")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text and "secret detail" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_markup_from_a_crawl_stays_words_wherever_it_is_shown(person: People, bakery_record: Session) -> None:
    evil = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
    resource = of(bakery_record, "A calm guide to Kubernetes")
    facts = {"title": evil, "summary": evil, "authors": [evil], "licence": evil, "language": evil, "kind": evil,
             "url": "javascript:alert(1)", "html": evil, "published": evil}  # fmt: skip
    bakery_record.execute(update(ArticleRow).where(ArticleRow.resource_id == resource).values(facts))
    bakery_record.execute(update(SourceRow).values(address="javascript:alert(1)"))
    publish.touch(bakery_record, resource)
    bakery_record.commit()
    ada = person("ada")
    for path in (f"/resources/{resource}", "/", "/search", "/search?q=alert", "/collections/first-month",
                 "/tags/kubernetes", "/review", "/ops", f"/search?author={evil}"):  # fmt: skip
        page = ada.get(path).text
        assert "<img src=x" not in page and "<script>alert" not in page, path
        assert 'href="javascript:' not in page, path


def test_the_indexing_thread_survives_what_fails_and_catches_up(bakery: Settings, bakery_record: Session) -> None:
    failures = [IndexUnavailable("down"), CurationError("locked"), ZeroDivisionError()]

    def index() -> object:
        if failures:
            raise failures.pop()
        from curation.services.engine import open_index

        return open_index(bakery)

    publish.touch(bakery_record, of(bakery_record, "Rolling back a release"))
    bakery_record.commit()
    indexer = Indexer(bakery.record_url, index)  # type: ignore[arg-type]
    assert [indexer.drain() for _ in range(4)] == [False, False, False, True]
    indexer.start()
    indexer.wake()
    indexer.stop()
