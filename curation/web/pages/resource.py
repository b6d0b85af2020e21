"""One resource: what it says, where it came from, what people think of it, and the forms to say so."""

import re
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from curation.database import AccountRow, ResourceRow
from curation.errors import CurationError, NotAllowed, NotFound
from curation.services import catalogue, concepts, deduplicate, discuss, matching, rate, review, search
from curation.services.accounts import may
from curation.web.access import Curator, Database, Learner, Visitor
from curation.web.forms import Checked, Typed, row_number
from curation.web.render import go, page, path
from curation.web.sanitise import article

router = APIRouter(prefix="/resources/{resource_id}")
lookup = APIRouter()
# The address of a resource's page, with or without the site before it and the part of the page behind it.
_ADDRESS_HERE = re.compile(r"(?:https?://[^/]+)?/resources/([^/?#]+)/?(?:[?#].*)?")
COPY_SAID = {
    "join": "They are one now. You can take that back below.",
    "split": "They stand apart now. You can take that back below.",
    "undo": "Your word is taken back: they are compared as any others.",
}


@router.get("")
def resource(request: Request, resource_id: str, db: Database, account: Visitor) -> Response:
    """The resource's page; a copy says where it was folded, a withdrawn one that its page is gone."""
    _note_opened(request, resource_id)
    row = db.get(ResourceRow, resource_id) if "\x00" not in resource_id else None
    if row is not None and row.state == "moved":
        return RedirectResponse(f"/resources/{path(matching.canonical(db, resource_id).id)}", 308)
    return _page(request, db, resource_id, account)


@lookup.get("/r")
def by_address(url: str, db: Database, account: Visitor) -> Response:
    """On to what stands, or once stood, at this address of a source."""
    found = matching.by_url(db, [url]) if "\x00" not in url else {}
    if url not in found:
        raise NotFound("The library has nothing from this address. Search for its title.")
    here = matching.canonical(db, found[url])
    return RedirectResponse(f"/resources/{path(here.id)}", 302)


@router.post("/rate", dependencies=[Checked])
def give_rating(
    request: Request, resource_id: str, db: Database, account: Learner, stars: Typed = "", comment: Typed = ""
) -> Response:
    """Keep a rating and show the page again."""
    try:
        if stars not in {"1", "2", "3", "4", "5"}:
            raise CurationError("Choose one to five stars.")
        rate.rate(db, account, resource_id, int(stars), comment.strip())
    except CurationError as error:
        return _again(request, db, resource_id, account, error, rating_problem=str(error), stars=stars, words=comment)
    return go(request, f"/resources/{path(resource_id)}#rating", "Thank you: your rating is kept.")


@router.post("/comments", dependencies=[Checked])
def add_comment(
    request: Request, resource_id: str, db: Database, account: Learner, body: Typed = "", parent: Typed = ""
) -> Response:
    """Keep a comment, or a reply to one."""
    try:
        discuss.comment(db, account, resource_id, body.strip(), row_number(parent))
    except CurationError as error:
        return _again(request, db, resource_id, account, error, comment_problem=str(error), body=body, parent=parent)
    return go(request, f"/resources/{path(resource_id)}#comments", "Your comment is kept.")


@router.post("/tags", dependencies=[Checked])
def change_tag(
    request: Request, resource_id: str, db: Database, account: Curator, concept: Typed = "", verdict: Typed = "add"
) -> Response:
    """A curator adds a subject by its name or address, or takes one off."""
    try:
        uri = concepts.concept(db, _named(db, concept.strip())).uri
        if verdict == "remove":
            review.decide(db, account, resource_id, uri, "reject")
        else:
            review.add(db, account, resource_id, uri)
    except CurationError as error:
        return _again(request, db, resource_id, account, error, tag_problem=str(error), concept=concept)
    return go(request, f"/resources/{path(resource_id)}#subjects", "The subjects are changed.")


