"""What a source restricts is seen by those it names, on no page, in no list, feed, count or answer by anyone else."""

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import select

from curation.database import (
    AccountRow,
    ArticleRow,
    CollectionItemRow,
    ConceptRow,
    FollowRow,
    MoveRow,
    ProposalRow,
    RelationRow,
    ResourceRow,
    RunRow,
    SuggestionRow,
    TaggingRow,
    now,
)
from curation.database.session import open_session
from curation.services import accounts, discuss, following, indexing, publish, rate, submit
from curation.services.engine import open_index
from curation.settings import Settings
from curation.web.app import create_app
from tests.support.bakery import PASSWORD
from tests.support.site import Person, serving

SECRET = "Zanzibar"
URL = "https://board.example/zanzibar-plan"


def closed_page(settings: Settings) -> str:
    """A restricted resource that is tied to everything: rated, tagged, suggested, discussed, collected, a sibling, a
    successor, one that moved, and the lead of a copy that everyone may read. Its id."""
    from tests.support.records import a_resource

    index = open_index(settings)
    with open_session(settings.record_url) as db:
        from tests.support.records import a_source

        a_source(db, "board")
        said = submit.Submission(
            "board", URL, f"{SECRET} plan", f"{SECRET} is where we go next. A release is planned.",
            html=f"<p>{SECRET} is where we go next.</p>", authors=[f"{SECRET} Council"], readers=["Board  Members"],
            summary=f"All about {SECRET}.", published="2026-11-01", tags=[SECRET],
            attachments=[{"name": f"{SECRET}.pdf", "url": f"{URL}.pdf", "media_type": "", "bytes": 1}],
            comments=[{"id": "1", "author": "Ada", "at": "", "body": f"{SECRET}!", "parent": "", "kind": "comment",
                       "accepted": False}],
            reactions=[{"person": name, "stars": 5, "at": ""} for name in ("x", "y", "z")],
        )  # fmt: skip
        submit.submit(db, said)
        mine = db.scalars(select(ArticleRow.resource_id).where(ArticleRow.url == URL)).one()
        open_one = db.scalars(select(ArticleRow.resource_id).where(ArticleRow.title == "Rolling back a release")).one()
        concepts = db.scalars(select(ConceptRow.uri).order_by(ConceptRow.uri)).all()
        for uri in concepts[:3]:
            db.add(TaggingRow(resource_id=mine, concept=uri))
        db.add(SuggestionRow(resource_id=mine, concept=concepts[4], score=0.99, method="label", exact=SECRET))
        db.add(RelationRow(first=mine, second=open_one, kind="supersedes", similarity=0.9, why=SECRET))
        quotes = [
            {"resource_id": i, "prefix": f"{SECRET} is where", "exact": "x", "suffix": ""} for i in (mine, open_one)
        ]
        db.add(ProposalRow(key="closed", label=f"{SECRET} plan", documents=9, examples=quotes[:1]))
        quotes[1]["prefix"] = "a "
        db.add(ProposalRow(key="both", label="release plan", documents=9, examples=quotes))
        db.add_all(FollowRow(account_id=id, concept=concepts[0], on=True) for id in db.scalars(select(AccountRow.id)))
        for row in (db.get_one(ResourceRow, mine), db.get_one(ResourceRow, open_one)):
            row.family = "kin"
        a_resource(db, "An open copy", "blog", folded_into=mine)
        db.add(MoveRow(source="board", old_url=f"{URL}-old", new_url=URL, resource_id=mine, why="it says so", at=now()))
        held = db.scalars(select(CollectionItemRow).order_by(CollectionItemRow.position)).first()
        assert held is not None
        db.add(
            CollectionItemRow(
                collection=held.collection, position=99, url=URL, resource_id=mine, note=f"{SECRET} comes last"
            )
        )
        accounts.add(db, "mo", PASSWORD)
        accounts.set_groups(db, "mo", ["board members"])
        discuss.ask(db, accounts.account(db, "mo"), f"When do we leave for {SECRET}?", "Soon?", mine)
        rate.weigh(db)
        publish.touch(db, *db.scalars(select(ResourceRow.id)))
        db.commit()
        indexing.drain(db, index)
        db.commit()
    index.close()
    return mine


