"""What a visitor sees when something fails: a page in plain words, or JSON under /api, never a traceback."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from curation.errors import CurationError, NotAllowed, NotFound
from curation.web.access import FormExpired, SignInNeeded
from curation.web.guard import HEADERS
from curation.web.render import local, page
from search_config.errors import SearchError

TITLES = {
    400: "That did not work", 401: "Please sign in", 403: "Not for this account", 404: "Nothing here by that name",
    405: "Not that way", 413: "Too long", 422: "That was not understood", 500: "Something broke on our side",
    503: "Not just now",
}  # fmt: skip
MESSAGES = {
    404: "The page may have moved, or the address may have a slip in it. Searching usually finds it.",
    405: "This address does something else than what was asked of it.",
    500: "It was noted for the people who keep this library. What you had saved is safe; please try again in a moment.",
}


def install(app: FastAPI) -> None:
    """Answer every kind of failure on this app."""
    app.add_exception_handler(CurationError, refused)
    app.add_exception_handler(SearchError, refused)
    app.add_exception_handler(HTTPException, plain)
    app.add_exception_handler(RequestValidationError, misread)
    app.add_exception_handler(Exception, broken)


def status_of(error: Exception) -> int:
    """The HTTP status that says what kind of refusal this is."""
    kinds = ((SignInNeeded, 401), (NotAllowed, 403), (NotFound, 404), (SearchError, 503))
    return next((status for kind, status in kinds if isinstance(error, kind)), 400)


async def refused(request: Request, error: Exception) -> Response:
    """One of our own refusals: its message is written for the person."""
    status = status_of(error)
    if status == 401 and not _wants_json(request):
        return page(request, "sign_in.html", 401, name="", problem="", next=_return_to(request), needed=True)
    typed = _typed(request) if isinstance(error, FormExpired) else []
    return _answer(request, status, str(error), typed)


async def plain(request: Request, error: Exception) -> Response:
    """A refusal by the framework: no such address, wrong method, too long."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = str(error.detail) if isinstance(error, HTTPException) else ""
    return _answer(request, status, MESSAGES.get(status, detail), headers=getattr(error, "headers", None))


async def misread(request: Request, error: Exception) -> Response:
    """A parameter of the wrong kind."""
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    said = "; ".join(f"{'.'.join(str(part) for part in p['loc'][1:])}: {p['msg']}" for p in problems)
    return _answer(request, 422, f"Something in the address or form can't be used ({said}).")


async def broken(request: Request, error: Exception) -> Response:
    """A defect: the server logs its traceback, the page shows none; it is answered outside the guard."""
    return _answer(request, 500, MESSAGES[500], headers=HEADERS)


def _answer(
    request: Request,
    status: int,
    message: str,
    typed: list[tuple[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    if _wants_json(request):
        return JSONResponse({"error": message}, status, headers)
    title = TITLES.get(status) or HTTPStatus(status).phrase
    answer = page(request, "error.html", status, title=title, message=message, typed=typed or [])
    answer.headers.update(headers or {})
    return answer


def _wants_json(request: Request) -> bool:
    return request.url.path.startswith("/api") or request.headers.get("accept", "") == "application/json"


def _return_to(request: Request) -> str:
    """Where to go after signing in: this page, or the one whose form was sent."""
    if request.method == "GET":
        return local(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
    before = request.headers.get("referer", "")
    own = str(request.base_url).rstrip("/")
    return local(before.removeprefix(own)) if before.startswith(own + "/") else "/"


def _typed(request: Request) -> list[tuple[str, str]]:
    """The words a person typed into the form that was refused, so that they can be copied."""
    form = getattr(request.state, "form", FormData())
    words = ("comment", "body", "title")
    return [(name, value) for name, value in form.multi_items() if name in words and isinstance(value, str) and value]
