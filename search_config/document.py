"""SearchDocument: exactly what is indexed for one resource, and nothing else."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One resource as the index knows it.

    `version` grows with every change of the resource and is used as the external version: an older write never
    wins. `tags` are the URIs of accepted concepts; `tag_paths` the same with all their broader concepts, so that a
    filter on a concept also finds its narrower ones; `tag_labels` the words people know them by (prefLabels and
    altLabels), searched as text. `published` and `added` are ISO 8601 dates; `rating` is the weighed score from 1
    to 5, None where nobody rated. `readers` are the names that may find it, everyone where there are none.
    """

    id: str
    version: int
    title: str
    text: str
    url: str = ""
    summary: str = ""
    source: str = ""
    kind: str = "page"
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    tag_paths: tuple[str, ...] = ()
    tag_labels: tuple[str, ...] = ()
    language: str = ""
    published: str | None = None
    added: str = ""
    rating: float | None = None
    rating_count: int = 0
    readers: tuple[str, ...] = ()

    @property
    def year(self) -> int | None:
        """The year it was published, None where that is unknown."""
        head = (self.published or "")[:4]
        return int(head) if len(head) == 4 and head.isascii() and head.isdecimal() else None
