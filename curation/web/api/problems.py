"""Refusals of the JSON API: {"detail": a sentence}, with the status that says what kind of refusal it is."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from curation.errors import Conflict, CurationError, NotAllowed, NotFound
from curation.web.access import SignInNeeded
from search_config.errors import SearchError

# The first that fits counts, so the narrower ones come first.
STATUS: tuple[tuple[type[Exception], int], ...] = (
    (SignInNeeded, 401),
    (NotAllowed, 403),
    (NotFound, 404),
    (Conflict, 409),
    (CurationError, 422),
    (SearchError, 503),
)
MEANINGS = {
    401: "Nobody is signed in, or the name or password is wrong.",
    403: "This account may not do this, or the request lacks the token of its session.",
    404: "There is no such thing in the library.",
    409: "It clashes with what the record holds now.",
    422: "Something in the request can't be used.",
    429: "Too many wrong passwords; wait as long as Retry-After says.",
    503: "The search engine does not answer now; try again in a moment.",
}
# A browser that is challenged asks for the password and then sends it along with every request, also with those that
# another site makes it send; its own headers tell a browser (https://www.w3.org/TR/fetch-metadata/).
CHALLENGE = {"WWW-Authenticate": 'Basic realm="Commonplace", charset="UTF-8"'}


class Problem(BaseModel):
    """Why the request was refused."""

    detail: str = Field(description="A sentence for the person who reads it, with the next step.")


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What an operation may answer beside success, for its description."""
    return {status: {"model": Problem, "description": MEANINGS[status]} for status in (*statuses, 422)}


class Sentences(APIRoute):
    """A route whose refusals are sentences in JSON, and after which a refused request leaves nothing behind."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's handler, its exceptions answered."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except (CurationError, SearchError, RequestValidationError, HTTPException) as error:
                held = getattr(request.state, "record", None)
                if isinstance(held, Session):
                    await run_in_threadpool(held.rollback)
                return _answer(request, error)

        return handled


def _answer(request: Request, error: Exception) -> JSONResponse:
    """A refusal as JSON."""
    headers: dict[str, str] = {}
    if isinstance(error, RequestValidationError):
        status, said = 422, _sentence(error)
    elif isinstance(error, HTTPException):
        status, said, headers = error.status_code, error.detail, dict(error.headers or {})
    else:
        status, said = next(code for kind, code in STATUS if isinstance(error, kind)), str(error)
    if status == 401:
        headers = {} if "sec-fetch-mode" in request.headers else CHALLENGE
    return JSONResponse({"detail": said}, status, headers)


def _sentence(error: RequestValidationError) -> str:
    """What is wrong with a request, without repeating what was sent."""
    faults = (f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()[:3])
    return (
        f"The request can't be used: {'; '.join(faults)}. The description at /api/openapi.json says what is expected."
    )
