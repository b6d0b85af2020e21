"""Posts of a forum of unknown make: repeated containers whose names say post, comment or reply."""

import re

from crawlers.extract.threads import LONGEST_NAME, Post
from crawlers.extract.tree import Element, line_of, select, words_of

_BODY = re.compile(
    r"(?:post|comment|reply|message|msg|answer|question|thread|topic)[\s_-]*(?:item)?[\s_-]*(?:body|text|content|cntnt|copy|message|html)|"
    r"body__?(?:post|comment)|(?:^|\s)(?:post-?body|narrow|usertext|md-div|comment)(?:\s|$)",
    re.I,
)
_NO_BODY = re.compile(
    r"header|footer|meta|action|form|editor|box|list|wrap|container|outer|sidebar|share|controls|toolbar", re.I
)
_NAME_PLACES = (
    "[itemprop=author] [itemprop=name]", "[itemprop=author]", "[rel=author]", "a[class*=author]", "a[class*=user]", "[class*=username]", "[class*=userName]",
    "[class*=author]", "a[href*='/user']", "a[href*='/member']", "a[href*='/profile']", "a[href*='/u/']", "[class*=user] a", "[class*=poster]", "cite", "strong",
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
# A page is a thread with at least this many posts (posts; one alone may be any article).
_FEWEST = 2
# The posts must hold this share of the words in the element around them, or they are comments below something else.
_LEAST_SHARE = 0.3


def generic_posts(tree: Element) -> list[Post]:
    """The posts of a page in order; none where nothing repeats that looks like posts."""
    named = [
        element
        for element in tree.iter("div", "td", "section", "article", "p", "blockquote", "span", "li")
        if _named_body(element)
    ]
    bodies = _innermost(named)
    if len(bodies) < _FEWEST:
        return []
    total = words_of(tree)
    if sum(words_of(body) for body in bodies) < _LEAST_SHARE * total:
        return []
    taken = set(bodies)
    return [_post(body, taken) for body in bodies]


def _named_body(element: Element) -> bool:
    names = [*(element.get("class") or "").split(), element.get("id") or ""]
    return any(_BODY.search(name) and not _NO_BODY.search(name) for name in names) and bool(line_of(element))


def _innermost(elements: list[Element]) -> list[Element]:
    """Of elements inside one another the outermost that holds no two of them."""
    inside: dict[Element, int] = {}
    known = set(elements)
    for element in elements:
        for above in element.iterancestors():
            if above in known:
                inside[above] = inside.get(above, 0) + 1
    kept: list[Element] = []
    for element in elements:
        chain = inside.get(element, 0)
        nested = [e for e in element.iterdescendants() if e in known] if chain else []
        parallel = len(nested) > 1 and not all(
            nested[i] in set(nested[i + 1].iterancestors()) for i in range(len(nested) - 1)
        )
        if not parallel and not any(above in kept for above in element.iterancestors()):
            kept.append(element)
    return kept


def _post(body: Element, others: set[Element]) -> Post:
    container = body
    for above in body.iterancestors():
        if sum(1 for found in above.iterdescendants() if found in others) > 1 or above.tag in ("body", "main"):
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
