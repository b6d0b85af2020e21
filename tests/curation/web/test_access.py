"""Who may see and change what: every role at every door, sessions, tokens and guessing."""

import stat
from collections.abc import Callable

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import select
from sqlalchemy.orm import Session

from curation.database import AccountRow, PostRow, RatingRow
from curation.services import accounts
from curation.settings import Settings
from curation.web.app import PAGES, create_app
from curation.web.render import local
from curation.web.throttle import NAME, PAIR, WINDOW, Throttle
from tests.support.bakery import PASSWORD
from tests.support.site import Person

People = Callable[[str], Person]

OPEN = (
    "/", "/search", "/search?q=rolling", "/collections", "/tags", "/questions", "/sign-in", "/feed.atom",
    "/opensearch.xml", "/collections/first-month", "/collections/first-month/feed.atom", "/tags/kubernetes",
    "/tags/kubernetes/feed.atom", "/static/style.css",
)  # fmt: skip
# path: the least role
GUARDED = {"/questions/ask": "learner", "/review": "curator", "/review?part=cards": "curator", "/ops": "ops"}
CHANGES = {
    "/resources/{id}/rate": "learner", "/resources/{id}/comments": "learner", "/resources/{id}/tags": "curator",
    "/questions/ask": "learner", "/questions/3/answers": "learner", "/questions/3/answers/5/accept": "learner",
    "/review": "curator", "/review/undo": "curator", "/review/unskip": "curator",
}  # fmt: skip
ROLES = {"": 0, "lena": 1, "cleo": 2, "otto": 3, "ada": 4}
LEAST = {"learner": 1, "curator": 2, "ops": 3}


@pytest.fixture
def a_page(bakery_record: Session) -> str:
    """The id of some resource."""
    from curation.database import ArticleRow

    return bakery_record.scalars(
        select(ArticleRow.resource_id).where(ArticleRow.title == "Rolling back a release")
    ).one()


@pytest.mark.parametrize("name", ROLES)
def test_each_role_sees_what_it_may_and_nothing_more(person: People, name: str) -> None:
    somebody = person(name)
    for path in OPEN:
        expected = 303 if path == "/sign-in" and name else 200
        assert somebody.get(path).status_code == expected, path
    for path, role in GUARDED.items():
        expected = 200 if ROLES[name] >= LEAST[role] else 403 if name else 401
        assert somebody.get(path).status_code == expected, path


@pytest.mark.parametrize("name", ROLES)
def test_each_role_changes_what_it_may_and_nothing_more(person: People, name: str, a_page: str) -> None:
    somebody = person(name)
    token = somebody.token("/" if name else "/sign-in")
    for path, role in CHANGES.items():
        answer = somebody.client.post(path.replace("{id}", a_page), data={"csrf_token": token})
        if ROLES[name] < LEAST[role]:
            assert answer.status_code == (403 if name else 401), path
        else:
            # Allowed in; empty forms are then refused or do nothing. Only the asker and curators accept an answer.
            assert answer.status_code in {303, 400, 404}, path


def test_no_form_of_the_site_is_without_its_token_check() -> None:
    unchecked = [
        route.path
        for module in PAGES
        for route in module.router.routes
        if isinstance(route, APIRoute) and "POST" in route.methods
        if "csrf_checked" not in {part.call.__name__ for part in route.dependant.dependencies if part.call}
    ]
    assert unchecked == []


@pytest.mark.parametrize("token", ["", "wrong", "é"])
def test_a_form_without_this_sessions_token_changes_nothing_and_gives_the_words_back(
    person: People, bakery_record: Session, a_page: str, token: str
) -> None:
    lena = person("lena")
    before = len(bakery_record.scalars(select(PostRow)).all())
    answer = lena.client.post(
        f"/resources/{a_page}/comments", data={"csrf_token": token, "body": "My <b>long</b> words"}
    )
    assert answer.status_code == 403
    assert "My &lt;b&gt;long&lt;/b&gt; words" in answer.text
    bakery_record.rollback()
    assert len(bakery_record.scalars(select(PostRow)).all()) == before


def test_another_persons_token_is_worth_nothing(person: People, bakery_record: Session, a_page: str) -> None:
    lena, cleo = person("lena"), person("cleo")
    fields = {"csrf_token": cleo.token("/"), "stars": "1"}
    assert lena.client.post(f"/resources/{a_page}/rate", data=fields).status_code == 403


def test_a_session_ends_with_the_password_it_began_with_and_with_the_account(
    person: People, bakery_record: Session
) -> None:
    cleo, otto = person("cleo"), person("otto")
    assert cleo.get("/review").status_code == otto.get("/ops").status_code == 200
    accounts.set_password(bakery_record, "cleo", "another password")
    accounts.disable(bakery_record, "otto")
    bakery_record.commit()
    assert cleo.get("/review").status_code == otto.get("/ops").status_code == 401
    assert otto.sign_in("otto").status_code == 400