@pytest.fixture
def mine(bakery: Settings) -> str:
    return closed_page(bakery)


def addresses(settings: Settings, mine: str) -> Iterator[str]:
    """Every address that can be read, each part of one filled with everything there is."""
    with open_session(settings.record_url, reads_only=True) as db:
        ids = list(db.scalars(select(ResourceRow.id)))
        slugs = list(db.scalars(select(ConceptRow.slug)))
        places = sorted(set(db.scalars(select(CollectionItemRow.collection))))
    values = {"resource_id": ids, "id": ids, "question_id": [str(n) for n in range(1, 9)]}
    routes = [route for route in create_app(settings).routes if isinstance(route, APIRoute) and "GET" in route.methods]
    routes += [route for route in _inside(create_app(settings).routes) if "GET" in route.methods]
    for place in dict.fromkeys(route.path for route in routes):
        names = re.findall(r"{(\w+)}", place)
        if not names:
            yield place
            continue
        assert len(names) == 1, f"{place}: say here what fills it"
        slug = places if "collections" in place else slugs
        yield from (place.replace(f"{{{names[0]}}}", value) for value in values.get(names[0], slug))
    for q in (SECRET, SECRET[:4], "plan", "release", f'"{SECRET} plan"', ""):
        yield from (f"/search?q={q}", f"/search?q={q}&source=board", f"/api/v1/search?q={q}&order=rating")
        yield f"/api/v1/suggest?prefix={q}"
    yield from (f"/review?source=board&part={n}" for n in (0, 1))
    yield from ("/api/v1/suggestions?limit=100", f"/r?url={URL}", f"/r?url={URL}-old", f"/questions/ask?about={mine}")


def _inside(routes: list) -> Iterator[APIRoute]:
    """Routes of routers that were included, however this version of the framework keeps them."""
    for route in routes:
        inner = getattr(route, "original_router", None) or getattr(route, "router", None)
        for found in getattr(inner, "routes", []):
            if isinstance(found, APIRoute):
                yield found


# What no question of ours repeats.
TELLING = re.compile(
    rf"{SECRET} (Council|is where|comes last)|{SECRET}</mark>|{SECRET}\.pdf|{SECRET}!|All about|leave for"
)


@pytest.mark.parametrize("name", ["", "lena", "cleo", "otto", "ada"])
def test_nobody_else_sees_it_anywhere(bakery: Settings, mine: str, person: Callable[[str], Person], name: str) -> None:
    somebody = person(name)
    seen, leaks = 0, []
    for place in addresses(bakery, mine):
        answer = somebody.get(place)
        assert answer.status_code < 500, (place, answer.text[:300])
        seen += answer.status_code == 200
        said = answer.text
        asked = SECRET.lower() in place.lower()
        if TELLING.search(said) or (not asked and SECRET in said) or (mine not in place and mine in said):
            leaks.append((place, answer.status_code, TELLING.findall(said), mine in said, SECRET in said))
    assert not leaks
    assert seen > 60, "the walk did not get far"


def test_its_readers_see_it(bakery: Settings, mine: str, person: Callable[[str], Person]) -> None:
    member = person("mo")
    page = member.get(f"/resources/{mine}").text
    assert f"{SECRET} is where we go next" in page and f"{SECRET}.pdf" in page and "Restricted by its source" in page
    assert f"{URL}-old" in page and "Ada" in page
    assert SECRET in member.get(f"/search?q={SECRET}").text
    assert mine in member.get("/api/v1/search?q=plan").text
    assert f"{SECRET} plan" in member.get(f"/api/v1/suggest?prefix={SECRET[:4]}").text
    assert SECRET in member.get("/questions").text
    with open_session(bakery.record_url) as db:
        account = accounts.account(db, "mo")
        following.follow(db, account, db.scalars(select(ConceptRow.uri).order_by(ConceptRow.uri)).first() or "")
        db.commit()
    page = member.get("/following").text
    assert f"{SECRET} plan" in page
    feed = re.findall(r'href="(/following/feed.atom[^"]+)"', page)[0]
    assert f"{SECRET} plan" in httpx.get(f"{member.client.base_url}{feed}", trust_env=False).text
    assert member.get("/r", params={"url": f"{URL}-old"}).headers["location"] == f"/resources/{mine}"
    basic = httpx.get(f"{member.client.base_url}/api/v1/resources/{mine}", auth=("mo", PASSWORD), trust_env=False)
    assert basic.json()["card"]["title"] == f"{SECRET} plan"
    assert basic.json()["attachments"][0]["name"] == f"{SECRET}.pdf" and basic.json()["moves"][0]["why"] == "it says so"


