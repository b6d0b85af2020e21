"""What people write about that the vocabulary lacks: proposals for concepts, and for further labels of known ones."""

from collections.abc import Callable, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from curation.database import ArticleRow, ResourceRow
from curation.services import learn, vocabulary
from curation.tagging.proposals import LabelProposal, Proposal, load_parser, propose, propose_labels
from curation.tagging.suggestion import Document

# Articles read from the record at a time.
BATCH = 100


def concepts(
    db: Session, model: str, least: int, language: str = "en", progress: Callable[[int], None] = lambda _: None
) -> list[Proposal]:
    """Phrases that recur in live resources of a language, name no author and have no label; the most telling first.

    Raises:
        CurationError: the spaCy model is not installed.
    """
    people = {name.casefold() for names in db.scalars(select(ArticleRow.authors)) for name in names}
    found = propose(_documents(db, language, progress), vocabulary.load(db), load_parser(model), least)
    return [one for one in found if one.label.casefold() not in people]


def labels(db: Session, model: str) -> list[LabelProposal]:
    """Phrases that recur where curators set a concept which the text does not name: altLabels, perhaps."""
    return propose_labels(learn.examples(db), vocabulary.load(db), load_parser(model))


def count(db: Session, language: str = "en") -> int:
    """How many documents `concepts` will read."""
    statement = select(func.count()).select_from(ArticleRow).join(ResourceRow)
    return db.scalar(statement.where(ResourceRow.state == "live", ArticleRow.language == language)) or 0


def _documents(db: Session, language: str, progress: Callable[[int], None]) -> Iterator[Document]:
    """Live articles of a language, a few at a time."""
    statement = select(ArticleRow).join(ResourceRow).where(ResourceRow.state == "live", ArticleRow.language == language)
    for article in db.scalars(statement.order_by(ArticleRow.id).execution_options(yield_per=BATCH)):
        yield learn.document(article)
        progress(1)
