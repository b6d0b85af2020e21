"""Whatever the description allows, the API never breaks: schemathesis tries it."""

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error

# Requests an operation, as nobody and as a curator: some 15 seconds in all; a nightly run may raise it.
TRIES = 6


def test_no_operation_breaks_on_anything_the_description_allows(address: str, client: httpx.Client) -> None:
    described = schemathesis.openapi.from_url(f"{address}/api/openapi.json")
    operations = [result.ok() for result in described.get_all_operations()]
    assert len(operations) >= 14
    known = _signed_in(client)
    for operation in operations:
        _try(operation, {})
        assert 401 not in _try(operation, known)


def _signed_in(client: httpx.Client) -> dict[str, str]:
    """The headers of a curator's session; a password a request would cost most of the time."""
    token = client.get("/api/v1/me").json()["csrf_token"]
    form = {"name": "cleo", "password": "correct horse", "csrf_token": token}
    assert client.post("/sign-in", data=form).status_code == 303
    token = client.get("/api/v1/me").json()["csrf_token"]
    return {"Cookie": f"commonplace={client.cookies['commonplace']}", "X-CSRF-Token": token}


def _try(operation: object, headers: dict[str, str]) -> set[int]:
    """Send generated requests to one operation; how they were answered."""
    seen: set[int] = set()

    @given(case=operation.as_strategy())  # type: ignore[attr-defined]
    @settings(
        max_examples=TRIES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def tried(case: schemathesis.Case) -> None:
        # Made-up passwords would be all that is tried: the site slows down whoever guesses.
        for made_up in ("Authorization", "X-CSRF-Token"):
            case.headers.pop(made_up, None)
        answer = case.call_and_validate(checks=[not_a_server_error], headers=headers)
        seen.add(answer.status_code)

    tried()
    return seen
