"""The content of a page of unknown make, found by weights."""

from crawlers.extract.content import Scale
from crawlers.extract.frame import drop_frame, drop_lead_in, drop_promotions
from crawlers.extract.render import Rendered, render


def generic_content(scale: Scale, url: str, title: str) -> tuple[Rendered, str]:
    """The content of a page and how it was found; no text for a page without sentences."""
    element = scale.best
    if element is None:
        return Rendered("", ""), "nothing"
    drop_lead_in(element, title)
    drop_frame(element, scale.counts, named=scale.names_hold, lists=not scale.is_index)
    if not scale.is_index:
        drop_promotions(element, scale.counts)
    return render(element, url), "weights"
