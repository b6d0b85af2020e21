"""A page's own title, without the name of the site behind or before it."""

import re
from html import unescape

from crawlers.extract.tree import Element, line_of, select

_SEPARATORS = re.compile(r"\s+[|·•»«–—~›:-]+\s+|\s*[|»›·•]\s*|\s+::\s+")
_PILCROW = re.compile(r"\s*[¶§#🔗\uf0c1]\s*$")
# A title beyond this is a paragraph in the wrong element (characters; unknown).
_LONGEST = 300
# Share of a heading's words that stand in the title elsewhere from which on both are one title (share; unknown).
_SAME = 0.6
# Letters of a word that tells something; shorter ones stand in any two titles (letters; unknown).
_TELLING = 4


def title_of(tree: Element, said: dict[str, list[str]], headline: str) -> tuple[str, str]:
    """The title and where it came from. `said` are the page's meta values, `headline` what its JSON-LD gives."""
    shown = _cleaned(next((line for found in tree.iter("title") if (line := line_of(found))), ""))
    social = _cleaned(next(iter(said.get("og:title", []) + said.get("twitter:title", [])), ""))
    site = next(iter(said.get("og:site_name", []) + said.get("application-name", [])), "")
    heading = _heading(tree, without_site(social or headline or shown, site), bool(social or headline))
    if heading:
        return heading, "h1"
    if headline and len(headline) <= _LONGEST:
        return _cleaned(headline), "json-ld headline"
    if social:
        return without_site(social, site), "og:title"
    return without_site(shown, site), "title"


def without_site(title: str, site: str = "") -> str:
    """A title without the site's name: the known name first, else the longest of its parts."""
    parts = [part for part in _SEPARATORS.split(title) if part.strip()]
    if site and len(parts) > 1:
        for part in (parts[-1], parts[0]):
            if part.strip().lower() == site.strip().lower():
                start = title.find(part) if part is parts[0] else title.rfind(part)
                rest = title[start + len(part) :] if part is parts[0] else title[:start]
                return rest.strip(" |·•»«–—~›:-")
    strong = re.split(r"\s+[|·•»–—]\s+|\s*[|»]\s*|\s+-\s+(?=[^-]*$)", title)
    return max(strong, key=lambda part: len(part.split())).strip() if len(strong) > 1 else title


def _heading(tree: Element, elsewhere: str, trusted: bool) -> str:
    """The h1 whose words are the page's title elsewhere too; the only h1 where the title elsewhere is but a <title>."""
    found = [(one, line) for one in select(tree, "h1") if 1 < len(line := _cleaned(line_of(one))) <= _LONGEST]
    headings = [line for one, line in found if not _leads_away(one)] or [line for _, line in found]
    known = _words(elsewhere)
    near = [line for line in headings if _words(line) and len(_words(line) & known) / len(_words(line)) >= _SAME]
    if near:
        return max(near, key=len)
    alike = bool({word for word in _words(headings[0]) & known if len(word) >= _TELLING}) if headings else False
    return headings[0] if len(headings) == 1 and (alike or not trusted) else ""


def _leads_away(heading: Element) -> bool:
    """Whether a heading is nothing but a link to another page: above a wiki's page that is the wiki's name."""
    line = line_of(heading)
    return any(line_of(a) == line and not (a.get("href") or "#").startswith("#") for a in heading.iter("a"))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _cleaned(text: str) -> str:
    return _PILCROW.sub("", " ".join(unescape(text).split()))


def is_title(line: str, title: str) -> bool:
    """Whether a heading says no more than the title, down to case and punctuation."""
    said, wanted = _letters(line), _letters(title)
    return bool(said) and said == wanted


def _letters(text: str) -> str:
    return "".join(re.findall(r"\w+", text.lower()))
