"""A request made safe: known facets only, a page within reach, suggestions in one order on both engines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from search_config.analysis import clean, fold
from search_config.entry import BREAK
from search_config.errors import SearchError
from search_config.index import FACETS, SearchRequest
from search_config.tuning import tuning


@dataclass(frozen=True, slots=True)
class Page:
    """Which hits are wanted: from `start` (counting from 0) up to `end`."""

    start: int
    end: int

    @property
    def size(self) -> int:
        """How many."""
        return self.end - self.start


def page(request: SearchRequest) -> Page:
    """The page as a range of hits; one behind the deepest hit an engine reaches is empty."""
    size = min(max(0, request.page_size), tuning().limit("page_size"))
    deepest = tuning().limit("deepest_hit")
    start = min(max(0, request.page - 1) * size, deepest)
    return Page(start, min(start + size, deepest))


def checked_filters(filters: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The filters that choose something; SearchError names a facet that is none."""
    checked_facets(filters)
    return {facet: tuple(values) for facet, values in filters.items() if values}


def checked_facets(facets: Iterable[str]) -> tuple[str, ...]:
    """The facets, once each; SearchError names one that is none."""
    asked = tuple(dict.fromkeys(facets))
    for facet in asked:
        if facet not in FACETS:
            raise SearchError(f"there is no facet {facet!r}; choose from {', '.join(FACETS)}")
    return asked


def typed_prefix(prefix: str) -> str:
    """What was typed as the suggestions field holds it: folded, spaces single, one kept at the end."""
    folded = fold(clean(prefix[: tuning().limit("value_characters")]))
    said = " ".join(folded.split())
    return f"{said} " if said and folded[-1:].isspace() else said


def best_suggestions(found: Iterable[tuple[str, int]], limit: int) -> list[str]:
    """The words to show: those that begin with what was typed before those that contain it, then the most frequent."""
    ranked: dict[str, tuple[str, int]] = {}
    for value, count in found:
        _, place, shown = value.split(BREAK, 2)
        ranked[shown] = min(ranked.get(shown, (place, -count)), (place, -count))
    ordered = sorted(ranked, key=lambda shown: (*ranked[shown], len(shown), shown))
    return ordered[: max(0, limit)]


def rating_factor(rating: float) -> float:
    """What a rating from 1 to 5 multiplies a score by: 1 at the neutral value, bounded by the weight."""
    neutral = tuning().boost("rating_neutral")
    return 1 + tuning().boost("rating_weight") * (rating - neutral) / 2
