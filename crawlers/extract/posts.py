"""Posts of a forum of unknown make: repeated containers whose names say post, comment or reply."""

import re
from itertools import islice

from crawlers.extract.threads import LONGEST_NAME, Post
from crawlers.extract.tree import Counts, Element, line_of, select

_BODY = re.compile(
    r"(?:post|comment|reply|message|msg|answer|question|thread|topic)[\s_-]*(?:item)?[\s_-]*"
    r"(?:body|text|content|cntnt|copy|message|html)|"
    r"body__?(?:post|comment)|(?:^|\s)(?:post-?body|narrow|usertext|md-div|comment)(?:\s|$)",
    re.I,
)
_NO_BODY = re.compile(
    r"header|footer|meta|action|form|editor|box|list|wrap|container|outer|sidebar|share|controls|toolbar", re.I
)
_NAME_PLACES = (
    "[itemprop=author] [itemprop=name]", "[itemprop=author]", "[rel=author]", "a[class*=author]", "a[class*=user]",
    "[class*=username]", "[class*=userName]", "[class*=author]", "a[href*='/user']", "a[href*='/member']",
    "a[href*='/profile']", "a[href*='/u/']", "[class*=user] a", "[class*=poster]", "cite", "strong",
)  # fmt: skip
_TIME_PLACES = (
    "time",
    "[itemprop=datePublished]",
    "[class*=postDate]",
    "[class*=post-date]",
    "[class*=date]",
    "[class*=time]",
    "[class*=Date]",
)
_BODY_TAGS = ("div", "td", "section", "article", "p", "blockquote", "span", "li")
# Posts read from one page (posts; the most on a measured page are 100), and how far below an element another one of the
# same kind is looked for (elements).
_MOST = 1000
_NEAR = 50
# A page is a thread with at least this many posts (posts; one alone may be any article).
_FEWEST = 2
# The posts must hold this share of the words in the element around them, or they are comments below something else.
_LEAST_SHARE = 0.3


def generic_posts(tree: Element, counts: Counts) -> list[Post]:
    """The posts of a page in order; none where nothing repeats that looks like posts."""
    named = [e for e in tree.iter(*_BODY_TAGS) if counts.words[e] and _named_body(e)][:_MOST]
    inside = _numbers_inside(named)
    bodies = _outermost_single(named, inside)
    if len(bodies) < _FEWEST or sum(counts.words[body] for body in bodies) < _LEAST_SHARE * counts.words[tree]:
        return []
    around = _numbers_inside(bodies)
    return [_post(body, around) for body in bodies]


def _named_body(element: Element) -> bool:
    names = [*(element.get("class") or "").split(), element.get("id") or ""]
    return any(_BODY.search(name) and not _NO_BODY.search(name) for name in names)


def _numbers_inside(elements: list[Element]) -> dict[Element, int]:
    """How many of the elements each element around them holds, chains of one in another counted once."""
    known, inside = set(elements), dict[Element, int]()
    for element in elements:
        if any(below in known for below in islice(element.iterdescendants(), _NEAR)):
            continue
        for above in element.iterancestors():
            inside[above] = inside.get(above, 0) + 1
    return inside


def _outermost_single(elements: list[Element], inside: dict[Element, int]) -> list[Element]:
    """Of elements inside one another the outermost that holds no two of them."""
    kept: dict[Element, None] = {}
    for element in elements:
        if inside.get(element, 0) < 2 and not any(above in kept for above in element.iterancestors()):
            kept[element] = None
    return list(kept)


def _post(body: Element, around: dict[Element, int]) -> Post:
    container = body
    for above in body.iterancestors():
        if around.get(above, 0) > 1 or above.tag in ("body", "main"):
            break
        container = above
    inside = set(body.iter())
    return Post(body, _said(container, inside, _NAME_PLACES), _said(container, inside, _TIME_PLACES))


def _said(container: Element, inside: set[Element], places: tuple[str, ...]) -> str:
    for place in places:
        for match in select(container, place):
            line = "" if match in inside else line_of(match)
            if line and len(line) <= LONGEST_NAME:
                return line
    return ""
