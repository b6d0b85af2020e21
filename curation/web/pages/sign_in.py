"""Signing in and out, with a brake on guessing."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from curation.services import accounts
from curation.web.access import Database, Visitor, remember
from curation.web.forms import Checked, Typed
from curation.web.render import go, local, page

router = APIRouter()
# Characters of a password that are looked at: argon2 would hash a megabyte as patiently as a word.
MOST_PASSWORD = 1_000


@router.get("/sign-in")
def form(request: Request, account: Visitor, next: str = "/") -> Response:
    """The form; who is signed in already goes on."""
    if account is not None:
        return go(request, local(next))
    return _form(request, "", "", next)


@router.post("/sign-in", dependencies=[Checked])
def sign_in(
    request: Request, db: Database, name: Typed = "", password: Typed = "", next: Annotated[str, Form()] = "/"
) -> Response:
    """Start a session, or say what was wrong without saying which half of it."""
    throttle, address = request.app.state.throttle, request.client.host if request.client else ""
    wait = throttle.wait(name, address)
    if wait:
        answer = _form(request, name, f"Too many tries. Wait {wait} seconds, then try again.", next, 429)
        answer.headers["Retry-After"] = str(wait)
        return answer
    account = accounts.authenticate(db, name.strip(), password) if len(password) <= MOST_PASSWORD else None
    if account is None:
        throttle.failed(name, address)
        return _form(request, name, "That name and password do not belong together.", next, 400)
    remember(request, account)
    return go(request, local(next), f"Welcome, {account.display_name or account.name}.")


@router.post("/sign-out", dependencies=[Checked])
def sign_out(request: Request) -> Response:
    """End the session."""
    request.session.clear()
    return go(request, "/", "You are signed out.")


def _form(request: Request, name: str, problem: str, next: str, status: int = 200) -> HTMLResponse:
    return page(request, "sign_in.html", status, name=name, problem=problem, next=local(next), needed=False)
