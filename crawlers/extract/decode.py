"""Bytes to text: the byte order mark, what the server said, what the page says, then UTF-8 and Windows-1252."""

import codecs
import re

# Where a page may name its encoding: the HTML standard asks for the first 1024 bytes; real pages put scripts first.
_DECLARED_WITHIN = 4096
# Bytes from which to tell whether a body is nearly UTF-8 (bytes; unknown).
_SAMPLE = 200_000
_DECLARED = re.compile(
    rb"""(?:<meta[^>]{0,200}?charset|<\?xml[^>]{0,200}?encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I
)
_IN_HEADER = re.compile(r"""charset\s*=\s*["']?([\w.:-]{2,40})""", re.I)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# The Encoding standard reads these labels as Windows-1252, as every browser does.
_READ_AS_1252 = {"iso-8859-1", "latin-1", "latin1", "ascii", "us-ascii", "iso8859-1"}


def decode(body: str | bytes, content_type: str = "") -> str:
    """The text of a page's body; characters that fit no encoding are replaced, never an error."""
    if isinstance(body, str):
        return body.removeprefix("\ufeff").encode("utf-8", "replace").decode("utf-8")
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace").removeprefix("\ufeff")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        if _nearly_utf8(body):
            return body.decode("utf-8", "replace")
    for name in _candidates(body, content_type):
        try:
            return body.decode(name)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return body.decode("cp1252", "replace")


def _candidates(body: bytes, content_type: str) -> list[str]:
    """Encodings to try in strict mode, after UTF-8: other text is almost never valid UTF-8 by chance."""
    said = _IN_HEADER.search(content_type)
    declared = _DECLARED.search(body[:_DECLARED_WITHIN])
    names = (said.group(1) if said else "", declared.group(1).decode("ascii", "replace") if declared else "")
    labelled = ["cp1252" if name.lower() in _READ_AS_1252 else name for name in names if name]
    return [*labelled, "cp1252"]


def _nearly_utf8(body: bytes) -> bool:
    """Whether a body is UTF-8 but for a few bytes, as after one bad paste or a cut in the middle of a character."""
    sample = body[:_SAMPLE].decode("utf-8", "replace")
    wrong, beyond_ascii = sample.count("\ufffd"), sum(1 for c in sample if c > "\x7f")
    return 0 < wrong * 2 <= beyond_ascii
