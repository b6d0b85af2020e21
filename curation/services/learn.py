"""What curators decided becomes the tagging model: fitted anew at night, and each later decision counted at once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from curation.database import ArticleRow, DecisionRow, SuggestionRow
from curation.services import runs, verdicts, vocabulary
from curation.tagging.suggestion import Document

if TYPE_CHECKING:
    from curation.tagging.model import Example, Model

# The step's name in the record of runs; its report holds the newest decision the fit had seen.
STEP = "learn"
# Ids in one IN list.
BATCH = 500


@dataclass(frozen=True, slots=True)
class Learned:
    """A fitted model: its version, how many reviewed resources and single decisions it saw, and what it reached."""

    version: str
    reviewed: int
    decisions: int
    figures: dict[str, float]


def document(article: ArticleRow) -> Document:
    """An article as the tagger sees it."""
    return Document(article.resource_id, article.title, article.text, article.language, tuple(article.tags))


def newest_decision(db: Session) -> int:
    """The id of the latest decision, 0 where nobody decided anything."""
    return db.scalar(select(func.max(DecisionRow.id))) or 0


def fitted_until(db: Session) -> int:
    """The id of the latest decision the model in use was fitted on."""
    run = runs.last(db, STEP)
    return int(run.report.get("decision", 0)) if run else 0


def words_now(db: Session) -> str:
    """A mark of the vocabulary, another one after any change."""
    from curation.tagging.keeping import vocabulary_hash

    return vocabulary_hash(vocabulary.load(db))


def fitted_with(db: Session) -> tuple[int, str]:
    """The newest decision and the vocabulary that the model in use was fitted with."""
    run = runs.last(db, STEP)
    return fitted_until(db), str(run.report.get("words", "")) if run else ""


def is_whole(models: Path) -> bool:
    """Whether the model in use was written to its end."""
    from curation.tagging.keeping import is_whole as whole

    return whole(models)


def fit_model(db: Session, models: Path) -> Learned | None:
    """Fit and keep a model of every decision; None where nobody decided anything.

    A resource whose suggestions were all decided says all that it carries; of one reviewed in part only the decisions
    count, because what nobody looked at teaches nothing.
    """
    from curation.tagging.fit import fit
    from curation.tagging.keeping import save_model

    verdicts = _verdicts(db, select(DecisionRow.resource_id).distinct())
    if not verdicts:
        return None
    open_ones = set(db.scalars(select(SuggestionRow.resource_id).where(SuggestionRow.state == "suggested").distinct()))
    whole = [example for example in examples(db) if example.document.id not in open_ones]
    model = fit(vocabulary.load(db), whole)
    partly = {resource: said for resource, said in verdicts.items() if resource in open_ones}
    _replay(model, partly, _articles(db, partly))
    version = save_model(model, models)
    return Learned(version, len(whole), sum(map(len, verdicts.values())), dict(model.figures))


def examples(db: Session) -> list["Example"]:
    """Every resource anybody decided about, with the concepts people set and those they rejected."""
    from curation.tagging.model import Example

    verdicts = _verdicts(db, select(DecisionRow.resource_id).distinct())
    articles = _articles(db, verdicts)
    return [
        Example(
            document(articles[resource]),
            tuple(concept for concept, verdict in said.items() if verdict == "accept"),
            tuple(concept for concept, verdict in said.items() if verdict == "reject"),
        )
        for resource, said in verdicts.items()
        if resource in articles
    ]


def count_newer(db: Session, model: "Model") -> None:
    """Let a model that was fitted at night know what was decided since."""
    newer = select(DecisionRow.resource_id).where(DecisionRow.id > fitted_until(db)).distinct()
    verdicts = _verdicts(db, newer)
    _replay(model, verdicts, _articles(db, verdicts))


def _verdicts(db: Session, resources: Select[str]) -> dict[str, dict[str, str]]:
    """What stands decided of these resources: resource -> concept -> accept or reject."""
    ids = list(db.scalars(resources))
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for start in range(0, len(ids), BATCH):
        for (resource, concept), verdict in sorted(verdicts.all_decided(db, ids[start : start + BATCH]).items()):
            found[resource][concept] = verdict
    return found


def _articles(db: Session, ids: Iterable[str]) -> dict[str, ArticleRow]:
    """The articles of these resources."""
    wanted, found = list(ids), dict[str, ArticleRow]()
    for start in range(0, len(wanted), BATCH):
        statement = select(ArticleRow).where(ArticleRow.resource_id.in_(wanted[start : start + BATCH]))
        found |= {article.resource_id: article for article in db.scalars(statement)}
    return found


def _replay(model: "Model", verdicts: dict[str, dict[str, str]], articles: dict[str, ArticleRow]) -> None:
    """Tell a model single decisions."""
    for resource, said in verdicts.items():
        if resource in articles:
            for concept, verdict in said.items():
                model.learn(document(articles[resource]), concept, verdict == "accept")
