"""The API's search, suggestions while typing, how the library stands, and who calls."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from curation.errors import CurationError
from curation.services import catalogue, indexing, review
from curation.services import search as service
from curation.web import access
from curation.web.api import models, standing
from curation.web.api.callers import Caller, Database
from curation.web.api.models import Word
from curation.web.api.problems import Sentences, refusals
from search_config.errors import SearchError
from search_config.index import IndexStatus, Order

router = APIRouter(route_class=Sentences, tags=["finding"])
# Results that can be reached by paging; Elasticsearch serves no more (index.max_result_window).
DEEPEST = 10_000
# Values of one facet that can be chosen together.
MOST_VALUES = 50
Values = Annotated[list[Word], Query(max_length=MOST_VALUES)]


@router.get("/search", responses=refusals(401, 503), operation_id="search")
def search(
    db: Database,
    index: access.Index,
    account: Caller,
    q: Annotated[Word, Query(description="As a person types it; empty finds everything.")] = "",
    tag: Annotated[Values, Query(description="URIs of concepts; narrower ones count too.")] = [],  # noqa: B006
    source: Values = [],  # noqa: B006
    author: Values = [],  # noqa: B006
    year: Annotated[list[Annotated[int, Query(ge=0, le=9999)]], Query(max_length=MOST_VALUES)] = [],  # noqa: B006
    language: Annotated[Values, Query(description="ISO 639-1.")] = [],  # noqa: B006
    kind: Values = [],  # noqa: B006
    order: Order = "relevance",
    page: Annotated[int, Query(ge=1, le=DEEPEST)] = 1,
    page_size: Annotated[int, Query(ge=1, le=100)] = 10,
    log: Annotated[bool, Query(description="Count it as a person's search in the search log.")] = False,
) -> models.Found:
    """Find resources: any of a facet's values, all of the facets; a page past the last is empty."""
    if page * page_size > DEEPEST:
        raise CurationError(f"Only the first {DEEPEST:,} results can be reached. Narrow the search by a facet.")
    years = [str(value) for value in year]
    filters = {"tag": tag, "source": source, "author": author, "year": years, "language": language, "kind": kind}
    found = service.find(db, index, q, filters, order, page, page_size, account=account, log=log)
    return models.Found.model_validate(found)


@router.get("/suggest", responses=refusals(401, 429, 503), operation_id="suggest")
def suggest(
    db: Database,
    index: access.Index,
    account: Caller,
    prefix: Annotated[Word, Query(description="What was typed so far; from two letters on.")],
    limit: Annotated[int, Query(ge=1, le=20)] = 8,
) -> models.Suggestions:
    """Titles and concept labels that continue what was typed."""
    return models.Suggestions(suggestions=service.suggest(db, index, prefix, limit))


@router.get("/status", responses=refusals(401, 429), operation_id="status")
def status(request: Request, db: Database, account: Caller) -> standing.Status:
    """The library in numbers, and how its index is."""
    held = catalogue.overview(db)
    try:
        index = access.search_index(request).status()
    except SearchError as error:
        index = IndexStatus("unknown", "", 0, str(error))
    return standing.Status(
        resources=held.resources,
        sources=[standing.SourceCount.model_validate(line) for line in held.per_source],
        concepts=held.concepts,
        collections=held.collections,
        people=held.people,
        freshest=held.freshest,
        suggestions_waiting=review.waiting(db),
        changes_waiting=indexing.waiting(db),
        index=standing.Index.model_validate(index),
    )


@router.get("/me", responses=refusals(401, 429), operation_id="me")
def me(request: Request, account: Caller) -> standing.Me:
    """Who calls, and the token that a change by cookie needs."""
    return standing.Me(
        signed_in=account is not None,
        name=account.name if account else None,
        display_name=account.display_name if account else None,
        role=account.role if account else None,
        csrf_token=access.csrf_token(request),
    )
