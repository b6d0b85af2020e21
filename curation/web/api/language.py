"""The API's view of the common language: all concepts, and one with what carries it."""

from typing import Annotated

from fastapi import APIRouter, Query

from curation.services import catalogue
from curation.services import concepts as service
from curation.web.api import models
from curation.web.api.callers import Caller, Database
from curation.web.api.models import Word
from curation.web.api.problems import Sentences, refusals

router = APIRouter(route_class=Sentences, tags=["language"])


@router.get("/concepts", responses=refusals(401, 429), operation_id="concepts")
def concepts(db: Database, account: Caller) -> list[models.ConceptInTree]:
    """The whole vocabulary as a tree, top to bottom."""
    return [models.ConceptInTree.model_validate(line) for line in service.all_concepts(db)]


@router.get("/concepts/{slug}", responses=refusals(401, 404, 429), operation_id="concept")
def concept(
    db: Database,
    account: Caller,
    slug: Word,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    page_size: Annotated[int, Query(ge=1, le=100)] = 20,
) -> models.ConceptWithResources:
    """A concept with its definition and neighbours, and one page of the resources that carry it or a narrower one."""
    found = service.concept(db, slug)
    total, cards = catalogue.with_concept(db, found.uri, page, page_size)
    return models.ConceptWithResources(
        concept=models.ConceptPage.model_validate(found),
        total=total,
        resources=[models.Card.model_validate(card) for card in cards],
    )
