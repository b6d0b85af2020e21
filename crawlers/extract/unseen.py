"""What no reader of a page sees: scripts, form controls and hidden parts are taken out before anything is weighed."""

import re

from lxml.etree import strip_elements  # type: ignore[import-untyped]

from crawlers.extract.frame import MOST_FRAME
from crawlers.extract.tree import Element, drop, word_set, words_of

# A button with more words was never closed and holds the rest of the page (words).
_LONGEST_BUTTON = 50
_HEADINGS = word_set("h2 h3 h4 h5 h6")
_PANEL = re.compile(r"(?:^|[\s_-])tab(?:s|-?panel|-?pane|-?content)?(?:[\s_-]|$)", re.I)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_GONE = (
    "script", "style", "template", "iframe", "svg", "canvas", "button", "input", "select",
    "textarea", "object", "embed", "link", "meta",
)  # fmt: skip


def drop_unseen(tree: Element) -> None:
    """Take out what no reader sees: scripts, form controls, hidden parts.

    A hidden panel of a set of tabs is text for other readers; a hidden part with most of the page's words is one that
    a script would show.
    """
    for element in list(tree.iter("button")):
        # In a heading it opens the part below, and what it says is the heading.
        if element.getparent().tag in _HEADINGS or words_of(element) > _LONGEST_BUTTON:
            element.drop_tag()
    strip_elements(tree, *_GONE, with_tail=False)
    most: float | None = None
    for element in tree.xpath("//*[@hidden or @style or @aria-hidden='true']"):
        hidden = element.get("hidden") is not None and element.get("hidden") != "until-found"
        if element.get("role") == "tabpanel" or _PANEL.search(element.get("class") or ""):
            continue
        if hidden or _HIDDEN.search(element.get("style") or ""):
            if most is None:
                most = MOST_FRAME * words_of(tree)
            if words_of(element) < most:
                drop(element)
