"""PDF, Word and PowerPoint files made by the libraries people use to make them."""

import io
import struct
import zipfile
import zlib
from typing import Any

from docx import Document
from fpdf import FPDF
from pptx import Presentation
from pptx.util import Inches

SENTENCE = "A bowline holds and is easily undone, which is why every hand on deck learns it first. "


def pdf(pages: int = 3, password: str = "") -> bytes:
    """Pages with a running head, a heading, paragraphs over several lines and points."""
    made = FPDF()
    made.set_title("Mooring rules")
    made.set_author("Ada Moss; Ben Hale")
    made.set_keywords("ropes, knots")
    for number in range(1, pages + 1):
        made.add_page()
        line: Any = {"new_x": "LMARGIN", "new_y": "NEXT"}
        made.set_font("helvetica", size=9)
        made.cell(0, 8, f"Harbour handbook, page {number}", **line)
        made.set_font("helvetica", style="B", size=20)
        made.cell(0, 14, f"Chapter {number}", **line)
        made.set_font("helvetica", size=11)
        made.multi_cell(0, 6, SENTENCE * 6, **line)
        made.ln(8)
        made.multi_cell(0, 6, f"Fenders of berth {number} are hung before the ship is near. " * 4, **line)
        for item in ("ropes", "hooks"):
            made.cell(0, 6, f"- {item} of berth {number}", **line)
    if password:
        made.set_encryption(owner_password=password, user_password=password)
    return bytes(made.output())


def scan() -> bytes:
    """A page that is one picture."""
    made = FPDF()
    made.add_page()
    made.image(io.BytesIO(_png()), w=100)
    return bytes(made.output())


def _png() -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = zlib.compress(b"".join(b"\0" + b"\xff\x00\x00" * 8 for _ in range(8)))
    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def docx() -> bytes:
    """Headings, a list, a table, a picture with a description."""
    made = Document()
    made.core_properties.title, made.core_properties.author = "Taking leave", "Ada Moss;Ben Hale"
    made.core_properties.keywords = "leave, holidays"
    made.add_heading("Taking leave", 0)
    made.add_heading("How to ask", 1)
    made.add_paragraph("Ask your team two weeks before you go.")
    made.add_paragraph("Annual leave", style="List Bullet")
    table = made.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Days", "Twenty-five"
    made.add_picture(io.BytesIO(_png()))
    return _saved(made)


def pptx() -> bytes:
    """A slide with points and notes, one with a table."""
    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "Knots for deckhands"
    frame = slide.placeholders[1].text_frame
    frame.text = "Bowline"
    inner = frame.add_paragraph()
    inner.text, inner.level = "holds under load", 1
    frame.add_paragraph().text = "Reef knot"
    slide.notes_slide.notes_text_frame.text = "Let everybody tie it twice."
    other = made.slides.add_slide(made.slide_layouts[5])
    other.shapes.title.text = "Strength"
    table = other.shapes.add_table(1, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    table.cell(0, 0).text, table.cell(0, 1).text = "Manila", "9 kN"
    return _saved(made)


def repacked(body: bytes, **parts: bytes) -> bytes:
    """The same package with other parts; dots and slashes in names are spelt __ and ___."""
    changed = {name.replace("___", "/").replace("__", "."): content for name, content in parts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changed.pop(name, None) or old.read(name))
        for name, content in changed.items():
            new.writestr(name, content)
    return out.getvalue()


def _saved(made: Any) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
