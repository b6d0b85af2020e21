"""The content of a page of unknown make, found by weights."""

from crawlers.extract.content import find_content
from crawlers.extract.frame import drop_frame
from crawlers.extract.render import Rendered, render
from crawlers.extract.titles import is_title
from crawlers.extract.tree import Element, drop, line_of, select


def generic_content(tree: Element, markup: str, url: str, title: str) -> tuple[Rendered, str]:
    """The content of a page and how it was found; no text for a page without sentences."""
    element = find_content(tree)
    if element is None:
        return Rendered("", ""), "nothing"
    drop_frame(element)
    for heading in select(element, "h1, h2")[:2]:
        if heading is not element and is_title(line_of(heading), title):
            drop(heading)
            break
    return render(element, url), "weights"
