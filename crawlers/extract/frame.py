"""The frame of a page: which elements are navigation, sharing, adverts or forms, and taking them out of the content."""

import re
from itertools import islice

from crawlers.extract.render import BLOCKS
from crawlers.extract.titles import is_title
from crawlers.extract.tree import Counts, Element, drop, line_of, word_set, words_of

_TOKENS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
# Words by which themes name their frame, compared with the single words of class and id (camel case and hyphens split).
_FRAME_WORDS = word_set(
    "nav navbar navigation navigations menu breadcrumb breadcrumbs crumb crumbs sidebar share sharing social "
    "socials sharebar sharer related recommended recommendation recommendations recirc recirculation "
    "newsletter subscribe subscription signup signin login optin promo promos promotion advert adverts "
    "advertisement advertising ads adsense sponsor sponsored sponsors outbrain taboola dfp cookie cookies "
    "consent gdpr comments disqus respond commentlist pagination pager prevnext footer colophon copyright toc "
    "popup modal overlay lightbox trending popular tagcloud taglist toolbar skiplink "
    "printonly noprint screenreader hidden donate donation follow followus feedback helpful rating "
    "ratings"
)
_FRAME_PHRASES = re.compile(
    r"table-?of-?contents|tableofcontents|read-?more|more-?(?:stories|posts|articles|news|from)|also-?like|you-?may|next-?(?:post|article)|"
    r"prev(?:ious)?-?(?:post|article)|post-?(?:tags|meta|nav|footer|author|share|info)|entry-?(?:meta|footer|utility)|author-?(?:bio|box|info|card|profile|about)|"
    r"about-?(?:the-?)?author|article-?(?:tags|meta|footer|share|tools|actions|author)|sr-only|visually-?hidden|screen-?reader|"
    r"edit-?(?:this|page|link)|call-?to-?action|(?:^|[\s_-])(?:cta|ad|adv|dfp|meta|tags|byline|dateline|timestamp)(?:[\s_-]|$)|(?:^|\s)ad-|site-?(?:header|nav)|"
    r"wp-caption-text|image-?credit|photo-?credit|link-?list|inline-?(?:promo|related)|teaser",
    re.I,
)
_FRAME_TAGS = frozenset(("nav", "footer", "dialog", "menu"))
_FRAME_ROLES = frozenset(
    ("navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alert", "menu", "menubar", "toolbar")
)
_NOTES = re.compile(r"note|tip|warning|caution|danger|info|important|admonition|callout|alert|hint|aside", re.I)
_NEVER = word_set("html body main article pre code p table tbody tr h1 h2 h3 span a em strong math")
_COMMENTS = re.compile(
    r"(?:post-?|article-?)?comments?(?:[-_]?(?:list|area|section|wrapper|container|template|thread))?|commentlist|disqus_thread|respond",
    re.I,
)
# A button with more words was never closed and holds the rest of the page (words).
_LONGEST_BUTTON = 50
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_GONE = [
    "script",
    "style",
    "template",
    "iframe",
    "svg",
    "canvas",
    "button",
    "input",
    "select",
    "textarea",
    "object",
    "embed",
    "link",
    "meta",
]

# A part that holds more than this share of the content's words is no frame, whatever it is called (share; the wrappers of
# three themes in a hundred carry such a name).
MOST_FRAME = 0.5
# A list or table whose words are links beyond this share is a list of links (share; trafilatura and boilerpipe use .33 to .8).
_LINK_SHARE = 0.75
_LINKS_BEHIND = re.compile(
    r"^(?:related|read (?:more|next|also)|see also|more (?:from|on|stories)|you (?:may|might)|recommended|further reading|share|tags?|filed under|"
    r"topics|follow us|about the author|sign up|subscribe|advertisement|leave a (?:comment|reply)|comments?|references and further|table of contents|"
    r"on this page|in this article|contents|in this (?:page|section|guide|post))\b.{0,40}$",
    re.I,
)

# From this many words on a block above the rest is the first paragraph (words; bylines are shorter).
_PARAGRAPH = 25
# Blocks looked at for a byline (blocks; the deepest first paragraph of 300 news pages was the 9th).
_MOST_LEAD_IN = 15
# Words of a paragraph that is one link from which on it is a headline, not a reference (words; unknown).
_PROMOTION = 4
# The longest line taken for an aside (words; longer ones are sentences of the text that begin alike).
_LONGEST_ASIDE = 30
_ASIDE = re.compile(
    r"(?:advertisements?|advert|ad|anzeige|publicidade|publicidad|publicité|close|sponsored|image source|article continues .{0,40}|continue reading.{0,60}|"
    r"story continues .{0,40}|scroll (?:down )?(?:to|for) .{0,40}|loading\.*|tweet|share|print|e-?mail|copy link|link copied|save|sign up)$|"
    r"(?:image )?(?:copyright|credit|photo(?:graph)?(?: by)?|source|image|getty images)\s*[:/|©] ?.{0,60}$|image copyright.{0,40}$|"
    r"(?:also )?(?:related|read (?:more|next|also|now)|see (?:also|more)|don.?t miss|watch|more|must.read|recommended|explore further|you (?:may|might) (?:also )?like|"
    r"tags|filed under|topics|categories|posted in|share (?:this|on|via)|source)\s*(?::|\bon\b|$).*|"
    r"(?:follow|like|find) (?:him|her|us|them|me|\w+ \w+|\w+) on (?:twitter|facebook|instagram|linkedin|x|youtube)\b.*|"
    r"(?:subscribe|sign up) (?:to|for|now|today|here)\b.*|get (?:the latest|our|top news|breaking) .{0,60}(?:inbox|newsletter|daily|app)\b.*|"
    r"click here (?:to|for)\b.{0,80}$|(?:this )?(?:story|article|post) (?:was )?(?:originally|first) (?:appeared|published).{0,100}$",
    re.I,
)
_DECK = re.compile(
    r"(?:^|[\s_-])(?:dek|deck|standfirst|subtitle|sub-?title|sub-?head(?:line)?|strapline|tagline)(?:[\s_-]|$)", re.I
)
_BYLINE = re.compile(
    r"^(?:by|von|par|por|published|updated|posted|written|last (?:updated|modified|edited)|author|photo|image|source)\b|^https?://\S+$|"
    r"\b\d+ ?(?:min|minute)s?\b(?: read)?|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|"
    r"\b\d{1,2}(?:st|nd|rd|th)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?,? \d{4}|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[/.]\d{1,2}[/.]\d{4}\b",
    re.I,
)


