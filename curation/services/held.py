"""Withdrawals that the guard against mass deletion held back, confirmed by a person who looked."""

from sqlalchemy.orm import Session

from curation.database import now, reading
from curation.errors import CurationError
from curation.services import runs, sources


class NotHeld(CurationError):
    """What somebody confirmed is not what is held back now."""


def confirm(db: Session, name: str, who: str, run: int | None = None) -> list[str]:
    """Withdraw what the last believed crawl of a source found gone; the addresses that were in the library. The run
    remembers who said so. Nothing is erased; a page comes back when the source shows it again.

    Raises:
        NotHeld: `run` is given, and another one is the last, or it holds nothing back.
        NotFound: no source has that name.
    """
    sources.get(db, name)
    last = runs.last(db, "crawl", name)
    addresses = list(last.report.get("held", ())) if last else []
    if run is not None and (last is None or last.id != run or not addresses):
        raise NotHeld(f"{name} was read again, or somebody confirmed already. Nothing was withdrawn; look once more.")
    if last is None or not addresses:
        return []
    with reading.everything(db):
        done = sources.withdraw(db, name, addresses)
    confirmed = {"by": who, "at": now().isoformat(timespec="seconds"), "pages": len(addresses)}
    last.report = {**last.report, "held": [], "confirmed": confirmed}
    return done
