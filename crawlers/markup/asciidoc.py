"""AsciiDoc to HTML: the block syntax that handbooks use, read line by line; includes and extensions say nothing.

There is no well-kept reader for it in Python: see crawlers/decisions/003-our-own-asciidoc.md.
"""

import re
from html import escape

from crawlers.markup import Rendered, front_matter
from crawlers.markup.asciidoc_inline import inline

HEADING = re.compile(r"^(={1,6}|#{1,6})\s+(.+?)(?:\s+\1)?$")
ATTRIBUTE = re.compile(r"^:(!?[\w-]+!?):(?:\s+(.*))?$")
BLOCK_ATTRIBUTES = re.compile(r"^\[([^\[\]]*)\]$|^\[\[.*\]\]$")
BLOCK_TITLE = re.compile(r"^\.(?![.\s])(.+)$")
DIRECTIVE = re.compile(r"^(?:include|ifdef|ifndef|ifeval|endif|toc|video|audio)::.*\[.*\]$")
IMAGE = re.compile(r"^image::([^\[\s]+)\[(.*)\]$")
ADMONITION = re.compile(r"^(NOTE|TIP|IMPORTANT|WARNING|CAUTION):\s+(.*)$")
ITEM = re.compile(r"^\s*(\*{1,6}|-|\.{1,6}|\d+\.|<\d*\.?>)\s+(.*)$")
TERM = re.compile(r"^\s*(\S.*?)(::{1,3}|;;)(?:\s+(.*))?$")
FENCE = re.compile(r"^(-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|\+{4,}|/{4,}|--|`{3,}.*|[|,:!]={3,})$")
REVISION = re.compile(r"^v?[\d.]*,?\s*(\d{4}-\d\d-\d\d)")
# Before a cell: how far it reaches, how it is set ("2+^e|").
CELL_STYLE = re.compile(r"(?:(?<=\s)|^)(?:\d+(?:\.\d+)?\+)?(?:\.\d+\+)?[<^>]?[aehlmdsv]?(?=\|)", re.M)
LABELS = {"note", "tip", "important", "warning", "caution"}
# Blocks within blocks; text that goes deeper is a paragraph. Source: judgement.
DEEPEST = 20


def read(text: str) -> Rendered:
    """An AsciiDoc page as HTML."""
    facts, body = front_matter.split(text.replace("\r\n", "\n"))
    reader = _Reader(body.split("\n"))
    html = reader.document()
    said = {**reader.attributes, **({"title": reader.title} if reader.title else {})}
    return Rendered(html, {**front_matter.facts(said), **facts})


