"""The API for curators: the queue of suggestions, decisions, and taking them back."""

from typing import Annotated

from fastapi import APIRouter, Query

from curation.errors import Conflict
from curation.services import concepts, review
from curation.web.api import models
from curation.web.api.callers import Curator, Database, ReadingCurator
from curation.web.api.models import Word
from curation.web.api.problems import Sentences, refusals

router = APIRouter(route_class=Sentences, tags=["deciding"])


@router.get("/suggestions", responses=refusals(401, 403, 404), operation_id="suggestions")
def suggestions(
    db: Database,
    account: ReadingCurator,
    concept: Annotated[Word | None, Query(description="Only this concept, by URI or slug.")] = None,
    source: Annotated[Word | None, Query(description="Only resources of this source.")] = None,
    least: Annotated[float, Query(ge=0, le=1, description="Only suggestions at least as sure as this.")] = 0.0,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> models.Queue:
    """The next suggestions to decide about, the surest first; what is decided does not come again."""
    uri = concepts.find(db, concept).uri if concept else None
    cards = review.queue(db, limit, uri, source or None, least)
    return models.Queue(waiting=review.waiting(db), items=[models.Suggestion.model_validate(card) for card in cards])


@router.post("/decisions", status_code=201, responses=refusals(401, 403, 404, 409), operation_id="decide")
def decide(db: Database, account: Curator, said: models.NewDecision) -> models.Decision:
    """Accept or reject a concept on a resource, suggested or not; to say again what stands adds nothing."""
    made = review.decide(db, account, said.resource_id, said.concept, said.verdict)
    return models.Decision.model_validate(made)


@router.post("/decisions/undo", status_code=201, responses=refusals(401, 403, 404, 409), operation_id="undo")
def undo(db: Database, account: Curator, which: models.Undo) -> models.Decision:
    """Take back one's own decision; the decision stays in the record, and so does the undo."""
    made = review.undo(db, account, which.decision_id)
    if made is None:
        raise Conflict("There is no decision of yours to take back.")
    return models.Decision.model_validate(made)