@router.post("/copies", dependencies=[Checked])
def decide_copy(
    request: Request, resource_id: str, db: Database, account: Curator, other: Typed = "", verdict: Typed = ""
) -> Response:
    """A curator says that two resources are one, or are not, or takes the word back."""
    try:
        deduplicate.decide(db, account, resource_id, _meant(db, other.strip()), verdict)
    except CurationError as error:
        return _again(request, db, resource_id, account, error, copy_problem=str(error), other_id=other)
    return go(request, f"/resources/{path(resource_id)}#copies", COPY_SAID[verdict])


def _meant(db: Session, text: str) -> str:
    """The id that stands for a resource: as it is, or from its address here or at its source."""
    there = matching.by_url(db, [text]).get(text) if "://" in text else None
    here = _ADDRESS_HERE.fullmatch(text)
    return there or (here[1] if here else text)


# What a relation is called on a page; the second where the other one leads.
LIKENESS = {
    "copy": ("copy", "copy"),
    "revision": ("another revision", "another revision"),
    "supersedes": ("an older version", "a newer version"),
    "contains": ("stands in this one", "contains this one"),
    "translation": ("translation", "translation"),
    "sibling": ("made from the same template", "made from the same template"),
}


def _page(
    request: Request, db: Session, resource_id: str, account: AccountRow | None, status: int = 200, **typed: Any
) -> HTMLResponse:
    found = catalogue.full(db, resource_id)
    forms = {
        "rating_problem": "", "stars": "", "words": "", "comment_problem": "", "body": "", "parent": "",
        "tag_problem": "", "concept": "", "copy_problem": "", "other_id": "",
    }  # fmt: skip
    return page(
        request,
        "resource.html",
        status,
        resource=found,
        content=article(found.html, found.text, found.card.url, found.card.title),
        own=rate.own_rating(db, account, resource_id) if account else None,
        thread=discuss.thread(db, resource_id),
        subjects=concepts.all_concepts(db) if may(account, "curator") else (),
        linked_data=_linked_data(request, found),
        LIKENESS=LIKENESS,
        **(forms | typed),
    )


def _again(
    request: Request, db: Session, resource_id: str, account: AccountRow, error: CurationError, **typed: Any
) -> HTMLResponse:
    """The page with what was typed still in its form, and the reason; nothing of the attempt is kept."""
    db.rollback()
    status = 403 if isinstance(error, NotAllowed) else 400
    return _page(request, db, resource_id, account, status, **typed)


def _note_opened(request: Request, resource_id: str) -> None:
    """Remember which result of a search was opened, where the link says so."""
    search_id, rank = map(row_number, request.query_params.get("found", "").partition(".")[::2])
    if search_id is not None and rank is not None:
        note = partial(search.opened, search_id=search_id, resource_id=resource_id, rank=rank)
        request.app.state.indexer.later(note)


def _named(db: Session, words: str) -> str:
    """The address of the concept that goes by this name, or the words themselves."""
    wanted = words.casefold()
    named = {ref.label.casefold(): ref.uri for ref in concepts.all_concepts(db)}
    if not words:
        raise NotFound("Name a subject of the vocabulary.")
    return named.get(wanted, words)


def _linked_data(request: Request, found: catalogue.ResourcePage) -> dict[str, Any]:
    """The resource as a schema.org LearningResource (https://schema.org/LearningResource)."""
    card = found.card
    base = request.app.state.settings.base_url.rstrip("/")
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": ["LearningResource", "Article"],
        "@id": f"{base}/resources/{path(card.id)}",
        "name": card.title,
        "headline": card.title,
        "description": card.summary,
        "isBasedOn": card.url,
        "author": [{"@type": "Person", "name": name} for name in card.authors],
        "datePublished": card.published,
        "inLanguage": card.language,
        "license": card.licence,
        "keywords": [tag.label for tag in card.tags],
        "about": [{"@type": "DefinedTerm", "@id": tag.uri, "name": tag.label} for tag in card.tags],
    }
    if card.stars_mean is not None:
        data["aggregateRating"] = {
            "@type": "AggregateRating", "ratingValue": round(card.stars_mean, 1), "ratingCount": card.rating_count,
            "bestRating": 5, "worstRating": 1,
        }  # fmt: skip
    return {key: value for key, value in data.items() if value}
