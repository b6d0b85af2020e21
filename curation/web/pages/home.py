"""The front page: what is here, how fresh it is, and where to begin."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from curation.services import catalogue, collect
from curation.web.access import Database, Visitor
from curation.web.render import environment, page

router = APIRouter()
# Rows of each list on the front page: a screenful.
SHOWN = 6


@router.get("/")
def home(request: Request, db: Database, account: Visitor) -> HTMLResponse:
    """Search, collections, the best rated, the newest, and the sources."""
    return page(
        request,
        "home.html",
        overview=catalogue.overview(db),
        collections=collect.collections(db)[:SHOWN],
        best=catalogue.best_rated(db, limit=SHOWN),
        newest=catalogue.newly_added(db, limit=SHOWN),
    )


@router.get("/opensearch.xml")
def open_search(request: Request) -> Response:
    """Lets a browser search here from its own address bar."""
    settings = request.app.state.settings
    template = environment().get_template("opensearch.xml")
    body = template.render(site_title=settings.site_title, base_url=settings.base_url.rstrip("/"))
    return Response(body, media_type="application/opensearchdescription+xml")
