"""The whole job over the sample organisation: a wiki, a blog, a vocabulary, ratings, words and collections."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawlers.source import Source
from crawlers.urls import canonical
from curation.database import AccountRow, PostRow, SuggestionRow
from curation.database.session import open_session, upgrade
from curation.errors import CurationError
from curation.services import accounts, archive, collect, rate, review, sources, vocabulary
from curation.services.ratings_file import import_rows
from curation.settings import Settings
from flows import library, sample
from flows.index import index
from flows.report import Progress, RunReport, StepReport, silent, timed

# Where the sample is served, tried in this order the first time; the addresses of its pages are part of the record.
PORTS = range(8765, 8785)
# The sample's curator accepted what was suggested with at least this probability, and left the rest to you.
ACCEPTED_FROM = 0.6


def demo_settings(settings: Settings) -> Settings:
    """The same installation with a home of its own, so that the sample never mixes with a real library."""
    return settings.model_copy(update={"home": settings.home / "demo", "database_url": "", "elasticsearch_url": ""})


def sample_port(home: Path) -> int:
    """The port the sample was first served on in this home, or a free one that is kept for the next time.

    Raises:
        CurationError: the port it had is taken now.
    """
    kept = home / "sample-port"
    if kept.exists():
        port = int(kept.read_text(encoding="ascii"))
        if not _free(port):
            raise CurationError(
                f"Port {port}, where the sample organisation stands, is in use: is another demo running? "
                f"Stop it, or remove {home} to begin anew."
            )
        return port
    port = next((port for port in PORTS if _free(port)), 0)
    if not port:
        raise CurationError(f"No port from {PORTS.start} to {PORTS.stop - 1} is free for the sample organisation.")
    home.mkdir(parents=True, exist_ok=True)
    kept.write_text(str(port), encoding="ascii")
    return port


def _free(port: int) -> bool:
    """Whether the sample can be served there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def prepare(settings: Settings, base: str) -> StepReport:
    """The record, the sample's vocabulary, sources, people, ratings, words and collections; what is there stays."""
    report = StepReport("prepare")
    with timed(report):
        upgrade(settings.record_url)
        with open_session(settings.record_url) as db:
            imported = vocabulary.import_file(db, sample.vocabulary_path())
            report.counts = {"concepts": imported.added, "sources": _add_sources(db, base), "people": _add_people(db)}
            ratings = import_rows(db, sample.ratings(base), canonical)
            report.counts |= {"ratings": ratings.added, "posts": _add_posts(db, base)}
            report.messages += [f"ratings.csv, line {line}: {said}" for line, said in ratings.errors]
            names = {person["name"]: person["display_name"] for person in sample.people()}
            for entry in sample.collections(base):
                items = [(canonical(item["url"]), item["note"]) for item in entry["items"]]
                keeper = names.get(entry["curator"], entry["curator"])
                collect.save(db, entry["slug"], entry["title"], entry["description"], keeper, items)
            db.commit()
    return report


def _add_sources(db: Session, base: str) -> int:
    """The wiki and the blog, read without delay: they are our own and on this machine."""
    known = {row.name for row in sources.listed(db)}
    made = [Source.from_dict(entry) for entry in sample.sources(base)]
    new = [source for source in made if source.name not in known]
    for source in new:
        sources.add(db, source.name, source.kind, source.address, source.to_dict())
    return len(new)


def _add_people(db: Session) -> int:
    """The sample's accounts."""
    known = {account.name for account in accounts.accounts(db)}
    new = [person for person in sample.people() if person["name"] not in known]
    for person in new:
        accounts.add(db, person["name"], person["password"], person["role"], person["display_name"])
    return len(new)


def _add_posts(db: Session, base: str) -> int:
    """The archived conversations, once."""
    if db.scalar(select(PostRow.id).limit(1)) is not None:
        return 0
    return archive.import_posts(db, _rows(sample.conversations(base)), canonical).added


def _rows(said: dict[str, list[dict[str, Any]]]) -> Iterator[dict[str, str | None]]:
    """The sample's conversations as the archive takes them: a question before its answers."""
    for number, question in enumerate(said["questions"]):
        yield _row("question", question) | {"id": str(number)}
        for answer in question["answers"]:
            yield _row("answer", answer) | {"parent": str(number), "accepted": str(answer["accepted"]).lower()}
    for comment in said["comments"]:
        yield _row("comment", comment)


def _row(kind: str, post: dict[str, Any]) -> dict[str, str | None]:
    """The columns every kind of post has."""
    return {"kind": kind, **{name: post.get(name) for name in ("title", "author", "at", "body", "url")}}


def curate(settings: Settings) -> StepReport:
    """What the sample's curator decided before you came: the surest suggestions are accepted, once."""
    report = StepReport("curate")
    with timed(report), open_session(settings.record_url) as db:
        curator = db.scalar(select(AccountRow).where(AccountRow.role == "curator").order_by(AccountRow.id).limit(1))
        if db.scalar(select(SuggestionRow.concept).where(SuggestionRow.state != "suggested").limit(1)) is None:
            for card in review.queue(db, limit=10_000, least=ACCEPTED_FROM):
                review.decide(db, curator, card.resource_id, card.concept.uri, "accept")
                report.count("accepted")
        report.counts["waiting_for_you"] = review.waiting(db)
        rate.weigh(db)
        db.commit()
    return report


def demo(settings: Settings, base: str, progress: Progress = silent) -> RunReport:
    """Everything, from nothing or from what is there."""
    report = RunReport([prepare(settings, base)])
    report.steps += library.run(settings, progress=progress).steps
    report.steps += [curate(settings), index(settings, progress)]
    return report
