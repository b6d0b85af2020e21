"""What Word and PowerPoint files share: a package of XML that is checked before it is unpacked, and its properties."""

import io
import re
import zipfile
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from crawlers.files import FileRefused

# Bytes that a file may unpack to, and entries it may hold. Reason: slides full of pictures unpack to little more than
# they are; XML shrinks to a tenth. Source: judgement.
MOST_UNPACKED = 400_000_000
MOST_XML = 80_000_000
MOST_ENTRIES = 20_000
NAMES = {
    "{http://purl.org/dc/elements/1.1/}title": "title",
    "{http://purl.org/dc/elements/1.1/}creator": "authors",
    "{http://purl.org/dc/elements/1.1/}language": "language",
    "{http://purl.org/dc/terms/}created": "published",
    "{http://purl.org/dc/terms/}modified": "modified",
    "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}keywords": "tags",
}
# Titles that programs put in when nobody gave one.
NO_TITLE = re.compile(
    r"^(?:microsoft (?:word|powerpoint) - .*|untitled.*|(?:power ?point )?presentation\d*|document\d*|word document"
    r"|powerpoint-präsentation|présentation powerpoint|.*\.(?:docx?|pptx?|pdf|indd|odt|qxd|tex|dvi))$",
    re.I,
)


def checked(body: bytes) -> zipfile.ZipFile:
    """The package, if it is none that unpacks to more than can be meant.

    Raises:
        FileRefused: it is, it is damaged, or it declares XML entities.
    """
    try:
        package = zipfile.ZipFile(io.BytesIO(body))
    except (zipfile.BadZipFile, ValueError) as error:
        raise FileRefused("is damaged and can't be read") from error
    entries = package.infolist()
    xml = [entry for entry in entries if entry.filename.endswith((".xml", ".rels"))]
    if (
        len(entries) > MOST_ENTRIES
        or sum(entry.file_size for entry in entries) > MOST_UNPACKED
        or sum(entry.file_size for entry in xml) > MOST_XML
    ):
        raise FileRefused("unpacks to more than any real one")
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileRefused("is locked with a password")
    for entry in xml:
        with package.open(entry) as part:
            # No program writes a document type into these; entities are only ever declared to hurt.
            if b"<!DOCTYPE" in part.read(4096):
                raise FileRefused("declares XML entities, which no real one does")
    return package


def properties(package: zipfile.ZipFile) -> dict[str, Any]:
    """What the file says of itself."""
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        tree = etree.fromstring(package.read("docProps/core.xml"), parser)
    except (KeyError, etree.XMLSyntaxError, ValueError):
        return {}
    said = {NAMES[child.tag]: " ".join((child.text or "").split()) for child in tree if child.tag in NAMES}
    return facts(said)


def facts(said: dict[str, str]) -> dict[str, Any]:
    """Plain properties in our words: lists where there are several, titles only where somebody gave one."""
    found: dict[str, Any] = dict(said)
    if NO_TITLE.match(said.get("title", "")):
        del found["title"]
    for name, marks in (("authors", r"\s*;\s*"), ("tags", r"\s*[,;]\s*")):
        found[name] = [part for part in re.split(marks, said.get(name, "")) if part]
    return {name: value for name, value in found.items() if value}
