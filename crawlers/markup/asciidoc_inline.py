"""The marks within a line of AsciiDoc: bold, code, links, references, pictures, attributes."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from html import escape

REFERENCE = re.compile(r"\{([\w-]+)\}")
# Their order matters: code first, so that nothing in it is read; then what holds addresses, then the marks.
CODE = re.compile(r"(?<!\w)`\+?([^`\n]+?)\+?`(?!\w)|``([^`]+?)``|\+\+\+(.+?)\+\+\+|pass:\w*\[(.*?)\]")
LINKS = re.compile(
    r"(?:link|xref|image|mailto):{1,2}(?P<to>[^\s\[\]]+)\[(?P<words>[^\]]*)\]"
    r"|(?P<url>https?://[^\s\[\]<>]+?)(?:\[(?P<named>[^\]]*)\]|(?=[.,;:)]?(?:\s|$)))"
    r"|&lt;&lt;(?P<id>[^,&\n]+?)(?:,\s*(?P<said>[^&\n]*?))?&gt;&gt;"
)
MARKS = (
    (re.compile(r"\*\*(.+?)\*\*|(?<![\w*])\*(\S(?:.{0,500}?\S)?)\*(?![\w*])"), "strong"),
    (re.compile(r"__(.+?)__|(?<![\w_])_(\S(?:.{0,500}?\S)?)_(?![\w_])"), "em"),
    (re.compile(r"##(.+?)##|(?:\[[^\]]*\])?(?<![\w#&])#(\S(?:.{0,500}?\S)?)#(?![\w#])"), "mark"),
    (re.compile(r"\^(\S+?)\^"), "sup"),
    (re.compile(r"~(\S+?)~"), "sub"),
)
MACRO = re.compile(r"(?:kbd|btn|footnote|indexterm2?|menu):\w*\[(.*?)\]")
# Characters of one line that is read for marks. Reason: some patterns take time with its square. Source: judgement.
LONGEST = 20_000
# Holds the place of what is read already; no text has them.
OPEN, CLOSE = "\ue000", "\ue001"


def inline(text: str, attributes: Mapping[str, str]) -> str:
    """A line or paragraph as HTML."""
    if len(text) > LONGEST:
        return escape(text)
    text = REFERENCE.sub(lambda found: attributes.get(found[1].lower(), found[0]), text)
    kept: list[str] = []

    def keep(html: str) -> str:
        kept.append(html)
        return f"{OPEN}{len(kept) - 1}{CLOSE}"

    text = re.sub(f"[{OPEN}{CLOSE}]", "", text)
    text = CODE.sub(lambda found: keep(f"<code>{escape(next(filter(None, found.groups()), ''))}</code>"), text)
    text = escape(text, quote=False)
    text = MACRO.sub(r"\1", text)
    text = LINKS.sub(lambda found: _link(found, keep), text)
    for pattern, tag in MARKS:
        text = pattern.sub(partial(_marked, tag), text)
    text = re.sub(r" \+$", "<br>", text, flags=re.M)
    while OPEN in text:
        text = re.sub(f"{OPEN}(\\d+){CLOSE}", lambda found: kept[int(found[1])], text)
    return text


def _marked(tag: str, found: re.Match[str]) -> str:
    return f"<{tag}>{found[found.lastindex or 0]}</{tag}>"


def _link(found: re.Match[str], keep: Callable[[str], str]) -> str:
    if found["id"]:
        return found["said"] or found["id"].lstrip("#")
    address = found["to"] or found["url"]
    words = (found["words"] if found["to"] else found["named"]) or address
    words = words.split(",")[0].strip('"').rstrip("^")
    if found[0].startswith("image:"):
        return keep(f'<img src="{escape(address)}" alt="{escape(words)}">')
    prefix = "mailto:" if found[0].startswith("mailto:") else ""
    start, end = keep(f'<a href="{prefix}{escape(address)}">'), keep("</a>")
    return f"{start}{words}{end}"
