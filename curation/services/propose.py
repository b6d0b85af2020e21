"""What people write about that the vocabulary lacks: each text's phrases are kept, and what recurs is proposed.

Only a text that is new or changed is read (spaCy takes 100 times as long as anything else here).
"""

import json
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from curation.database import ArticleRow, PhraseRow, ResourceRow
from curation.services import learn, matching, vocabulary
from curation.tagging.function_words import STOP
from curation.tagging.language import guess_language
from curation.tagging.phrases import Phrase, PhraseReader
from curation.tagging.proposals import LabelProposal, Proposal, Said, propose, propose_labels
from curation.tagging.suggestion import Document

# Articles read from the record at a time.
BATCH = 100


@dataclass(frozen=True, slots=True)
class Unread:
    """A text whose phrases are to be found, and which state of it this is."""

    document: Document
    digest: str


def waiting(db: Session, reader: PhraseReader) -> int:
    """How many live texts are new, changed, or were read in another way."""
    return db.scalar(select(func.count()).select_from(_waiting(db, reader).subquery())) or 0


def next_unread(db: Session, reader: PhraseReader) -> list[Unread]:
    """The next of them, each with its language."""
    rows = db.scalars(_waiting(db, reader).order_by(ArticleRow.id).limit(BATCH))
    return [Unread(_in_its_language(learn.document(row)), row.digest) for row in rows]


def keep_phrases(db: Session, reader: PhraseReader, found: Iterable[tuple[Unread, Sequence[Phrase]]]) -> None:
    """Put the phrases of these texts in the place of those found before."""
    for text, phrases in found:
        language = text.document.language or ""
        data = json.dumps([[phrase.key, phrase.written, phrase.start] for phrase in phrases], ensure_ascii=False)
        row = PhraseRow(resource_id=text.document.id, language=language, digest=text.digest)
        row.method, row.found = reader.method(language), zlib.compress(data.encode("utf-8", "replace"))
        db.merge(row)
    db.flush()


def concepts(db: Session, least: int) -> list[Proposal]:
    """Phrases that recur in live resources of one language, name no author and have no label; the most telling first,
    language by language."""
    words, people = vocabulary.load(db), _people(db)
    found = (propose(_said(db, one), _texts(db), words, one, least, people) for one in _languages(db))
    return [proposal for proposals in found for proposal in proposals]


def labels(db: Session) -> list[LabelProposal]:
    """Phrases that recur where curators set a concept which the text does not name: altLabels, perhaps."""
    words, people, reviewed = vocabulary.load(db), _people(db), learn.examples(db)
    read = {row.resource_id: row.language for row in db.execute(select(PhraseRow.resource_id, PhraseRow.language))}
    found = []
    for language in _languages(db):
        mine = [one for one in reviewed if read.get(one.document.id) == language]
        found += propose_labels(_said(db, language), mine, words, language, people)
    return found


def _waiting(db: Session, reader: PhraseReader) -> Select[ArticleRow]:
    """Live articles without phrases, or with those of other words or another method."""
    ways = db.execute(select(PhraseRow.language, PhraseRow.method).distinct()).all()
    stale = [
        and_(PhraseRow.language == language, PhraseRow.method == method)
        for language, method in ways
        if reader.method(language) != method
    ]
    other = or_(PhraseRow.resource_id.is_(None), PhraseRow.digest != ArticleRow.digest, *stale)
    joined = select(ArticleRow).join(ResourceRow, ResourceRow.id == ArticleRow.resource_id)
    read = joined.outerjoin(PhraseRow, PhraseRow.resource_id == ArticleRow.resource_id)
    return read.where(ResourceRow.state == "live", other)


def _in_its_language(document: Document) -> Document:
    """A document that says its language, told from its words where nobody did."""
    said = (document.language or "").lower().partition("-")[0]
    return replace(document, language=said or guess_language(document.text, tuple(STOP), "en"))


def _people(db: Session) -> set[str]:
    """Who wrote something, in small letters."""
    return {name.casefold() for names in db.scalars(select(ArticleRow.authors)) for name in names}


def _languages(db: Session) -> list[str]:
    return sorted(db.scalars(select(PhraseRow.language).distinct()))


def _said(db: Session, language: str) -> Said:
    """The phrases of live resources of a language, a few at a time."""
    statement = (
        select(PhraseRow.resource_id, PhraseRow.found)
        .join(ResourceRow, ResourceRow.id == PhraseRow.resource_id)
        .where(ResourceRow.state == "live", PhraseRow.language == language)
        .order_by(PhraseRow.resource_id)
    )

    def said() -> Iterator[tuple[str, list[Phrase]]]:
        for resource_id, found in db.execute(statement.execution_options(yield_per=BATCH)):
            yield resource_id, [Phrase(*row) for row in json.loads(zlib.decompress(found))]

    return said


def _texts(db: Session) -> Callable[[Collection[str]], dict[str, str]]:
    """The texts of these resources."""

    def texts(ids: Collection[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for batch in matching.batches(sorted(ids)):
            statement = select(ArticleRow.resource_id, ArticleRow.text).where(ArticleRow.resource_id.in_(batch))
            found.update((row.resource_id, row.text) for row in db.execute(statement))
        return found

    return texts
