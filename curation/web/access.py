"""Who asks and through what: the session, the database, the index, the visitor, and the token every form carries."""

import hmac
import secrets
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from curation.database import AccountRow, reading
from curation.database.session import open_session
from curation.errors import NotAllowed
from curation.services.accounts import identities, may
from search_config.index import SearchIndex

# Methods that change nothing: after these the indexer has nothing new to look for.
READING = {"GET", "HEAD", "OPTIONS"}
# Bytes of a form's token; 16 random bytes can't be guessed (OWASP asks for 128 bits).
TOKEN_BYTES = 16


class SignInNeeded(NotAllowed):
    """Nobody is signed in, and this page is for people who are."""


class FormExpired(NotAllowed):
    """The form carries no token of this session: it is too old, or another site sent it."""


def database(request: Request) -> Iterator[Session]:
    """A session for one request: committed when the page succeeded and before it is sent, else rolled back."""
    reads = request.method in READING
    # A page that only reads never waits for the pipeline that writes.
    with open_session(request.app.state.settings.record_url, reads_only=reads) as db:
        # Nobody's until it is known whose: a view that does not ask who visits shows what everyone may see.
        reading.speak_for(db)
        yield db
        db.commit()
    if not reads:
        request.app.state.indexer.wake()


# "function": the commit comes before the answer is sent, so that a redirect already sees what was saved.
Database = Annotated[Session, Depends(database, scope="function")]


def search_index(request: Request) -> SearchIndex:
    """The index, opened once an app.

    Raises:
        SearchError: it can't be opened now; the next request tries again.
    """
    index: SearchIndex = request.app.state.index()
    return index


Index = Annotated[SearchIndex, Depends(search_index)]


def stamp(account: AccountRow) -> str:
    """What a session remembers of the password: a new password ends every older session."""
    return sha256(account.password_hash.encode()).hexdigest()[:16]


def remember(request: Request, account: AccountRow) -> None:
    """Sign this visitor in, in a session made afresh so that one planted before is worth nothing."""
    request.session.clear()
    request.session.update(account=account.id, stamp=stamp(account))


def visitor(request: Request, db: Database) -> AccountRow | None:
    """Who is signed in, None for nobody; a disabled account or an older password is nobody."""
    account = db.get(AccountRow, request.session.get("account", 0))
    good = account is not None and account.disabled_at is None
    if account is None or not good or not hmac.compare_digest(stamp(account), str(request.session.get("stamp"))):
        account = None
    reading.speak_for(db, identities(account))
    request.state.account = account
    return account


Visitor = Annotated[AccountRow | None, Depends(visitor)]


def require(role: str) -> Callable[[AccountRow | None], AccountRow]:
    """A dependency that gives the visitor's account, where it has this role.

    Raises (when asked):
        SignInNeeded: nobody is signed in.
        NotAllowed: somebody is, with a lesser role.
    """

    def checked(account: Visitor) -> AccountRow:
        if account is None:
            raise SignInNeeded("Please sign in first.")
        if not may(account, role):
            raise NotAllowed(f"This needs the role {role}; yours is {account.role}. Ask an admin of this library.")
        return account

    return checked


Learner = Annotated[AccountRow, Depends(require("learner"))]
Curator = Annotated[AccountRow, Depends(require("curator"))]
Ops = Annotated[AccountRow, Depends(require("ops"))]


def csrf_token(request: Request) -> str:
    """The token of this session, made when a form first needs one."""
    if "csrf" not in request.session:
        request.session["csrf"] = secrets.token_urlsafe(TOKEN_BYTES)
    return str(request.session["csrf"])


async def csrf_checked(request: Request) -> None:
    """Refuse a change that does not carry this session's token (form field csrf_token, or header X-CSRF-Token).

    Raises:
        FormExpired: no token, or another one.
    """
    held = str(request.session.get("csrf", ""))
    # Kept for the page that says the form was refused: what was typed is shown there again.
    request.state.form = await request.form()
    given = request.headers.get("x-csrf-token") or request.state.form.get("csrf_token")
    if not held or not isinstance(given, str) or not hmac.compare_digest(held.encode(), given.encode()):
        raise FormExpired("This form is too old, or it came from another site. Nothing was saved.")
