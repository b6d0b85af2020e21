"""Credentials that Prefect keeps: Secret blocks that a source's headers name, read when they are needed."""

from collections.abc import Mapping

from crawlers.credentials import variable_of
from crawlers.terms import BLOCK
from curation.errors import CurationError
from curation.settings import Settings


def handed(settings: Settings, headers: Mapping[str, str]) -> dict[str, str]:
    """What the blocks among these headers hold, under the variables in which a crawl looks for them.

    Raises:
        CurationError: no Prefect server is named, it does not answer, or it has no such block.
    """
    names = {held.removeprefix(BLOCK) for held in headers.values() if held.startswith(BLOCK)}
    if names and not settings.prefect_api_url:
        raise CurationError(
            f"The credential {min(names)} is kept by Prefect, and no server is named. Set PREFECT_API_URL, or name an "
            "environment variable under headers instead."
        )
    return {variable_of(BLOCK + name): _secret(settings.prefect_api_url, name) for name in sorted(names)}


def _secret(server: str, name: str) -> str:
    """The text in one block."""
    # Prefect takes a second to import, which only those wait for who keep credentials there.
    from httpx import HTTPError
    from prefect.blocks.system import Secret
    from prefect.settings import PREFECT_API_URL, temporary_settings

    try:
        with temporary_settings({PREFECT_API_URL: server}):
            held = Secret.load(name, _sync=True).get()  # type: ignore[call-arg, union-attr]
    except ValueError as error:
        raise CurationError(
            f"Prefect at {server} has no Secret block {name}. Make it there, or change the source's headers."
        ) from error
    except (HTTPError, OSError, RuntimeError) as error:
        raise CurationError(
            f"Prefect at {server} does not give the block {name} ({type(error).__name__}). Does the server run?"
        ) from error
    # Prefect reads what looks like JSON, so a token of digits alone comes as a number.
    if not isinstance(held, str | int) or not str(held).strip():
        raise CurationError(f"The Secret block {name} holds no text. Put the header's whole value into it.")
    return str(held)
