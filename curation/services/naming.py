"""Which concept a person means by a label, an address or a short name; and addresses for new ones."""

import difflib
from collections.abc import Container

from sqlalchemy import select
from sqlalchemy.orm import Session

from curation.database import ConceptRow
from curation.errors import NotFound
from curation.services import vocabulary


def named(db: Session, name: str) -> str:
    """The URI of the concept that a URI, a label in any language, a notation or a slug names; what was merged leads on.

    Raises:
        NotFound: there is none; the nearest name is given.
    """
    words = vocabulary.load(db)
    plain = " ".join(name.split())
    found = words.resolve(plain)
    if found is None and plain and "\x00" not in plain:
        row = db.scalar(select(ConceptRow.uri).where(ConceptRow.slug == plain))
        found = words.current(row) if row else None
    if found is None:
        labels = {text.casefold(): text for concept in words for kind, _, text in concept.labels()}
        near = difflib.get_close_matches(plain.casefold(), labels, n=1)
        hint = f" Did you mean “{labels[near[0]]}”?" if near else " See: commonplace vocabulary export --format csv"
        raise NotFound(f"The vocabulary has no concept “{plain[:80]}”.{hint}")
    return found


def new_uri(label: str, beside: str | None, taken: Container[str]) -> str:
    """An address for a new concept, where its neighbours have theirs; `taken` ones are left alone."""
    place = beside[: max(beside.rfind("/"), beside.rfind("#")) + 1] if beside else ""
    place = place or "urn:commonplace:concept:"
    name, number = vocabulary.slug(label, set()), 2
    uri = place + name
    while uri in taken:
        uri, number = f"{place}{name}-{number}", number + 1
    if isinstance(taken, set):
        taken.add(uri)
    return uri
