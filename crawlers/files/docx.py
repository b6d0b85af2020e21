"""Word files to HTML: headings, paragraphs, lists, tables, links and notes, through mammoth."""

import io
from typing import Any

import mammoth  # type: ignore[import-untyped]

from crawlers.files import Converted, FileRefused
from crawlers.files.office import checked, properties

# The title of a document is its first heading; mammoth would make of it a paragraph.
STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh\np[style-name='Quote'] => blockquote"


def read(body: bytes) -> Converted:
    """A Word file as HTML. Pictures give their alternative text only."""
    package = checked(body)

    def picture(image: Any) -> dict[str, str]:
        return {"src": ""}

    words_only = mammoth.images.img_element(picture)
    made = mammoth.convert_to_html(
        io.BytesIO(body), style_map=STYLES, convert_image=words_only, external_file_access=False
    )
    if not made.value.strip():
        raise FileRefused("holds no text")
    return Converted(made.value, properties(package))
