"""PDF files to HTML: lines become paragraphs, lists and headings by their size and distance, through PDFium."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from statistics import median
from typing import Any

import pypdfium2 as pdfium  # type: ignore[import-untyped]

from crawlers.files import Converted, FileRefused
from crawlers.files.office import facts

# Pages read. Reason: a book; beyond lie catalogues. Source: judgement.
MOST_PAGES = 2000
# A line so much taller than the usual one is a heading, of the first or second rank (share). Source: judgement.
HEADING, TOP_HEADING = 1.15, 1.5
# Words of the longest heading. Source: judgement.
LONGEST_HEADING = 20
# A gap so much larger than the height of a line ends a paragraph (share). Source: judgement; usual leading is 1.2.
PARAGRAPH_GAP = 0.9
# A line at the edge of a page that stands on this share of all pages, numbers aside, is a running head or foot.
# Source: judgement.
RUNNING, FEWEST_PAGES = 0.5, 3
POINT = re.compile(r"^(?:[•‣◦▪●–∙·o*-]|\d{1,2}[.)]|[a-z][.)])\s+")
DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([+-])(\d\d)'?(\d\d)?)?")


@dataclass(slots=True)
class Line:
    """One line as it is printed: its words, the height of its letters, where it begins and ends on the page."""

    text: str
    height: float
    top: float
    bottom: float


def read(body: bytes) -> Converted:
    """A PDF as HTML."""
    try:
        document = pdfium.PdfDocument(body)
        pages = [_lines(document[number]) for number in range(min(len(document), MOST_PAGES))]
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower() or "security" in str(error).lower()
        raise FileRefused("is locked with a password" if locked else "is damaged and can't be read") from error
    if not any(any(c.isalpha() for c in line.text) for page in pages for line in page):
        raise FileRefused("holds pictures of pages and no text (a scan)" if pages else "holds no page")
    usual = median(line.height for page in pages for line in page)
    running = _running(pages, usual)
    parts, title = [], ""
    for page in pages:
        blocks = list(_blocks([line for line in page if _shape(line) not in running], usual))
        title = title or next((text for tag, text in blocks if tag in {"h1", "h2"}), "")
        parts.append("<section>" + "".join(_written(blocks)) + "</section>")
    said = _properties(document)
    return Converted("".join(parts), {**({"title": title} if title else {}), **said})


def _lines(page: Any) -> list[Line]:
    text = page.get_textpage()
    whole, found, place = text.get_text_range(), [], 0
    for raw in re.split(r"(\r?\n)", whole):
        words = raw.strip()
        if words:
            start = place + raw.index(words[0])
            box = text.get_charbox(min(start, text.count_chars() - 1), loose=True)
            found.append(Line(_clean(words), box[3] - box[1], box[3], box[1]))
        place += len(raw)
    return [line for line in found if line.text]


def _clean(words: str) -> str:
    return "".join(c for c in words if c.isprintable() or c in " \t\ufffe\x02").replace("\x02", "\ufffe").strip()


def _shape(line: Line) -> str:
    return re.sub(r"\d+|\b[ivxl]+\b", "#", line.text)


def _running(pages: list[list[Line]], usual: float) -> set[str]:
    """The shapes of lines that stand at the top or bottom of most pages and are no headings."""
    if len(pages) < FEWEST_PAGES:
        return set()
    rims = [[line for line in (*page[:1], *page[-1:]) if _tag(line, usual) == "p"] for page in pages]
    edges = Counter(shape for rim in rims for shape in {_shape(line) for line in rim})
    return {shape for shape, count in edges.items() if count >= max(FEWEST_PAGES, RUNNING * len(pages))}


def _blocks(lines: list[Line], usual: float) -> Iterator[tuple[str, str]]:
    """Tag and text of each block: lines that belong together are joined."""
    tag, words, last = "", "", None
    for line in lines:
        found = _tag(line, usual)
        gap = last is not None and (last.bottom - line.top > PARAGRAPH_GAP * usual or line.top > last.top + usual)
        continued = found == tag or (tag == "li" and found == "p")
        if words and (not continued or found == "li" or gap or (tag != "p" and tag != "li")):
            yield tag, words
            words = ""
        if not words:
            tag = found
        words = _joined(words, POINT.sub("", line.text) if found == "li" else line.text)
        last = line
    if words:
        yield tag, words


def _tag(line: Line, usual: float) -> str:
    if len(line.text.split()) <= LONGEST_HEADING and any(c.isalpha() for c in line.text):
        if line.height > TOP_HEADING * usual:
            return "h2"
        if line.height > HEADING * usual:
            return "h3"
    point = POINT.match(line.text)
    return "li" if point and any(c.isalpha() for c in line.text[point.end() :]) else "p"


def _joined(before: str, after: str) -> str:
    """Two lines as one; a word that was parted at the line's end is one again."""
    if before.endswith("\ufffe"):
        return before[:-1] + after
    if before.endswith("-") and len(before) > 1 and before[-2].isalpha() and after[:1].islower():
        return before[:-1] + after
    return f"{before} {after}".strip()


def _written(blocks: list[tuple[str, str]]) -> Iterator[str]:
    in_list = False
    for tag, text in blocks:
        if (tag == "li") != in_list:
            in_list = not in_list
            yield "<ul>" if in_list else "</ul>"
        yield f"<{tag}>{escape(text.replace(chr(0xFFFE), ''))}</{tag}>"
    if in_list:
        yield "</ul>"


def _properties(document: Any) -> dict[str, Any]:
    said = {name: " ".join(str(value).split()) for name, value in document.get_metadata_dict().items()}
    names = {"title": "Title", "authors": "Author", "tags": "Keywords"}
    found = {ours: said.get(theirs, "") for ours, theirs in names.items()}
    dates = {"published": _moment(said.get("CreationDate", "")), "modified": _moment(said.get("ModDate", ""))}
    return facts({**found, **dates})


def _moment(text: str) -> str:
    """A date of PDF (D:20240501100000+02'00') in ISO 8601 and UTC; empty where it is none."""
    found = DATE.match(text)
    if found is None:
        return ""
    year, month, day, hour, minute, second, sign, hours, minutes = found.groups()
    zone = f"{sign}{hours}:{minutes or '00'}" if sign else "+00:00"
    spelt = f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}{zone}"
    try:
        return datetime.fromisoformat(spelt).astimezone(UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return ""
