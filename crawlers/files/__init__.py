"""Files that sites link to (PDF, DOCX, PPTX) as HTML: each converted in a bounded process of its own."""

import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# What is read, by ending, with the media type its server should name.
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
# As servers name them; many know no better name than the last.
FILE_TYPES = tuple(name.encode() for name in (*MEDIA_TYPES.values(), "application/x-pdf", "application/octet-stream"))
# Seconds for one file, on the clock and of work. Reason: a book of 1,000 pages takes some 10 here. Source: judgement.
LONGEST = 60
# MiB of address space for one file. Reason: far above what the largest real ones here took (some 300).
MOST_MEMORY = 1024
# Bytes of HTML from one file. Reason: the longest book is a few million. Source: judgement.
MOST_HTML = 20_000_000
# Where the packages lie, for the process that converts.
ROOT = str(Path(__file__).parents[2])


class FileRefused(Exception):
    """A file gives no text; the message is the end of a sentence that begins with "A file"."""


@dataclass(frozen=True, slots=True)
class Converted:
    """A file as HTML, with what it says of itself (title, authors, published, modified, tags, language)."""

    html: str
    facts: dict[str, Any] = field(default_factory=dict)


def kind_of(body: bytes) -> str:
    """Which of the files that are read this is, by its content; empty: none."""
    if b"%PDF-" in body[:1024]:
        return "pdf"
    if body.startswith(b"PK\x03\x04"):
        try:
            names = set(zipfile.ZipFile(io.BytesIO(body)).namelist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
            return ""
        return "docx" if "word/document.xml" in names else "pptx" if "ppt/presentation.xml" in names else ""
    return ""


def convert(body: bytes, kind: str) -> Converted:
    """A file's text, in a process that may take only so much time and memory. Blocks until it is done.

    Raises:
        FileRefused: it is locked, damaged, made to hurt, or holds no text.
    """
    command = [sys.executable, "-m", "crawlers.files.converting", kind]
    environment = {"PYTHONPATH": ROOT, "PATH": os.defpath, "LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and arguments that no shell reads
            command, input=body, capture_output=True, timeout=LONGEST, env=environment, cwd=ROOT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise FileRefused(f"takes longer than {LONGEST} seconds to read") from error
    try:
        said = json.loads(done.stdout)
    except ValueError as error:
        raise FileRefused("takes more time or memory to read than any real one") from error
    if "refused" in said:
        raise FileRefused(str(said["refused"]))
    return Converted(said["html"], said["facts"])
