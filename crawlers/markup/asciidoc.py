"""AsciiDoc to HTML."""

from html import escape

from crawlers.markup import Rendered


def read(text: str) -> Rendered:
    """An AsciiDoc page as HTML."""
    return Rendered(f"<pre>{escape(text)}</pre>")