def test_a_forged_or_changed_cookie_is_nobodys(person: People) -> None:
    cleo = person("cleo")
    held = cleo.client.cookies["commonplace"]
    for cookie in (held[:-2] + "xx", held[4:], "null", "", "a.b.c"):
        nobody = person("")
        nobody.client.cookies.set("commonplace", cookie)
        assert nobody.get("/review").status_code == 401


def test_signing_in_starts_a_session_made_afresh(person: People) -> None:
    nobody = person("")
    before = nobody.token("/sign-in")
    assert nobody.sign_in("lena").status_code == 303
    assert nobody.token("/") not in {"", before}


def test_signing_in_leads_back_but_never_to_another_site(person: People) -> None:
    answer = person("").post("/sign-in", "/sign-in", name="lena", password=PASSWORD, next="/tags?x=1")
    assert answer.headers["location"] == "/tags?x=1"
    for elsewhere in (
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
    ):
        assert local(elsewhere) == "/"
        answer = person("").post("/sign-in", "/sign-in", name="lena", password=PASSWORD, next=elsewhere)
        assert answer.headers["location"] == "/"


def test_signing_out_ends_it(person: People) -> None:
    lena = person("lena")
    assert lena.post("/sign-out", "/").status_code == 303
    assert lena.get("/questions/ask").status_code == 401


def test_a_wrong_password_keeps_the_name_and_does_not_say_which_half_was_wrong(person: People) -> None:
    nobody = person("")
    known = nobody.sign_in("lena", "wrong password")
    unknown = nobody.sign_in("nobody-at-all", "wrong password")
    assert known.status_code == unknown.status_code == 400
    assert 'value="lena"' in known.text
    assert known.text.replace("lena", "") == unknown.text.replace("nobody-at-all", "")


def test_guessing_passwords_is_slowed_down(person: People) -> None:
    nobody = person("")
    for _ in range(PAIR):
        assert nobody.sign_in("lena", "guess").status_code == 400
    stopped = nobody.sign_in("lena")
    assert stopped.status_code == 429
    assert 0 < int(stopped.headers["retry-after"]) <= WINDOW
    assert nobody.sign_in("cleo").status_code == 303


def test_the_brake_lets_go_after_its_window_and_counts_names_over_all_addresses() -> None:
    clock = [0.0]
    throttle = Throttle(lambda: clock[0])
    for number in range(NAME):
        assert throttle.wait("Lena", f"10.0.0.{number}") == 0
        throttle.failed("lena ", f"10.0.0.{number}")
    assert throttle.wait("LENA", "10.9.9.9") > 0
    assert throttle.wait("cleo", "10.9.9.9") == 0
    clock[0] = WINDOW + 1
    assert throttle.wait("lena", "10.0.0.1") == 0


def test_every_answer_carries_the_headers_that_keep_a_page_to_itself(person: People) -> None:
    nobody = person("")
    for path in ("/", "/nope", "/review", "/static/style.css", "/api/openapi.json", "/feed.atom"):
        headers = nobody.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_the_cookie_is_closed_to_scripts_and_secure_where_the_site_is(bakery: Settings, person: People) -> None:
    cookie = person("").get("/sign-in").headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "secure" not in cookie
    safe = create_app(bakery.model_copy(update={"base_url": "https://library.example"}))
    options = [layer.kwargs for layer in safe.user_middleware]
    assert {"https_only": True}.items() <= options[1].items() and options[0] == {"https": True}


def test_the_secret_is_made_once_and_kept_for_its_owner_alone(bakery: Settings) -> None:
    bare = bakery.model_copy(update={"secret_key": ""})
    create_app(bare)
    place = bakery.home / "session.key"
    first = place.read_text()
    create_app(bare)
    assert place.read_text() == first and len(first) >= 32
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert [path.name for path in bakery.home.glob("session.key*")] == ["session.key"]


def test_a_body_past_the_limit_is_refused_whether_or_not_it_says_its_length(person: People, a_page: str) -> None:
    lena = person("lena")
    much = {"csrf_token": lena.token("/"), "body": "x" * 1_100_000}
    assert lena.client.post(f"/resources/{a_page}/comments", data=much).status_code == 413
    chunks = (b"body=" + b"x" * 100_000 for _ in range(12))
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert lena.client.post(f"/resources/{a_page}/comments", content=chunks, headers=headers).status_code == 413


def test_nobody_rates_as_someone_else(person: People, bakery_record: Session, a_page: str) -> None:
    lena = person("lena")
    lena.post(f"/resources/{a_page}/rate", "/", stars="2", rater="cleo", account="1")
    # A new look: the one before was a snapshot.
    bakery_record.rollback()
    newest = bakery_record.scalars(select(RatingRow).order_by(RatingRow.id.desc())).first()
    assert newest is not None and (newest.rater, newest.stars) == ("lena", 2)
    assert bakery_record.scalars(select(AccountRow.name)).all() != []
