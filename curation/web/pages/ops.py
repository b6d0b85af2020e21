"""How everything stands: sources, runs and the index, for the people who keep it going."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from curation.errors import CurationError
from curation.services import held, runs
from curation.services.standing import SHOWN, standing
from curation.web.access import Database, Ops, search_index
from curation.web.forms import Checked, Typed, row_number
from curation.web.render import count, go, page
from search_config.errors import SearchError
from search_config.index import IndexStatus

router = APIRouter(prefix="/ops")
# States in which a source needs somebody.
NEEDY = ("failed", "held", "late")
# Addresses shown to somebody who is about to withdraw them; the guard rarely holds back more (judgement).
HELD_SHOWN = 1000


@router.get("")
def status(request: Request, db: Database, account: Ops) -> HTMLResponse:
    """Sources with freshness and failures, what waits for somebody, what runs now, and what the index has not seen."""
    rows = standing(db)
    return page(
        request,
        "ops.html",
        state=runs.status(db),
        rows=rows,
        needy=[row for row in rows if row.state in NEEDY or row.thin],
        shown=SHOWN,
        held_shown=HELD_SHOWN,
        index=_index_status(request),
    )


@router.post("/withdraw", dependencies=[Checked])
def withdraw(request: Request, db: Database, account: Ops, source: Typed = "", run: Typed = "") -> Response:
    """Withdraw what the guard held back of a source: exactly what the page showed, or nothing."""
    try:
        if f"source {source}" in runs.status(db, limit=1).running:
            raise held.NotHeld(f"{source} is being read. Nothing was withdrawn; look again when it is done.")
        gone = held.confirm(db, source, account.name, row_number(run) or 0)
        said = f"{count(len(gone), 'page')} of {source} withdrawn. They come back if the source shows them again."
    except CurationError as error:
        said = str(error)
    return go(request, "/ops", said)


def _index_status(request: Request) -> IndexStatus:
    """The index's own word, also when it can't even be opened."""
    try:
        return search_index(request).status()
    except SearchError as error:
        return IndexStatus(engine="unknown", name="", documents=0, problem=str(error))
