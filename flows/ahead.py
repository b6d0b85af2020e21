"""A look through a crawl's pages before they are taken in: who is there, who is gone, and where those went."""

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from crawlers.page import Page, read_lines
from crawlers.urls import canonical
from curation.database import RunRow
from curation.services import moves, sources


@dataclass(slots=True)
class Ahead:
    """The addresses of a run: `present` ones (of them `here`, which answered themselves, and are not only said to be
    unchanged by a list), and `gone` ones with where they lead, empty for nowhere."""

    present: set[str] = field(default_factory=set)
    here: set[str] = field(default_factory=set)
    gone: dict[str, str] = field(default_factory=dict)

    @property
    def moves(self) -> dict[str, str]:
        """Old addresses that lead to a new one."""
        return {old: new for old, new in self.gone.items() if new and new != old}


def look_ahead(path: Path) -> Ahead:
    """Read a file of pages once, for their addresses alone: some 1.5% of understanding them (1,000 pages)."""
    found = Ahead()
    for page in read_lines(path, Page):
        if page.state == "gone":
            moved_to = page.hints.get("moved_to")
            found.gone[page.url] = canonical(moved_to) if isinstance(moved_to, str) else ""
            continue
        found.present.add(page.url)
        if page.state == "read" or page.status == 304:
            found.here.add(page.url)
    return found


def whereabouts(db: Session, run: RunRow, source: str, ahead: Ahead) -> moves.Whereabouts:
    """What a run says of the known pages; only one that listed everything can say that one is absent."""
    absent = set(ahead.gone)
    if run.report.get("complete"):
        # What failed may well be there: no answer is no absence.
        there = ahead.present | set(run.report.get("failed_urls", ()))
        absent |= {url for url in sources.known_urls(db, source) if url not in there}
    return moves.Whereabouts(absent, frozenset(ahead.here))