def looks_like_frame(element: Element) -> bool:
    """Whether an element says by tag, role or name that it is part of the frame."""
    if element.tag in _FRAME_TAGS or element.get("role") in _FRAME_ROLES:
        return True
    named = f"{element.get('class', '')} {element.get('id', '')}"
    if element.tag == "aside":
        return not _NOTES.search(named)
    if element.tag in _NEVER or named == " ":
        return False
    words = {word.lower() for word in _TOKENS.findall(named)}
    return not words.isdisjoint(_FRAME_WORDS) or bool(_FRAME_PHRASES.search(named))


def _holds_comments(element: Element) -> bool:
    """Whether an element is the list of comments, which may be far longer than what they are about."""
    names = (*(element.get("class") or "").split(), element.get("id") or "")
    return any(_COMMENTS.fullmatch(name) for name in names) and element.find(".//h1") is None


def drop_unseen(tree: Element) -> None:
    """Take out what no reader sees: scripts, form controls, hidden parts.

    A hidden panel of a set of tabs is text for other readers; a hidden part with most of the page's words is one that a script would show.
    """
    for element in list(tree.iter(*_GONE)):
        if element.tag == "button" and words_of(element) > _LONGEST_BUTTON:
            element.drop_tag()
        else:
            drop(element)
    most: float | None = None
    for element in tree.xpath("//*[@hidden or @style or @aria-hidden='true']"):
        hidden = element.get("hidden") is not None and element.get("hidden") != "until-found"
        if "tab" in (element.get("role") or element.get("class") or ""):
            continue
        if hidden or _HIDDEN.search(element.get("style") or ""):
            if most is None:
                most = MOST_FRAME * words_of(tree)
            if words_of(element) < most:
                drop(element)


def drop_frame(content: Element, counts: Counts, named: bool = True, lists: bool = True) -> None:
    """Take navigation, sharing, adverts and lists of links out of the content.

    With `named` false only what gives itself away by its links is taken, not what only carries a suspicious name:
    a system's own content element has its own list of frame. With `lists` false lists of links stay.
    """
    words, most = counts.words, MOST_FRAME * counts.words[content]
    for element in list(content.iterdescendants()):
        if not isinstance(element.tag, str) or element.getparent() is None:
            continue
        frame = element.tag == "nav" or (named and looks_like_frame(element))
        if (frame and words[element] <= most) or (named and _holds_comments(element)):
            drop(element)
    for element in list(content.iterdescendants("ul", "ol", "div", "section", "table")) if named else []:
        if element.getparent() is not None and _is_list_of_links(element, counts) and words[element] <= most:
            _drop_with_label(element)


def drop_asides(content: Element, counts: Counts) -> None:
    """Take out the short lines that publishers put between paragraphs: adverts, pointers, calls to follow."""
    for block in list(
        content.iterdescendants("p", "div", "h2", "h3", "h4", "h5", "h6", "span", "strong", "section", "li")
    ):
        if counts.words[block] <= _LONGEST_ASIDE and block.getparent() is not None and _ASIDE.match(line_of(block)):
            drop(block)


def drop_lead_in(content: Element, title: str) -> None:
    """Take out what stands above the first paragraph and repeats what has a field of its own: title, byline, date."""
    for block in _blocks(content):
        line = line_of(block)
        named = f"{block.get('class', '')} {block.getparent().get('class', '')}"
        if is_title(line, title) or _DECK.search(named):
            drop(block)
        elif len(line.split()) >= _PARAGRAPH:
            return
        elif _BYLINE.search(line):
            drop(block)


def _blocks(content: Element) -> list[Element]:
    """The first blocks that hold no others, in order."""
    leaves = (
        e
        for e in content.iterdescendants()
        if e.tag in BLOCKS and not any(c.tag in BLOCKS for c in e.iterdescendants())
    )
    return list(islice((leaf for leaf in leaves if line_of(leaf)), _MOST_LEAD_IN))


def drop_promotions(content: Element, counts: Counts) -> None:
    """Take out paragraphs that are nothing but a link to another page, as news sites strew them into a text."""
    for block in list(content.iterdescendants("p", "h2", "h3", "h4", "div")):
        words = counts.words[block]
        if words < _PROMOTION or counts.linked[block] < words or block.getparent() is None:
            continue
        one = len(list(islice(block.iter("a"), 2))) == 1
        if one and block.getparent().tag not in ("li", "td", "blockquote") and block.find(".//img") is None:
            drop(block)


def _is_list_of_links(element: Element, counts: Counts) -> bool:
    """Whether an element's words are nearly all links, several of them, as in menus and related posts."""
    words, linked = counts.words[element], counts.linked[element]
    return linked > _LINK_SHARE * words > 0 and len(list(islice(element.iter("a"), 2))) > 1


def _drop_with_label(element: Element) -> None:
    before = element.getprevious()
    if before is not None and isinstance(before.tag, str) and _LINKS_BEHIND.match(line_of(before)):
        drop(before)
    drop(element)
