"""The API's resources: one with everything around it, how it is rated, what is said about it; and the collections."""

from typing import Annotated

from fastapi import APIRouter, Path
from sqlalchemy.orm import Session

from curation.database import AccountRow
from curation.services import catalogue, collect, discuss, matching, rate
from curation.web.api import models
from curation.web.api.callers import Caller, Database, Learner
from curation.web.api.models import Word
from curation.web.api.problems import Sentences, refusals

router = APIRouter(route_class=Sentences, tags=["library"])
Id = Annotated[Word, Path(description="The resource's id; the id of a copy is understood too.")]


@router.get("/resources/{id}", responses=refusals(401, 404, 429), operation_id="resource")
def resource(db: Database, account: Caller, id: Id) -> models.Resource:
    """A resource with its text, tags, copies, siblings and provenance; `moved_to` leads on from a copy."""
    return models.Resource.model_validate(catalogue.full(db, id))


@router.get("/resources/{id}/rating", responses=refusals(401, 404), operation_id="rating")
def rating(db: Database, account: Caller, id: Id) -> models.Rating:
    """How a resource is rated, and what the caller gave it."""
    return _rating(db, account, id)


@router.put("/resources/{id}/rating", responses=refusals(401, 403, 404, 409), operation_id="give_rating")
def give_rating(db: Database, account: Learner, id: Id, given: models.NewRating) -> models.Rating:
    """Rate a resource; the latest rating of a person counts, and one's own work can't be rated."""
    rate.rate(db, account, id, given.stars, given.comment)
    return _rating(db, account, id)


def _rating(db: Session, account: AccountRow | None, resource_id: str) -> models.Rating:
    """The state of a resource's rating, read once for both operations."""
    target = matching.canonical(db, resource_id).id
    card = catalogue.cards(db, [target])[0]
    own = rate.own_rating(db, account, target)
    return models.Rating(
        resource_id=target,
        score=card.score,
        rating_count=card.rating_count,
        stars_mean=card.stars_mean,
        own=models.OwnRating.model_validate(own) if own else None,
    )


@router.get("/resources/{id}/comments", responses=refusals(401, 404, 429), operation_id="comments")
def comments(db: Database, account: Caller, id: Id) -> list[models.Post]:
    """What was said about a resource and its copies: comments and questions, oldest first, replies below."""
    return [models.Post.model_validate(post) for post in discuss.thread(db, id)]


@router.post("/resources/{id}/comments", status_code=201, responses=refusals(401, 403, 404), operation_id="comment")
def comment(db: Database, account: Learner, id: Id, written: models.NewComment) -> models.WrittenPost:
    """Say something about a resource, or reply to a post below it."""
    return models.WrittenPost.model_validate(discuss.comment(db, account, id, written.body, written.parent_id))


@router.get("/collections", responses=refusals(401, 429), operation_id="collections")
def collections(db: Database, account: Caller) -> list[models.CollectionCard]:
    """Every curated collection, by title."""
    return [models.CollectionCard.model_validate(card) for card in collect.collections(db)]


@router.get("/collections/{slug}", responses=refusals(401, 404, 429), operation_id="collection")
def collection(db: Database, account: Caller, slug: Word) -> models.Collection:
    """A curated collection with its resources in order."""
    found = collect.collection(db, slug)
    return models.Collection(
        collection=models.CollectionCard.model_validate(found.card),
        items=[models.CollectionItem(resource=models.Card.model_validate(c), note=note) for c, note in found.items],
        waiting=found.waiting,
    )
