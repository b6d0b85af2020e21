"""Who calls the API: the session of the pages, or HTTP Basic for scripts; a change needs proof that it was meant."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import APIKeyHeader, HTTPBasic, HTTPBasicCredentials
from sqlalchemy.orm import Session

from curation.database import AccountRow, reading
from curation.errors import NotAllowed
from curation.services import accounts
from curation.web import access

_basic = HTTPBasic(auto_error=False, description="An account's name and password, for scripts.")
_token = APIKeyHeader(
    name="X-CSRF-Token",
    auto_error=False,
    description="For a change by cookie: the csrf_token that GET /api/v1/me gives.",
)
Basic = Annotated[HTTPBasicCredentials | None, Depends(_basic)]


def record(request: Request, db: access.Database) -> Session:
    """The session of this request, kept where a refusal finds it."""
    request.state.record = db
    return db


Database = Annotated[Session, Depends(record, scope="function")]


def caller(request: Request, db: Database, basic: Basic, visitor: access.Visitor) -> AccountRow | None:
    """Who calls; None for nobody.

    Raises:
        HTTPException: a wrong name or password (401), or too many of them (429).
    """
    if basic is None:
        return visitor
    throttle = request.app.state.throttle
    address = request.client.host if request.client else ""
    if seconds := throttle.wait(basic.username, address):
        raise HTTPException(429, "Too many wrong passwords. Wait before the next try.", {"Retry-After": str(seconds)})
    account = accounts.authenticate(db, basic.username, basic.password)
    if account is None:
        throttle.failed(basic.username, address)
        raise HTTPException(401, "The name or the password is wrong.")
    reading.speak_for(db, accounts.identities(account))
    return account


Caller = Annotated[AccountRow | None, Depends(caller, scope="function")]


def reader(role: str) -> Callable[[AccountRow | None], AccountRow]:
    """A dependency that gives the caller's account, where it has this role."""

    def checked(account: Caller) -> AccountRow:
        if account is None:
            raise access.SignInNeeded("This needs an account: sign in on the site, or send HTTP Basic credentials.")
        if not accounts.may(account, role):
            raise NotAllowed(f"This needs the role {role}; yours is {account.role}. Ask an admin of this library.")
        return account

    return checked


def writer(role: str) -> Callable[..., Awaitable[AccountRow]]:
    """A dependency as `reader`, for requests that change something.

    With a cookie the header X-CSRF-Token has to carry the session's token. With Basic the browser's own headers must
    not say that another site sent it.
    """

    async def checked(
        request: Request,
        account: Annotated[AccountRow, Depends(reader(role), scope="function")],
        basic: Basic,
        _sent: Annotated[str | None, Depends(_token)],
    ) -> AccountRow:
        if basic is None:
            await access.csrf_checked(request)
        elif request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
            raise NotAllowed("Another site sent this request. Nothing was saved.")
        return account

    return checked


Learner = Annotated[AccountRow, Depends(writer("learner"), scope="function")]
Curator = Annotated[AccountRow, Depends(writer("curator"), scope="function")]
ReadingCurator = Annotated[AccountRow, Depends(reader("curator"), scope="function")]
