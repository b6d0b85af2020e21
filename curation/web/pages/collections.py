"""Curated collections: the list and each one."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from curation.services import collect
from curation.web.access import Database, Visitor
from curation.web.render import page

router = APIRouter(prefix="/collections")


@router.get("")
def every_collection(request: Request, db: Database, account: Visitor) -> HTMLResponse:
    """All collections."""
    return page(request, "collections.html", collections=collect.collections(db))


@router.get("/{slug}")
def one_collection(request: Request, slug: str, db: Database, account: Visitor) -> HTMLResponse:
    """A collection's items in its curator's order, with the notes."""
    return page(request, "collection.html", collection=collect.collection(db, slug))
