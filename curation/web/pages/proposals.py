"""The curators' inbox: what people write about that the vocabulary lacks, to take in or to dismiss."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from curation.errors import CurationError
from curation.services import concepts, proposals
from curation.tagging.proposals import LEAST
from curation.web.access import Curator, Database
from curation.web.forms import LARGEST, Checked, Typed
from curation.web.render import go, page

router = APIRouter(prefix="/tags/proposals")


@router.get("")
def inbox(
    request: Request, db: Database, account: Curator, least: Annotated[int, Query(ge=1, le=LARGEST)] = LEAST
) -> HTMLResponse:
    """What waits, the most frequent first."""
    found = proposals.inbox(db, least)
    dismissed = request.session.get("dismissed", "")
    return page(request, "proposals.html", found=found, least=least, dismissed=dismissed, names=concepts.names(db))


@router.post("", dependencies=[Checked])
def decide(
    request: Request,
    db: Database,
    account: Curator,
    key: Typed = "",
    verdict: Typed = "",
    label: Typed = "",
    broader: Typed = "",
    concept: Typed = "",
) -> Response:
    """Take a proposal in as a concept or a label, dismiss it, or bring a dismissed one back."""
    above = [line.strip() for line in broader.splitlines() if line.strip()]
    try:
        if verdict == "new":
            said = proposals.accept_new(db, account, key, label, above).said
        elif verdict == "label":
            said = proposals.accept_label(db, account, key, label, concept).said
        elif verdict == "dismiss":
            said = f"“{proposals.dismiss(db, account, key)}” will not be proposed again."
            request.session["dismissed"] = key[:500]
        elif verdict == "undo":
            proposals.bring_back(db, account, key)
            request.session.pop("dismissed", None)
            said = "It is proposed again."
        else:
            said = "Choose what to do with the proposal."
    except CurationError as error:
        said = str(error)
    return go(request, "/tags/proposals", said)
