"""The vocabulary: the tree of subjects, and each one with what it means and what carries it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from curation.services import catalogue, changes, concepts, following, keeping_words, vocabulary
from curation.services.accounts import may
from curation.web.access import Database, Visitor
from curation.web.render import moved, page, path

router = APIRouter(prefix="/tags")
PAGE_SIZE = 20
# A page number past this can't be meant; it also keeps the offset a size every database takes.
LAST_PAGE = 10_000


@router.get("")
def every_tag(request: Request, db: Database, account: Visitor) -> HTMLResponse:
    """All subjects as a tree with counts."""
    return page(request, "tags.html", concepts=concepts.all_concepts(db))


@router.get("/{slug}")
def one_tag(
    request: Request,
    slug: str,
    db: Database,
    account: Visitor,
    number: Annotated[int, Query(alias="page", ge=1, le=LAST_PAGE)] = 1,
) -> Response:
    """A subject: definition, synonyms, neighbours, and the resources under it and its narrower ones.

    One that was merged or replaced leads to what stands for it today.
    """
    concept = concepts.concept(db, slug)
    if concept.slug != slug:
        return moved(f"/tags/{path(concept.slug)}" + (f"?{request.url.query}" if request.url.query else ""))
    total, cards = catalogue.with_concept(db, concept.uri, number, PAGE_SIZE)
    last = -(-total // PAGE_SIZE)
    kept: dict[str, Any] = {"labels": (), "people_only": False, "history": (), "names": (), "main": ""}
    kept["follows"] = account is not None and concept.uri in {ref.uri for ref in following.followed(db, account)}
    said = vocabulary.load(db).concepts.get(concept.uri)
    if said is not None and may(account, "curator"):
        changed = changes.history(db, concept.uri)
        names, main = concepts.names(db), keeping_words.shown_in(said)
        kept.update(labels=list(said.labels()), people_only=said.people_only, history=changed, names=names, main=main)
    return page(request, "tag.html", concept=concept, total=total, cards=cards, number=number, last=last, **kept)
