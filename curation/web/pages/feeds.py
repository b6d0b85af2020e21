"""Atom feeds of what is new: everywhere, in a collection, under a subject."""

from collections.abc import Sequence
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from curation.services import catalogue, collect, concepts
from curation.web.access import Database
from curation.web.render import environment, moved, path

router = APIRouter()
# Entries of a feed; readers fetch often and remember what they saw.
ENTRIES = 30


@router.get("/feed.atom")
def newest(request: Request, db: Database) -> Response:
    """Everything newly added."""
    return feed(request, "Newly added", "/", catalogue.newly_added(db, limit=ENTRIES))


@router.get("/collections/{slug}/feed.atom")
def collection(request: Request, slug: str, db: Database) -> Response:
    """A collection's items."""
    found = collect.collection(db, slug)
    cards = [card for card, _ in found.items][:ENTRIES]
    return feed(request, found.card.title, f"/collections/{path(slug)}", cards)


@router.get("/tags/{slug}/feed.atom")
def tag(request: Request, slug: str, db: Database) -> Response:
    """What carries a subject."""
    found = concepts.concept(db, slug)
    if found.slug != slug:
        return moved(f"/tags/{path(found.slug)}/feed.atom")
    _, cards = catalogue.with_concept(db, found.uri, 1, ENTRIES)
    return feed(request, found.label, f"/tags/{path(slug)}", cards)


def feed(request: Request, title: str, about: str, cards: Sequence[catalogue.ResourceCard]) -> Response:
    """An Atom feed of these resources, about a page."""
    settings = request.app.state.settings
    entries = [(card, _moment(card.published)) for card in cards]
    template = environment().get_template("feed.xml")
    body = template.render(
        site_title=settings.site_title,
        base_url=settings.base_url.rstrip("/"),
        title=title,
        about=about,
        own=request.url.path,
        entries=entries,
        updated=max((moment for _, moment in entries), default=_moment(None)),
    )
    return Response(body, media_type="application/atom+xml")


def _moment(published: str | None) -> str:
    """A date as Atom wants it (RFC 3339); where it is unknown, the beginning of time rather than a wrong day."""
    try:
        read = datetime.fromisoformat(published or "")
    except ValueError:
        read = datetime.fromtimestamp(0, UTC)
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).isoformat()
