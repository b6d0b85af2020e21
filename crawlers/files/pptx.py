"""PowerPoint files to HTML: each slide a section with its title, text, tables, pictures' words and speaker's notes."""

import io
from collections.abc import Iterator
from html import escape
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER

from crawlers.files import Converted, FileRefused
from crawlers.files.office import checked, properties

# Groups within groups. Source: judgement; people rarely go beyond three.
DEEPEST = 20
# What stands on every slide and says nothing of it.
FRAME = {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER}


def read(body: bytes) -> Converted:
    """A PowerPoint file as HTML."""
    package = checked(body)
    slides = [_slide(number, slide) for number, slide in enumerate(Presentation(io.BytesIO(body)).slides, 1)]
    if not any(text for text, _ in slides):
        raise FileRefused("holds no text")
    said = properties(package)
    title = next((name for _, name in slides if name), "")
    return Converted("".join(html for html, _ in slides), {**({"title": title} if title else {}), **said})


def _slide(number: int, slide: Any) -> tuple[str, str]:
    """A slide as HTML (empty where it says nothing), and its title."""
    heading = slide.shapes.title
    title = " ".join(heading.text_frame.text.split()) if heading is not None else ""
    others = [shape for shape in slide.shapes if heading is None or shape.shape_id != heading.shape_id]
    parts = [part for shape in others for part in _shape(shape)]
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if notes is not None and notes.text.strip():
        parts.append(f"<blockquote>{_paragraphs(notes)}</blockquote>")
    if not title and not parts:
        return "", ""
    return f"<section><h2>{escape(title or f'Slide {number}')}</h2>{''.join(parts)}</section>", title


def _shape(shape: Any, depth: int = 0) -> Iterator[str]:
    if shape.is_placeholder and shape.placeholder_format.type in FRAME:
        return
    if shape.shape_type == MSO_SHAPE_TYPE.GROUP and depth < DEEPEST:
        for inner in shape.shapes:
            yield from _shape(inner, depth + 1)
    elif getattr(shape, "has_table", False) and shape.has_table:
        yield _table(shape.table)
    elif shape.has_text_frame and shape.text_frame.text.strip():
        yield _paragraphs(shape.text_frame)
    elif shape.shape_type == MSO_SHAPE_TYPE.PICTURE:
        described = " ".join((shape._element.xpath("string(.//p:cNvPr/@descr)") or "").split())
        if described:
            yield f'<p><img alt="{escape(described)}"></p>'


def _paragraphs(frame: Any) -> str:
    """The paragraphs of a text frame: several are the points of a list, one is a sentence."""
    lines = [(p.level, " ".join(p.text.split())) for p in frame.paragraphs if p.text.strip()]
    if len(lines) == 1:
        return f"<p>{escape(lines[0][1])}</p>"
    out, depth = [], -1
    for level, text in lines:
        level = min(level, depth + 1)
        out.append("<ul>" * (level - depth) or "</li></ul>" * (depth - level) + "</li>")
        out.append(f"<li>{escape(text)}")
        depth = level
    return "".join(out) + "</li></ul>" * (depth + 1)


def _table(table: Any) -> str:
    rows = ("".join(f"<td>{escape(' '.join(cell.text.split()))}</td>" for cell in row.cells) for row in table.rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"
