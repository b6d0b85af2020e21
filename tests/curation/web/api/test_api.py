"""The JSON API: what it gives, whom it refuses, and that refusals are sentences."""

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from curation.database import Base, DecisionRow, PostRow, RatingRow
from curation.database.session import open_session
from curation.services import accounts
from tests.support.records import a_resource

API = "/api/v1"
LEARNER, CURATOR = ("lea", "correct horse"), ("cleo", "correct horse")
TESTING = "https://vocabulary.example/testing"


def _detail(answer: httpx.Response, status: int) -> str:
    """The sentence of a refusal, which is all that a refusal holds."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert set(body) == {"detail"}
    return str(body["detail"])


def _count(record_url: str, table: type[Base]) -> int:
    """How many rows there are, asked without holding up the site."""
    with open_session(record_url, reads_only=True) as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_search_gives_cards_facets_and_marked_words(client: httpx.Client) -> None:
    found = client.get(f"{API}/search", params={"q": "deploy", "source": "wiki", "year": 2026}).json()
    assert found["total"] == 1
    assert found["items"][0]["resource"]["tags"][0]["label"] == "Deployment"
    assert "<mark>" in found["items"][0]["title_html"]
    assert {"value": "wiki", "label": "wiki", "count": 1, "chosen": True} in found["facets"]["source"]
    assert found["search_id"] is None
    assert client.get(f"{API}/search", params={"q": "deploy", "log": True}).json()["search_id"] is not None


def test_paging_past_what_an_engine_reaches_is_refused_with_the_next_step(client: httpx.Client) -> None:
    answer = client.get(f"{API}/search", params={"page": 1_000, "page_size": 100})
    assert "Narrow the search" in _detail(answer, 422)


def test_titles_continue_what_was_typed(client: httpx.Client) -> None:
    assert "How we deploy" in client.get(f"{API}/suggest", params={"prefix": "how"}).json()["suggestions"]


def test_a_resource_comes_with_everything_around_it(client: httpx.Client, page_id: str) -> None:
    found = client.get(f"{API}/resources/{page_id}").json()
    assert (found["card"]["title"], found["copies"][0]["title"]) == ("How we deploy", "The copy")
    assert found["collections"][0]["slug"] == "first-week"
    assert found["provenance"]["source"] == "wiki"
    copy = client.get(f"{API}/resources/{found['copies'][0]['id']}").json()
    assert copy["moved_to"] == page_id
    assert "no resource" in _detail(client.get(f"{API}/resources/nothing"), 404)


def test_collections_and_concepts_are_listed_and_opened(client: httpx.Client) -> None:
    assert [card["slug"] for card in client.get(f"{API}/collections").json()] == ["first-week"]
    assert client.get(f"{API}/collections/first-week").json()["items"][0]["note"] == "begin here"
    _detail(client.get(f"{API}/collections/nothing"), 404)
    assert [line["label"] for line in client.get(f"{API}/concepts").json()] == ["Deployment", "Testing"]
    concept = client.get(f"{API}/concepts/deployment").json()
    assert (concept["total"], concept["resources"][0]["title"]) == (1, "How we deploy")
    assert client.get(f"{API}/concepts/testing").json()["concept"]["alt_labels"] == ["QA"]
    _detail(client.get(f"{API}/concepts/nothing"), 404)


def test_the_status_counts_what_is_there_and_what_waits(client: httpx.Client) -> None:
    found = client.get(f"{API}/status").json()
    assert (found["resources"], found["concepts"], found["suggestions_waiting"]) == (1, 2, 1)
    assert (found["index"]["documents"], found["index"]["problem"]) == (1, None)


def test_a_rating_is_given_and_seen(client: httpx.Client, page_id: str, record_url: str) -> None:
    address = f"{API}/resources/{page_id}/rating"
    given = client.put(address, json={"stars": 4, "comment": "Clear."}, auth=LEARNER).json()
    assert (given["own"]["stars"], given["own"]["comment"]) == (4, "Clear.")
    assert client.get(address).json()["own"] is None
    assert client.get(address, auth=LEARNER).json()["own"]["stars"] == 4
    assert _count(record_url, RatingRow) == 1


def test_a_refused_rating_leaves_nothing_behind(
    client: httpx.Client, page_id: str, db: Session, record_url: str
) -> None:
    address = f"{API}/resources/{page_id}/rating"
    assert "stars" in _detail(client.put(address, json={"stars": 6}, auth=LEARNER), 422)
    own = a_resource(db, authors=["lea"]).id
    gone = a_resource(db, state="withdrawn").id
    db.commit()
    assert "own work" in _detail(client.put(f"{API}/resources/{own}/rating", json={"stars": 5}, auth=LEARNER), 403)
    assert "withdrawn" in _detail(client.put(f"{API}/resources/{gone}/rating", json={"stars": 5}, auth=LEARNER), 409)
    _detail(client.put(f"{API}/resources/x/rating", json={"stars": 5}, auth=LEARNER), 404)
    assert _count(record_url, RatingRow) == 0


def test_a_comment_is_written_and_answered(client: httpx.Client, page_id: str) -> None:
    address = f"{API}/resources/{page_id}/comments"
    said = client.get(address).json()
    reply = client.post(address, json={"body": "Me too.", "parent_id": said[0]["id"]}, auth=CURATOR)
    assert reply.status_code == 201
    assert client.get(address).json()[0]["replies"][0]["body"] == "Me too."


def test_a_curator_accepts_undoes_and_undoes_no_more(client: httpx.Client, page_id: str) -> None:
    queue = client.get(f"{API}/suggestions", auth=CURATOR).json()
    assert (queue["waiting"], queue["items"][0]["exact"]) == (1, "Testing")
    said = {"resource_id": page_id, "concept": TESTING, "verdict": "accept"}
    made = client.post(f"{API}/decisions", json=said, auth=CURATOR)
    assert (made.status_code, made.json()["verdict"]) == (201, "accept")
    assert client.get(f"{API}/suggestions", auth=CURATOR).json()["waiting"] == 0
    undone = client.post(f"{API}/decisions/undo", json={"decision_id": made.json()["id"]}, auth=CURATOR)
    assert undone.json()["verdict"] == "undo"
    assert "undone already" in _detail(
        client.post(f"{API}/decisions/undo", json={"decision_id": made.json()["id"]}, auth=CURATOR), 409
    )
    assert "no decision of yours" in _detail(client.post(f"{API}/decisions/undo", json={}, auth=CURATOR), 409)
    assert client.get(f"{API}/suggestions", auth=CURATOR, params={"concept": "testing"}).json()["waiting"] == 1


def test_nobody_and_learners_are_refused_with_the_right_status(
    client: httpx.Client, page_id: str, record_url: str
) -> None:
    said = {"resource_id": page_id, "concept": TESTING, "verdict": "accept"}
    answer = client.post(f"{API}/decisions", json=said)
    assert "needs an account" in _detail(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Basic")
    assert "yours is learner" in _detail(client.post(f"{API}/decisions", json=said, auth=LEARNER), 403)
    assert "wrong" in _detail(client.get(f"{API}/me", auth=("lea", "guess")), 401)
    _detail(client.get(f"{API}/suggestions"), 401)
    _detail(client.put(f"{API}/resources/{page_id}/rating", json={"stars": 4}), 401)
    assert _count(record_url, DecisionRow) == 0


def test_guessing_passwords_is_slowed_down(client: httpx.Client) -> None:
    for _ in range(5):
        client.get(f"{API}/me", auth=("lea", "guess"))
    answer = client.get(f"{API}/me", auth=LEARNER)
    assert "Wait" in _detail(answer, 429)
    assert int(answer.headers["retry-after"]) > 0


def _signed_in(client: httpx.Client, name: str) -> str:
    """Sign in through the page, as a browser does; the token for changes."""
    token = client.get(f"{API}/me").json()["csrf_token"]
    form = {"name": name, "password": "correct horse", "csrf_token": token}
    assert client.post("/sign-in", data=form, follow_redirects=False).status_code == 303
    return str(client.get(f"{API}/me").json()["csrf_token"])


def test_the_session_of_the_pages_serves_the_api_with_its_token(client: httpx.Client, page_id: str) -> None:
    token, address = _signed_in(client, "lea"), f"{API}/resources/{page_id}/rating"
    assert client.get(f"{API}/me").json()["name"] == "lea"
    _detail(client.put(address, json={"stars": 4}), 403)
    _detail(client.put(address, json={"stars": 4}, headers={"X-CSRF-Token": "guess"}), 403)
    assert client.put(address, json={"stars": 4}, headers={"X-CSRF-Token": token}).status_code == 200


def test_a_browser_is_not_asked_for_a_password_and_another_site_changes_nothing(
    client: httpx.Client, page_id: str, record_url: str
) -> None:
    answer = client.post(f"{API}/decisions/undo", json={}, headers={"Sec-Fetch-Mode": "cors"})
    assert "www-authenticate" not in answer.headers
    address, elsewhere = f"{API}/resources/{page_id}/comments", {"Sec-Fetch-Site": "cross-site"}
    answer = client.post(address, json={"body": "buy!"}, auth=LEARNER, headers=elsewhere)
    assert "Another site" in _detail(answer, 403)
    assert _count(record_url, PostRow) == 1


def test_a_disabled_account_is_nobody(client: httpx.Client, db: Session) -> None:
    accounts.disable(db, "lea")
    db.commit()
    _detail(client.get(f"{API}/me", auth=LEARNER), 401)


@pytest.mark.parametrize("path", ["/resources/a%00b", "/concepts/%00", "/collections/%ff%fe", "/search?q=%00"])
def test_noise_in_an_address_is_refused_in_a_sentence(client: httpx.Client, path: str) -> None:
    answer = client.get(API + path)
    assert answer.status_code in {404, 422}
    assert isinstance(answer.json()["detail"], str)


def test_every_operation_is_described(app: FastAPI) -> None:
    described = app.openapi()
    for path, operations in described["paths"].items():
        for operation in operations.values():
            assert operation["description"], path
            assert operation["responses"]["422"]["content"]["application/json"]["schema"]["$ref"].endswith("/Problem")
    assert "HTTPBasic" in described["components"]["securitySchemes"]
