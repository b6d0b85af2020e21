"""Folder: one new page against the pages its bands led to, for a library that grows page by page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from curation.dedup.cluster import SAMPLE, joins
from curation.dedup.compare import compare_prepared, prepare
from curation.dedup.text import FOLDED, Relation, Text

MOST_CANDIDATES = 64
"""Pages one new page should be compared with: those sharing most bands. In a band of boilerplate thousands meet; true
copies share most of 32 bands and come first. 64 comparisons of 1,000 words take about 25 ms."""


@dataclass(frozen=True, slots=True)
class Related:
    """A page the new one has a relation to."""

    id: str
    relation: Relation


class Folder:
    """Holds one new page and answers how it relates to others."""

    def __init__(self, text: Text) -> None:
        self._page = prepare(text)

    def relation(self, other: Text) -> Relation:
        """How the new page and `other` relate."""
        return compare_prepared(self._page, prepare(other))

    def relations(self, candidates: Iterable[Text]) -> list[Related]:
        """Every relation but "none", the ones that fold first, then the most alike, then by id. The page itself among
        the candidates (the same id) is passed over."""
        found = (Related(c.id, self.relation(c)) for c in candidates if c.id != self._page.text.id)
        kept = [r for r in found if r.relation.kind != "none"]
        return sorted(kept, key=lambda r: (r.relation.kind not in FOLDED, -r.relation.similarity, r.id))

    def joins(self, members: Sequence[Text]) -> bool:
        """Whether the new page belongs to an existing cluster of copies: alike to its members on average, sibling of
        none. `SAMPLE` members are enough; give the canonical one and the most alike."""
        return joins([self.relation(member) for member in members[:SAMPLE]])
