"""What arrives in a form or an address, read without trust."""

from typing import Annotated

from fastapi import Depends, Form, Path

from curation.web.access import csrf_checked

# The largest row number: what a 32-bit column holds; a larger one would be refused by the database, not by us.
LARGEST = 2_147_483_647

Checked = Depends(csrf_checked)
Typed = Annotated[str, Form()]
RowNumber = Annotated[int, Path(ge=0, le=LARGEST)]


def row_number(text: str) -> int | None:
    """The number of a row, None where the text is no such number."""
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST))
    return int(text) if plain and int(text) <= LARGEST else None
