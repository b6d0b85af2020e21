"""Search: what was found, how to narrow it, and what to do when nothing was."""

from collections.abc import Mapping
from typing import Any, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from curation.services import catalogue, vocabulary
from curation.services import search as service
from curation.web.access import Database, Visitor, search_index
from curation.web.render import moved, page
from search_config.errors import SearchError
from search_config.index import FACETS, Order

router = APIRouter()
PAGE_SIZE = 10
# Pages that can be reached: nobody reads further, and engines refuse a deep page (Elasticsearch past 10,000 hits).
LAST_PAGE = 100
# Characters of a search that are read; the rest is dropped. A long sentence has some 300.
MOST_TEXT = 1_000
# Values of one facet that can be chosen at once.
MOST_CHOSEN = 50
FACET_NAMES = {
    "tag": "Subject", "source": "Source", "author": "Author", "year": "Year", "language": "Language", "kind": "Kind",
}  # fmt: skip
ORDER_NAMES = {"relevance": "Best match", "newest": "Newest first", "rating": "Best rated"}

Filters = dict[str, tuple[str, ...]]


class Asked:
    """What the address asks for, and addresses that differ from it in one thing."""

    def __init__(self, request: Request) -> None:
        given = request.query_params
        self.text = given.get("q", "").strip()[:MOST_TEXT]
        chosen = {facet: tuple(dict.fromkeys(v for v in given.getlist(facet) if v)) for facet in FACETS}
        self.filters: Filters = {facet: values[:MOST_CHOSEN] for facet, values in chosen.items() if values}
        wanted = given.get("order", "relevance")
        self.order: Order = next((o for o in get_args(Order) if o == wanted), "relevance")
        number = given.get("page", "1")
        self.page = min(max(int(number), 1), LAST_PAGE) if number.isascii() and number.isdigit() else 1

    def address(self, filters: Filters | None = None, page: int = 1, text: str | None = None) -> str:
        """The same search with other filters, another page or other words."""
        pairs = [("q", self.text if text is None else text)]
        kept = self.filters if filters is None else filters
        pairs += [(facet, value) for facet, values in kept.items() for value in values]
        pairs += [("order", self.order)] if self.order != "relevance" else []
        pairs += [("page", str(page))] if page > 1 else []
        return f"/search?{urlencode(pairs)}"

    def page_address(self, page: int) -> str:
        """Another page of the same results."""
        return self.address(page=page)

    def without(self, facet: str, value: str) -> str:
        """The same search less one chosen value."""
        rest = {f: tuple(v for v in values if (f, v) != (facet, value)) for f, values in self.filters.items()}
        return self.address({f: values for f, values in rest.items() if values})


@router.get("/search")
def search(request: Request, db: Database, account: Visitor) -> Response:
    """The results page; while the index does not answer it says so instead."""
    asked = Asked(request)
    if tags := asked.filters.get("tag", ()):
        words = vocabulary.load(db)
        today = tuple(dict.fromkeys(words.current(uri) or uri for uri in tags))
        if today != tags:
            # A kept search names a subject that was merged since.
            return moved(asked.address({**asked.filters, "tag": today}, asked.page))
    shared: dict[str, Any] = {"asked": asked, "facet_names": FACET_NAMES, "order_names": ORDER_NAMES}
    try:
        found = service.find(
            db, search_index(request), asked.text, asked.filters, asked.order, asked.page, PAGE_SIZE, account=account
        )
    except SearchError as error:
        return page(request, "search_down.html", 503, problem=str(error), **shared)
    last = min(-(-found.total // PAGE_SIZE), LAST_PAGE)
    subjects = catalogue.overview(db) if not found.total else None
    return page(
        request, "search.html", found=found, last=last, chips=_chips(asked, found.facets), overview=subjects, **shared
    )


def _chips(asked: Asked, facets: Mapping[str, tuple[Any, ...]]) -> list[tuple[str, str, str]]:
    """The chosen values: facet, label, and the address without it."""
    labels = {(facet, choice.value): choice.label for facet, choices in facets.items() for choice in choices}
    return [
        (FACET_NAMES[facet], labels.get((facet, value), value), asked.without(facet, value))
        for facet, values in asked.filters.items()
        for value in values
    ]
