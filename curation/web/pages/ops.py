"""How everything stands: sources, runs and the index, for the people who keep it going."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from curation.services import runs
from curation.services.standing import SHOWN, standing
from curation.web.access import Database, Ops, search_index
from curation.web.render import page
from search_config.errors import SearchError
from search_config.index import IndexStatus

router = APIRouter(prefix="/ops")
# States in which a source needs somebody.
NEEDY = ("failed", "held", "late")


@router.get("")
def status(request: Request, db: Database, account: Ops) -> HTMLResponse:
    """Sources with freshness and failures, what waits for somebody, what runs now, and what the index has not seen."""
    rows = standing(db)
    return page(
        request,
        "ops.html",
        state=runs.status(db),
        rows=rows,
        needy=[row for row in rows if row.state in NEEDY],
        shown=SHOWN,
        index=_index_status(request),
    )


def _index_status(request: Request) -> IndexStatus:
    """The index's own word, also when it can't even be opened."""
    try:
        return search_index(request).status()
    except SearchError as error:
        return IndexStatus(engine="unknown", name="", documents=0, problem=str(error))
