"""The content of a page of unknown make, found by weights."""

from crawlers.extract.content import Scale
from crawlers.extract.frame import drop_asides, drop_frame, drop_lead_in, drop_promotions
from crawlers.extract.tails import drop_ends, drop_tails
from crawlers.extract.tree import Element


def generic_content(scale: Scale, title: str, thread: bool = False) -> Element | None:
    """The content of a page, cleaned; None for a page without sentences."""
    if scale.best is not None:
        clean(scale.best, scale, title, comments=not thread)
    return scale.best


def clean(content: Element, scale: Scale, title: str, comments: bool = True) -> None:
    """Take out of a content element what is not the page's own text; its comments too, unless the page is a thread."""
    drop_lead_in(content, title)
    drop_frame(content, scale.counts, named=scale.names_hold, lists=not scale.is_index, comments=comments)
    if not scale.is_index:
        drop_tails(content, scale.counts)
        drop_promotions(content, scale.counts)
        drop_asides(content, scale.counts)
    drop_ends(content, scale.counts)
