"""What a person follows: the subjects, what was filed under them of late, and the same as a feed of their own."""

import hmac
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from curation.database import AccountRow, reading
from curation.errors import NotFound
from curation.services import following
from curation.services.accounts import identities
from curation.web.access import Database, Learner, stamp
from curation.web.forms import Checked, Typed, row_number
from curation.web.pages.feeds import ENTRIES, feed
from curation.web.render import go, page, path

router = APIRouter()


def _key(request: Request, account: AccountRow) -> str:
    """What makes a feed's address one person's, because feed readers do not sign in; a new password changes it."""
    said = f"feed {account.id} {stamp(account)}".encode()
    return f"{account.id}-{hmac.new(request.app.state.secret.encode(), said, sha256).hexdigest()[:32]}"


def _holder(request: Request, db: Database, key: str = "") -> AccountRow:
    """Whose feed an address is for.

    Raises:
        NotFound: nobody's, or no longer anybody's.
    """
    account = db.get(AccountRow, row_number(key.partition("-")[0]) or 0)
    if account is None or account.disabled_at or not hmac.compare_digest(_key(request, account).encode(), key.encode()):
        raise NotFound("This feed's address is no longer good. The page of what you follow shows the new one.")
    reading.speak_for(db, identities(account))
    return account


@router.get("/following")
def what_i_follow(request: Request, db: Database, account: Learner) -> HTMLResponse:
    """The list, with what is new."""
    return page(
        request,
        "following.html",
        followed=following.followed(db, account),
        fresh=following.fresh(db, account, ENTRIES),
        key=_key(request, account),
    )


@router.get("/following/feed.atom")
def my_feed(request: Request, db: Database, account: Annotated[AccountRow, Depends(_holder)]) -> Response:
    """What is new under it, for a feed reader."""
    return feed(request, "What you follow", "/following", following.fresh(db, account, ENTRIES))


@router.post("/tags/{slug}/follow", dependencies=[Checked])
def follow(
    request: Request, slug: str, db: Database, account: Learner, on: Typed = "yes", back: Typed = ""
) -> Response:
    """Follow a subject, or no longer."""
    if on == "yes":
        following.follow(db, account, slug)
    else:
        following.unfollow(db, account, slug)
    told = (
        "You follow it now: what is filed under it shows under your name." if on == "yes" else "You follow it no more."
    )
    return go(request, "/following" if back else f"/tags/{path(slug)}", told)
