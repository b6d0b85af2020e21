"""A handbook's Markdown in the syntax of MediaWiki and of DokuWiki: headings, lists, tables, code, links, emphasis."""

import re
from collections.abc import Callable

from lxml import html
from markdown_it import MarkdownIt

_READER = MarkdownIt("commonmark").enable("table")
_MARKS = {
    "mediawiki": {"strong": "'''{}'''", "em": "''{}''", "code": "<code>{}</code>", "br": "<br />"},
    "dokuwiki": {"strong": "**{}**", "em": "//{}//", "code": "''{}''", "br": "\\\\ "},
}
Node = html.HtmlElement
Inline = Callable[[Node], str]


def rendered(markdown: str) -> str:
    """The page as HTML."""
    return str(_READER.render(markdown))


def mediawiki(markdown: str) -> str:
    """The page as wikitext; what MediaWiki knows no sign of its own for stands there as HTML."""
    tree = html.fromstring(f"<div>{rendered(markdown)}</div>")
    return "\n\n".join(_mediawiki_block(block) for block in tree)


def dokuwiki(markdown: str) -> str:
    """The page in DokuWiki's syntax."""
    tree = html.fromstring(f"<div>{rendered(markdown)}</div>")
    return "\n\n".join(_dokuwiki_block(block) for block in tree)


def _mediawiki_block(block: Node) -> str:
    if block.tag in {"ul", "ol"}:
        return "\n".join(_items(block, _in_mediawiki, lambda tags: "".join("*" if t == "ul" else "#" for t in tags)))
    if block.tag == "table":
        rows = ["".join(f"\n{'!' if c.tag == 'th' else '|'} {_in_mediawiki(c)}" for c in r) for r in block.iter("tr")]
        return '{| class="wikitable"' + "".join(f"\n|-{row}" for row in rows) + "\n|}"
    if block.tag == "pre":
        return f"<pre>{_entities(block.text_content())}</pre>"
    if block.tag == "blockquote":
        return "<blockquote>\n" + "\n\n".join(_mediawiki_block(part) for part in block) + "\n</blockquote>"
    if heading := re.fullmatch(r"h([1-6])", str(block.tag)):
        return f"{'=' * int(heading[1])} {_in_mediawiki(block)} {'=' * int(heading[1])}"
    return _in_mediawiki(block)


def _dokuwiki_block(block: Node) -> str:
    if block.tag in {"ul", "ol"}:
        return "\n".join(
            _items(block, _in_dokuwiki, lambda tags: "  " * len(tags) + ("*" if tags[-1] == "ul" else "-"))
        )
    if block.tag == "table":
        marks = [("^" if row[0].tag == "th" else "|", row) for row in block.iter("tr")]
        return "\n".join(mark + mark.join(f" {_in_dokuwiki(cell)} " for cell in row) + mark for mark, row in marks)
    if block.tag == "pre":
        return f"<code>\n{block.text_content()}</code>"
    if block.tag == "blockquote":
        return "\n".join(f"> {line}" for part in block for line in _dokuwiki_block(part).splitlines() if line)
    if heading := re.fullmatch(r"h([1-6])", str(block.tag)):
        mark = "=" * (7 - min(5, int(heading[1])))
        return f"{mark} {block.text_content().strip()} {mark}"
    return _in_dokuwiki(block)


def _items(block: Node, inline: Inline, mark: Callable[[list[str]], str], above: tuple[str, ...] = ()) -> list[str]:
    tags, lines = [*above, str(block.tag)], []
    for item in block:
        lines.append(f"{mark(tags)} {inline(item)}")
        for part in item:
            if part.tag in {"ul", "ol"}:
                lines += _items(part, inline, mark, tuple(tags))
    return lines


def _in_mediawiki(node: Node) -> str:
    return _inline(node, "mediawiki", _entities, lambda where, said: f"[{where} {said}]")


def _in_dokuwiki(node: Node) -> str:
    return _inline(node, "dokuwiki", lambda t: f"%%{t}%%" if re.search(r"[^\w\s.,;?!]", t) else t, _dokuwiki_link)


def _dokuwiki_link(where: str, said: str) -> str:
    return f"[[{where}|{re.sub('%%|[*]{2}|//', '', said)}]]"


def _inline(node: Node, system: str, plain: Callable[[str], str], link: Callable[[str, str], str]) -> str:
    """The words of a block on one line, without its nested lists."""
    found = [plain(_flat(node.text))]
    for child in node:
        if child.tag == "a" and re.match(r"https?://\S+$", child.get("href") or ""):
            found.append(link(child.get("href"), _inline(child, system, plain, link)))
        elif child.tag not in {"ul", "ol"}:
            said = _inline(child, system, plain, link)
            found.append(
                _MARKS[system].get(str(child.tag), "{}").format(said) if said.strip() or child.tag == "br" else ""
            )
        if child.tag == "p":
            found.append(" ")
        found.append(plain(_flat(child.tail)))
    return (
        "".join(found).strip()
        if node.tag in {"p", "li", "td", "th"} or str(node.tag).startswith("h")
        else "".join(found)
    )


def _flat(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def _entities(text: str) -> str:
    """Signs that wikitext would read as its own, as numbers."""
    return re.sub(r"[&<>\[\]{}|'=~:*#;!_]", lambda found: f"&#{ord(found[0])};", text)
