"""The curator's queue: one card a suggestion, decided by a button or a key, with or without JavaScript."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from sqlalchemy.orm import Session

from curation.errors import CurationError
from curation.services import catalogue, concepts, review
from curation.web.access import Curator, Database
from curation.web.forms import Checked, Typed, row_number
from curation.web.render import go, page

router = APIRouter(prefix="/review")
# Cards on a page: some screens, so that the next is there before it is asked for.
SHOWN = 10
# Skipped cards remembered a session; they live in its cookie, which holds 4 kB.
SKIPPED = 12
# How a suggestion was found, in words a curator would use.
METHODS = {
    "label": "Its name stands in the text",
    "altLabel": "Another name for it stands in the text",
    "hiddenLabel": "A spelling of its name stands in the text",
    "words": "The words of its name stand in the text, though not together",
    "source-tag": "Its own wiki or blog filed it under this",
    "similar": "Pieces that read alike carry it",
    "learned": "Learned from earlier decisions",
    "split": "It carries a subject that was split into this and others",
}


class Narrowed:
    """Which part of the queue a curator works through, from the address or the form."""

    def __init__(self, given: Any) -> None:
        self.concept, self.source = str(given.get("concept_filter", "")), str(given.get("source", ""))
        self.least = min(row_number(str(given.get("least", ""))) or 0, 100)

    @property
    def address(self) -> str:
        """The queue, narrowed the same way."""
        chosen = {"concept_filter": self.concept, "source": self.source, "least": self.least}
        pairs = urlencode({name: value for name, value in chosen.items() if value})
        return f"/review?{pairs}" if pairs else "/review"


@router.get("")
def queue(request: Request, db: Database, account: Curator) -> HTMLResponse:
    """The cards, surest first; `part` asks for the cards alone (for the script that adds them)."""
    narrowed = Narrowed(request.query_params)
    known = {ref.slug: ref for ref in concepts.all_concepts(db)}
    wanted = known.get(narrowed.concept)
    skip = [(pair[0], pair[1]) for pair in request.session.get("skipped", [])]
    cards = review.queue(db, SHOWN, wanted.uri if wanted else None, narrowed.source or None, narrowed.least / 100, skip)
    return page(
        request,
        "review_cards.html" if request.query_params.get("part") else "review.html",
        cards=cards,
        waiting=review.waiting(db),
        decided=request.session.get("decided", 0),
        skipped=len(skip),
        narrowed=narrowed,
        concepts=list(known.values()),
        sources=catalogue.overview(db).per_source,
        methods=METHODS,
    )


@router.post("", dependencies=[Checked])
async def decide(request: Request, db: Database, account: Curator) -> Response:
    """Accept, reject or skip one suggestion."""
    form = await request.form()
    resource_id, concept, verdict = (str(form.get(name, "")) for name in ("resource_id", "concept", "verdict"))
    if verdict == "skip":
        request.session["skipped"] = [*request.session.get("skipped", []), [resource_id, concept]][-SKIPPED:]
        return _answer(request, db, Narrowed(form), "Skipped for now.")
    if verdict not in {"accept", "reject"}:
        raise CurationError("Choose accept, reject or skip.")
    row = review.decide(db, account, resource_id, concept, verdict)
    request.session["decided"] = request.session.get("decided", 0) + 1
    said = "Accepted: search will show it in a moment." if verdict == "accept" else "Rejected: it will not come back."
    return _answer(request, db, Narrowed(form), said, row.id)


@router.post("/undo", dependencies=[Checked])
def undo(request: Request, db: Database, account: Curator, decision_id: Typed = "") -> Response:
    """Take back a decision: the one named, else one's own latest."""
    row = review.undo(db, account, row_number(decision_id))
    if row is not None:
        request.session["decided"] = max(0, request.session.get("decided", 0) - 1)
    return _answer(request, db, Narrowed(request.query_params), "Undone." if row else "There is nothing to undo.")


@router.post("/unskip", dependencies=[Checked])
def unskip(request: Request, account: Curator) -> Response:
    """Bring the skipped cards back."""
    request.session.pop("skipped", None)
    return go(request, "/review")


def _answer(request: Request, db: Session, narrowed: Narrowed, said: str, decision: int | None = None) -> Response:
    """What became of it: back to the queue, or a few facts for the script that asked."""
    if request.headers.get("accept") != "application/json":
        return go(request, narrowed.address, said)
    decided = request.session.get("decided", 0)
    return JSONResponse({"said": said, "decision": decision, "waiting": review.waiting(db), "decided": decided})