class _Reader:
    """The lines of a page, or of a block in one, read once from the top."""

    def __init__(self, lines: list[str], attributes: dict[str, str] | None = None, depth: int = 0) -> None:
        self.lines, self.depth, self.at = lines, depth, 0
        self.attributes: dict[str, str] = {} if attributes is None else attributes
        self.title = ""
        self.style, self.caption = "", ""

    def document(self) -> str:
        """The page, with its header read first."""
        while self.at < len(self.lines) and (not self._line() or self._line().startswith("//")):
            self.at += 1
        heading = HEADING.match(self._line())
        if heading and len(heading[1]) == 1:
            self.title = heading[2]
            self.at += 1
            self._header()
            return f"<h1>{self._inline(self.title)}</h1>" + self.blocks()
        return self.blocks()

    def _header(self) -> None:
        number = 0
        while self._line().strip():
            line = self._line()
            if not self._attribute(line) and not line.startswith("//"):
                revision = REVISION.match(line)
                if number == 0 and re.match(r"[^\W\d]", line):
                    names = [re.sub(r"\s*<.*?>", "", name).replace("_", " ").strip() for name in line.split(";")]
                    self.attributes.setdefault("author", "; ".join(filter(None, names)))
                elif revision:
                    self.attributes.setdefault("revdate", revision[1])
                number += 1
            self.at += 1

    def _attribute(self, line: str) -> bool:
        found = ATTRIBUTE.match(line)
        if found and not found[1].startswith("!") and not found[1].endswith("!"):
            self.attributes[found[1].lower()] = (found[2] or "").strip()
        return found is not None

    # --- blocks -------------------------------------------------------------------------------------------------------

    def blocks(self) -> str:
        """Everything from here to the end."""
        out = []
        while self.at < len(self.lines):
            before = self.at
            out.append(self._block())
            # What no rule takes is a line that says nothing to a reader.
            self.at = max(self.at, before + 1)
        return "".join(out)

    def _block(self) -> str:
        line = self._line()
        comment = line.startswith("//") and not line.startswith("////")
        if not line.strip() or comment or self._attribute(line) or DIRECTIVE.match(line):
            self.at += 1
            return ""
        if attributes := BLOCK_ATTRIBUTES.match(line):
            self.style = self.style or (attributes[1] or "").lower()
            self.at += 1
            return ""
        if caption := BLOCK_TITLE.match(line):
            self.caption = caption[1]
            self.at += 1
            return ""
        style, caption_text, self.style, self.caption = self.style, self.caption, "", ""
        before = f"<p><strong>{self._inline(caption_text)}</strong></p>" if caption_text else ""
        return before + self._body(line, style)

    def _body(self, line: str, style: str) -> str:
        if FENCE.match(line):
            return self._fenced(line, style)
        if heading := HEADING.match(line):
            self.at += 1
            rank = min(len(heading[1]), 6)
            return f"<h{rank}>{self._inline(heading[2])}</h{rank}>"
        if image := IMAGE.match(line):
            self.at += 1
            words = image[2].split(",")[0].strip().strip('"')
            return f'<p><img src="{escape(image[1])}" alt="{escape(words)}"></p>'
        if line in {"'''", "---", "***", "<<<"}:
            self.at += 1
            return "<hr>"
        if ITEM.match(line):
            return self._list()
        if TERM.match(line):
            return self._terms()
        return self._paragraph(style)

    def _paragraph(self, style: str) -> str:
        first = self._line()
        literal = first.startswith(" ")
        lines: list[str] = []
        while (line := self._line()).strip() and not (lines and (FENCE.match(line) or BLOCK_ATTRIBUTES.match(line))):
            lines.append(line)
            self.at += 1
        if literal or style.startswith(("source", "listing", "literal")):
            return f"<pre><code>{escape(chr(10).join(lines))}</code></pre>"
        text = "\n".join(lines)
        admonition = ADMONITION.match(first)
        if admonition:
            text = text[admonition.start(2) :]
        words = f"<p>{self._inline(text)}</p>"
        if style.startswith(("quote", "verse")):
            return f"<blockquote>{words}</blockquote>"
        label = admonition[1].lower() if admonition else style.split(",")[0]
        return _noted(label, words) if label in LABELS else words

    def _fenced(self, fence: str, style: str) -> str:
        self.at += 1
        end = "```" if fence.startswith("```") else fence
        lines: list[str] = []
        while self.at < len(self.lines) and self._line().rstrip() != end:
            lines.append(self._line())
            self.at += 1
        self.at += 1
        if fence.startswith("////"):
            return ""
        if fence[0] in "|,:!":
            return self._table(lines, fence[0], style)
        if fence.startswith(("----", "....", "```")) or style.startswith(("source", "listing", "literal")):
            return f"<pre><code>{escape(chr(10).join(lines))}</code></pre>"
        if fence.startswith("++++"):
            return "\n".join(lines)
        if self.depth >= DEEPEST:
            return f"<p>{escape(' '.join(lines))}</p>"
        inner = self._inner(lines)
        label = style.split(",")[0]
        if fence.startswith("____") or label == "quote":
            return f"<blockquote>{inner}</blockquote>"
        return _noted(label, inner) if label in LABELS else f"<div>{inner}</div>"

    def _inner(self, lines: list[str]) -> str:
        return _Reader(lines, self.attributes, self.depth + 1).blocks()

    # --- lists and tables ---------------------------------------------------------------------------------------------

    def _list(self) -> str:
        """Items of one list; a mark of another kind opens a list within, an earlier one ends it."""
        out: list[str] = []
        open_marks: list[str] = []
        while found := ITEM.match(self._line()):
            mark = re.sub(r"\d+", "1", found[1])
            if mark in open_marks:
                while open_marks[-1] != mark:
                    out.append(f"</li></{_tag(open_marks.pop())}>")
                out.append("</li>")
            else:
                open_marks.append(mark)
                out.append(f"<{_tag(mark)}>")
            self.at += 1
            out.append(f"<li>{self._item(found[2])}")
            self._skip_blank(ITEM)
        out += [f"</li></{_tag(mark)}>" for mark in reversed(open_marks)]
        return "".join(out)

    def _item(self, first: str) -> str:
        """The words of an item: its line, those that follow, and blocks attached with a plus."""
        lines = [re.sub(r"^\[[ x*]\]\s+", "", first)]
        while (
            (line := self._line()).strip()
            and line != "+"
            and not any(pattern.match(line) for pattern in (ITEM, TERM, FENCE, BLOCK_ATTRIBUTES))
        ):
            lines.append(line.strip())
            self.at += 1
        attached = []
        while self._line() == "+":
            self.at += 1
            block = ""
            while not block and self._line().strip() and not ITEM.match(self._line()) and not TERM.match(self._line()):
                block = self._block()
            attached.append(block)
        return self._inline("\n".join(lines)) + "".join(attached)

    def _terms(self) -> str:
        out = ["<dl>"]
        while found := TERM.match(self._line()):
            self.at += 1
            out.append(f"<dt>{self._inline(found[1])}</dt>")
            if not found[3]:
                while self.at < len(self.lines) and not self._line().strip():
                    self.at += 1
            words = found[3] or ""
            if not words and ITEM.match(self._line()):
                out.append(f"<dd>{self._list()}</dd>")
            elif words or not TERM.match(self._line()):
                out.append(f"<dd>{self._item(words)}</dd>")
            self._skip_blank(TERM)
        return "".join([*out, "</dl>"])

    def _skip_blank(self, pattern: re.Pattern[str]) -> None:
        """Pass empty lines where more of the same follows."""
        ahead = self.at
        while ahead < len(self.lines) and not self.lines[ahead].strip():
            ahead += 1
        if ahead < len(self.lines) and pattern.match(self.lines[ahead]):
            self.at = ahead

    def _table(self, lines: list[str], mark: str, style: str) -> str:
        cells, width = _marked(lines, mark, style) if mark in "|!" else _separated(lines, mark)
        # A first row that an empty line parts from the others is the head.
        parted = len(lines) > 1 and bool(lines[0].strip()) and not lines[1].strip()
        head = "header" in style or parted
        out = ["<table>"]
        for start in range(0, len(cells), width):
            tag = "th" if head and start == 0 else "td"
            row = "".join(f"<{tag}>{self._inline(cell)}</{tag}>" for cell in cells[start : start + width])
            out.append(f"<tr>{row}</tr>")
        return "".join([*out, "</table>"])

    def _line(self) -> str:
        return self.lines[self.at].rstrip() if self.at < len(self.lines) else ""

    def _inline(self, text: str) -> str:
        return inline(text, self.attributes)