def test_nothing_can_be_done_to_it_unseen(mine: str, person: Callable[[str], Person]) -> None:
    curator = person("cleo")
    token = curator.get("/api/v1/me").json()["csrf_token"]
    said = {"resource_id": mine, "concept": "kubernetes", "verdict": "accept"}
    sent = {"X-CSRF-Token": token}
    assert curator.client.post("/api/v1/decisions", json=said, headers=sent).status_code == 404
    assert curator.client.put(f"/api/v1/resources/{mine}/rating", json={"stars": 1}, headers=sent).status_code == 404
    body = {"body": "Hello?"}
    assert curator.client.post(f"/api/v1/resources/{mine}/comments", json=body, headers=sent).status_code == 404


def test_what_is_decided_of_the_whole_library_reaches_it_too(
    bakery: Settings, mine: str, person: Callable[[str], Person]
) -> None:
    with open_session(bakery.record_url) as db:
        run = RunRow(step="crawl", source="board", state="done", report={"held": [URL], "taken_in": True})
        db.add(run)
        db.flush()
        number, whole = run.id, db.scalars(select(ConceptRow).order_by(ConceptRow.uri)).first()
        other = db.get_one(ConceptRow, db.scalars(select(SuggestionRow.concept).filter_by(resource_id=mine)).one())
        slugs = whole.slug, other.slug
        db.commit()
    cleo = person("cleo")
    assert cleo.post(f"/tags/{slugs[0]}/change", verb="split", labels="One part\nTwo parts").status_code == 303
    assert cleo.post(f"/tags/{slugs[1]}/change", verb="merge", into="Kubernetes").status_code == 303
    with open_session(bakery.record_url) as db:
        suggested = set(db.scalars(select(SuggestionRow.concept).where(SuggestionRow.resource_id == mine)))
        names = {db.get_one(ConceptRow, uri).label for uri in suggested}
    assert names == {"One part", "Two parts", "Kubernetes"}
    assert person("otto").post("/ops/withdraw", "/ops", source="board", run=str(number)).status_code == 303
    with open_session(bakery.record_url) as db:
        assert db.get_one(ResourceRow, mine).state == "withdrawn"


def test_no_count_gives_it_away(bakery: Settings) -> None:
    def counted() -> list[object]:
        with serving(create_app(bakery)) as at, httpx.Client(base_url=f"{at}/api/v1", trust_env=False) as client:
            found = client.get("/search?q=release").json()
            lists = [client.get(place).json() for place in ("/concepts", "/collections")]
            return [found["total"], found["facets"], client.get("/status").json()["resources"], *lists]

    before = counted()
    closed_page(bakery)
    assert counted() == before


def test_an_open_page_that_is_closed_disappears_and_the_other_way_round(
    bakery: Settings, mine: str, person: Callable[[str], Person]
) -> None:
    for readers, shown in ((), True), (("board members",), False):
        index = open_index(bakery)
        with open_session(bakery.record_url) as db:
            said = submit.Submission("board", URL, f"{SECRET} plan", "A release.", readers=list(readers))
            assert submit.submit(db, said) == "changed"
            again = submit.Submission("board", URL, f"{SECRET} plan", "A release.", readers=list(readers))
            assert submit.submit(db, again) == "same"
            db.commit()
            indexing.drain(db, index)
        index.close()
        visitor = person("")
        assert (visitor.get(f"/resources/{mine}").status_code == 200) is shown
        assert (mine in visitor.get("/api/v1/search?q=plan").text) is shown
        assert (mine in visitor.get("/feed.atom").text) is shown
