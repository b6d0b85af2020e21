"""Whatever the description allows, the API never breaks: schemathesis tries it."""

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error

# Requests an operation: some seconds in all; a nightly run may raise it.
TRIES = 15


def test_no_operation_breaks_on_anything_the_description_allows(address: str) -> None:
    described = schemathesis.openapi.from_url(f"{address}/api/openapi.json")
    operations = [result.ok() for result in described.get_all_operations()]
    assert len(operations) >= 14
    for operation in operations:
        _try(operation, None)
        _try(operation, ("cleo", "correct horse"))


def _try(operation: object, auth: tuple[str, str] | None) -> None:
    """Send generated requests to one operation."""

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
        case.call_and_validate(checks=[not_a_server_error], auth=auth)

    tried()
