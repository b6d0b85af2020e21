"""Parts that a heading or a short line opens: other pages, the publisher, the readers; found and taken out."""

import re
from itertools import takewhile

from crawlers.extract.frame import SECTIONS, TABLE, leaf_blocks
from crawlers.extract.tree import Counts, Element, drop, line_of, word_set

_TAIL = re.compile("|".join(TABLE["tails"]), re.I)
_END = re.compile("|".join(TABLE["ends"]), re.I)
_NEIGHBOUR = re.compile(r"\W*(?:previous|prev|next)(?:\s|:|$)", re.I)
_WRAPPERS = word_set("div section aside header form article")
_LABELS = word_set("h2 h3 h4 h5 h6 p div strong span")
# Words of the longest line taken for a label, and the share of the content's words that a part it opens may have at
# most, more where the part is an element of its own (words, shares; judgement).
_LONGEST_LABEL = 12
_MOST_TAIL = 0.4
_MOST_TAIL_ALONE = 0.85


def drop_tails(content: Element, counts: Counts) -> None:
    """Take out the parts about other pages, the publisher or the readers that a heading or a short line announces."""
    words = counts.words[content]
    for label in list(content.iterdescendants(*_LABELS)):
        if not 0 < counts.words[label] <= _LONGEST_LABEL:
            continue
        if not _TAIL.fullmatch(line_of(label).rstrip(":!?….")) or not _is_inside(label, content):
            continue
        part = _part_of(label, content)
        alone = len(part) == 1 and label.tag in SECTIONS and part[0] is not label
        if sum(counts.words[element] for element in part) <= (_MOST_TAIL_ALONE if alone else _MOST_TAIL) * words:
            for element in part:
                drop(element)


def drop_ends(content: Element, counts: Counts) -> None:
    """Take the lines off both ends of the content with which a site offers its tools: edit, rate, the next page."""
    for last_first in (False, True):
        blocks = leaf_blocks(content, last_first)
        for block in list(takewhile(lambda block: _is_tool(block, counts), blocks)):
            drop(block)


def _is_tool(block: Element, counts: Counts) -> bool:
    """Whether a block is one short line about the page itself, or nothing but a link to the page before or after."""
    if not 0 < counts.words[block] <= _LONGEST_LABEL:
        return False
    line = line_of(block)
    if block.tag != "h1" and _END.fullmatch(line.strip(":!?…. ↑")):
        return True
    first = next(text.strip() for text in block.itertext() if text.strip())
    return counts.linked[block] == counts.words[block] and bool(_NEIGHBOUR.match(first))


def tail_parts(tree: Element, counts: Counts) -> set[Element]:
    """The elements that begin with a heading which opens a part about other pages, the publisher or the readers."""
    found = set()
    for heading in tree.iter(*SECTIONS):
        if 0 < counts.words[heading] <= _LONGEST_LABEL and _TAIL.fullmatch(line_of(heading).rstrip(":!?….")):
            part = _part_of(heading, tree)
            most = _MOST_TAIL_ALONE * counts.words[tree]
            if len(part) == 1 and counts.words[heading] < counts.words[part[0]] <= most:
                found.add(part[0])
    return found


def _is_inside(element: Element, content: Element) -> bool:
    return any(above is content for above in element.iterancestors())


def _part_of(label: Element, content: Element) -> list[Element]:
    """A label with what it opens: its wrapper where it is the first in one, else what follows to the next heading."""
    opens = label
    while (above := opens.getparent()) is not content and above is not None and not _has_before(opens):
        if above.tag not in _WRAPPERS:
            break
        opens = above
    if opens is not label and (label.tag not in SECTIONS or _says_more(opens, label)):
        return [opens]
    part = [opens]
    for after in opens.itersiblings():
        if after.tag in SECTIONS and (label.tag not in SECTIONS or after.tag <= label.tag):
            break
        if label.tag not in SECTIONS and after.tag == "p":
            break
        part.append(after)
    return part


def _says_more(wrapper: Element, label: Element) -> bool:
    return line_of(wrapper) != line_of(label)


def _has_before(element: Element) -> bool:
    """Whether words stand before an element in its parent."""
    above = element.getparent()
    if above is None or (above.text or "").strip():
        return True
    return any(line_of(before) or (before.tail or "").strip() for before in element.itersiblings(preceding=True))