def _marked(lines: list[str], mark: str, style: str) -> tuple[list[str], int]:
    """The cells of a table whose cells begin with a mark, and how many make a row."""
    columns = re.search(r"""cols=["']?([^"'\]]+)""", style)
    first = next((line for line in lines if line.strip()), "")
    plain = CELL_STYLE.sub("", "\n".join(lines))
    cells = [cell.strip() for cell in re.split(rf"(?<!\\)\{mark}", plain)][1:]
    return cells, _width(columns[1]) if columns else max(CELL_STYLE.sub("", first).count(mark), 1)


def _separated(lines: list[str], mark: str) -> tuple[list[str], int]:
    """The cells of a table of values with separators, and how many make a row."""
    rows = [line.split(mark) for line in lines if line.strip()]
    width = max((len(row) for row in rows), default=1)
    return [cell.strip().strip('"') for row in rows for cell in row + [""] * (width - len(row))], width


def _width(columns: str) -> int:
    """How many columns a cols attribute names: "1,2a,3" or "3*"."""
    total = 0
    for part in columns.split(","):
        times = re.match(r"\s*(\d+)\*", part)
        total += min(int(times[1]), 100) if times else 1
    return max(total, 1)


def _tag(mark: str) -> str:
    return "ul" if mark[0] in "*-" else "ol"


def _noted(label: str, inner: str) -> str:
    return f'<aside class="admonition"><p><strong>{label.capitalize()}</strong></p>{inner}</aside>'
