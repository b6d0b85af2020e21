"""The API's view of the common language: all concepts, and one with what carries it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from curation.services import catalogue
from curation.services import concepts as service
from curation.web.api import models
from curation.web.api.callers import Caller, Database
from curation.web.api.models import Word
from curation.web.api.problems import Sentences, refusals
from curation.web.render import moved

router = APIRouter(route_class=Sentences, tags=["language"])


@router.get("/concepts", responses=refusals(401, 429), operation_id="concepts")
def concepts(db: Database, account: Caller) -> list[models.ConceptInTree]:
    """The whole vocabulary as a tree, top to bottom."""
    return [models.ConceptInTree.model_validate(line) for line in service.all_concepts(db)]


MOVED: dict[int | str, dict[str, Any]] = {302: {"description": "It was merged or replaced; where it leads today."}}


@router.get(
    "/concepts/{slug}",
    responses=refusals(401, 404, 429) | MOVED,
    response_model=models.ConceptWithResources,
    operation_id="concept",
)
def concept(
    request: Request,
    db: Database,
    account: Caller,
    slug: Word,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    page_size: Annotated[int, Query(ge=1, le=100)] = 20,
) -> models.ConceptWithResources | Response:
    """A concept with its definition and neighbours, and one page of the resources that carry it or a narrower one."""
    found = service.concept(db, slug)
    if found.slug != slug:
        there = str(request.url_for("concept", slug=found.slug).path)
        return moved(there + (f"?{request.url.query}" if request.url.query else ""))
    total, cards = catalogue.with_concept(db, found.uri, page, page_size)
    return models.ConceptWithResources(
        concept=models.ConceptPage.model_validate(found),
        total=total,
        resources=[models.Card.model_validate(card) for card in cards],
    )
