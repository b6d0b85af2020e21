"""What a failed request says to the person who reads the report."""

import re

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    StopDownload,
    UnsupportedURLSchemeError,
)
from twisted.internet.error import ConnectError

from crawlers.source import Source

# No answer at all: the host, or the network between it and us, may be down.
UNREACHED = frozenset({"timeout", "refused", "unknown host", "lost"})
STATUS_WORDS = {
    401: "asks for sign-in (401). Name the variable with its credentials under headers, or leave it out",
    403: "may not be read by us (403). Ask its keeper for access, or leave it out",
    404: "is linked but not there (404)",
    410: "is linked but was removed for good (410)",
    429: "asks us to slow down (429), even after waiting. Raise the delay of the source",
}


def said(status: int) -> str:
    """The sentence for an answer of 400 or more, without its full stop."""
    if status in STATUS_WORDS:
        return f"A page {STATUS_WORDS[status]}"
    return f"A page answers with an error ({status})"


def explained(error: BaseException, source: Source) -> tuple[str, str]:
    """A short name to count by, and the sentence for the report (empty: nothing to say)."""
    known: list[tuple[type[BaseException], str, str]] = [
        (DownloadTimeoutError, "timeout", f"A page does not answer in full within {source.timeout:g} seconds"),
        (
            DownloadConnectionRefusedError,
            "refused",
            "The host refuses the connection. Is the server up, the port right?",
        ),
        (ConnectError, "lost", "The host can't be reached. Is the network up?"),
        (CannotResolveHostError, "unknown host", "The name of the host is not known. Is the address spelt right?"),
        (DownloadCancelledError, "too large", f"A page is larger than {_cap(error, source):,} bytes, left out"),
        (ResponseDataLossError, "cut off", "An answer breaks off before its end"),
        (UnsupportedURLSchemeError, "scheme", "An address is neither http nor https, left out"),
        (StopDownload, "not text", "A link leads to a file that is no page, left out"),
    ]
    if isinstance(error, IgnoreRequest):
        return _ignored(str(error), source)
    for kind, name, sentence in known:
        if isinstance(error, kind):
            return name, sentence
    if _first_reason(error).startswith(("ConnectionLost", "ConnectionDone")):
        return "lost", "The connection broke off before an answer came"
    detail = "".join(c if c.isprintable() else " " for c in _innermost(error))[:150]
    return "broken answer", f"An answer can't be understood ({detail})"


def _cap(error: BaseException, source: Source) -> int:
    """The cap that an answer broke: files have another one than pages."""
    found = re.search(r"max size \((\d+)\)", str(error))
    return int(found[1]) if found else source.most_page_bytes


def _ignored(message: str, source: Source) -> tuple[str, str]:
    if "robots.txt" in message:
        return "robots", "robots.txt forbids a page, left out"
    if "during decompression" in message:
        return "too large", f"A page unpacks to more than {source.most_page_bytes:,} bytes, left out"
    if "private address" in message or "credentials" in message:
        return "address", f"A link leads where the source may not go ({message})"
    return ("ignored", f"A page {message}") if message else ("", "")


def _innermost(error: BaseException) -> str:
    return _first_reason(error) or f"{type(error).__name__} {error}".strip()


def _first_reason(error: BaseException) -> str:
    reasons = getattr(error.__cause__ or error, "reasons", None)
    return f"{type(reasons[0].value).__name__} {reasons[0].value}".strip() if reasons else ""
