"""New and changed articles are compared with what shares a band of words; copies fold, siblings form families."""

from collections.abc import Sequence

from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.orm import Session

from curation.database import (
    ArticleRow,
    BandRow,
    DecisionRow,
    FoldDecisionRow,
    RelationRow,
    ResourceRow,
    ScoreRow,
    TaggingRow,
)
from curation.dedup.canonical import canonical
from curation.dedup.folder import MOST_CANDIDATES, Folder
from curation.dedup.signature import signature
from curation.dedup.text import FOLDED, Relation, Text
from curation.services import publish

# Why two resources are one when a person said so.
JOINED = "a curator joined them"


def _waiting() -> Select[ArticleRow]:
    """Articles that say something else than when they were last compared."""
    return (
        select(ArticleRow)
        .join(ResourceRow, ResourceRow.id == ArticleRow.resource_id)
        .where(ArticleRow.compared_as != ArticleRow.digest, ResourceRow.state != "withdrawn")
    )


def waiting(db: Session) -> int:
    """How many articles wait to be compared."""
    return db.scalar(select(func.count()).select_from(_waiting().subquery())) or 0


def compare_next(db: Session, limit: int) -> list[str]:
    """Compare the next articles, oldest first, so that a run cut short goes on where it was; what each became."""
    return [_place(db, article) for article in db.scalars(_waiting().order_by(ArticleRow.id).limit(limit)).all()]


def _place(db: Session, article: ArticleRow) -> str:
    """Look one article's kin up and fold, group or link it; the strongest relation found."""
    me = _text(article)
    _sign(db, article, me)
    _forget(db, article.resource)
    folder, found = Folder(me), []
    for other in _candidates(db, article):
        relation = _relation(db, article, other, folder.relation(_text(other)))
        if relation.kind != "none":
            found.append((relation, other))
    article.compared_as = article.digest
    copies = [(relation, other) for relation, other in found if relation.kind in FOLDED]
    for relation, other in found:
        if relation.kind not in FOLDED:
            _link(db, article, other, relation)
    if copies and _fold(db, article, folder, copies):
        return "folded"
    return "siblings" if any(relation.kind == "sibling" for relation, _ in found) else "alone"


def _text(article: ArticleRow) -> Text:
    """An article as the folding sees it."""
    return Text(article.resource_id, article.title, article.text, article.source, article.url, article.published)


def _sign(db: Session, article: ArticleRow, text: Text) -> None:
    """Keep the article's signature, so that later ones find it."""
    made = signature(text)
    article.signature = made.sketch
    db.execute(delete(BandRow).where(BandRow.article_id == article.id))
    db.add_all(BandRow(article_id=article.id, position=n, band=band) for n, band in enumerate(made.bands))
    db.flush()


def _forget(db: Session, resource: ResourceRow) -> None:
    """Drop what an earlier comparison said of this resource."""
    mine = or_(RelationRow.first == resource.id, RelationRow.second == resource.id)
    db.execute(delete(RelationRow).where(mine))
    resource.family = None


def _candidates(db: Session, article: ArticleRow) -> Sequence[ArticleRow]:
    """Articles that share a band, those with the most first, and those a curator joined to this one."""
    mine = select(BandRow.band).where(BandRow.article_id == article.id)
    shared = (
        select(BandRow.article_id)
        .where(BandRow.band.in_(mine), BandRow.article_id != article.id)
        .group_by(BandRow.article_id)
        .order_by(func.count().desc(), BandRow.article_id)
        .limit(MOST_CANDIDATES)
    )
    ids = list(db.scalars(shared))
    said = select(FoldDecisionRow.first, FoldDecisionRow.second).where(
        or_(FoldDecisionRow.first == article.resource_id, FoldDecisionRow.second == article.resource_id)
    )
    named = {i for pair in db.execute(said) for i in pair} - {article.resource_id}
    statement = (
        select(ArticleRow)
        .join(ResourceRow, ResourceRow.id == ArticleRow.resource_id)
        .where(or_(ArticleRow.id.in_(ids), ArticleRow.resource_id.in_(named)), ResourceRow.state != "withdrawn")
    )
    # One not yet compared itself is skipped: it will look this one up, and the outcome is the same in any order.
    return [other for other in db.scalars(statement.order_by(ArticleRow.id)) if other.compared_as == other.digest]


def _relation(db: Session, article: ArticleRow, other: ArticleRow, computed: Relation) -> Relation:
    """What holds between two articles: a curator's word if there is one, else what was computed."""
    pair = sorted((article.resource_id, other.resource_id))
    statement = select(FoldDecisionRow.verdict).where(
        FoldDecisionRow.first == pair[0], FoldDecisionRow.second == pair[1]
    )
    verdict = db.scalar(statement.order_by(FoldDecisionRow.id.desc()).limit(1))
    if verdict == "join" and computed.kind not in FOLDED:
        return Relation("copy", computed.similarity, JOINED)
    if verdict == "split" and computed.kind in FOLDED:
        return Relation("none", computed.similarity, "a curator split them")
    return computed


def _link(db: Session, article: ArticleRow, other: ArticleRow, relation: Relation) -> None:
    """Note a relation that folds nothing; siblings share the name of their family."""
    first, second = article.resource_id, other.resource_id
    if relation.lead == second:
        first, second = second, first
    row = RelationRow(first=first, second=second, kind=relation.kind, similarity=relation.similarity, why=relation.why)
    db.merge(row)
    if relation.kind == "sibling":
        _make_family(db, article.resource, other.resource)


def _make_family(db: Session, one: ResourceRow, other: ResourceRow) -> None:
    """Give two siblings one family name; where both had one, the families become one."""
    name = min(one.family or one.id, other.family or other.id)
    old = [family for family in (one.family, other.family) if family and family != name]
    one.family = other.family = name
    db.flush()
    if old:
        db.execute(update(ResourceRow).where(ResourceRow.family.in_(old)).values(family=name))


def _fold(db: Session, article: ArticleRow, folder: Folder, copies: list[tuple[Relation, ArticleRow]]) -> bool:
    """Put an article and its copies under one canonical member; whether it belongs there.

    It joins the cluster of its most similar copy only, if it is alike to its members on average: chains of small
    differences would else join what has little in common. A curator's "join" needs no likeness.
    """
    relation, nearest = max(copies, key=lambda found: (found[0].similarity, -found[1].id))
    root = nearest.resource.folded_into or nearest.resource_id
    statement = select(ArticleRow).join(ResourceRow, ResourceRow.id == ArticleRow.resource_id)
    members = db.scalars(statement.where(or_(ResourceRow.id == root, ResourceRow.folded_into == root))).all()
    others = sorted((m for m in members if m.id != article.id), key=lambda m: (m.resource_id != root, m.id))
    if relation.why != JOINED and not folder.joins([_text(m) for m in others]):
        return False
    everyone = [*others, article]
    best = canonical([_weighed(db, member) for member in everyone])
    for member in everyone:
        resource, before = member.resource, (member.resource.state, member.resource.folded_into)
        if resource.id == best:
            resource.state, resource.folded_into, resource.relation, resource.similarity = "live", None, None, None
        else:
            resource.state, resource.folded_into = "folded", best
            if resource.relation is None or member is article:
                resource.relation, resource.similarity = relation.kind, relation.similarity
        if before != (resource.state, resource.folded_into):
            publish.touch(db, resource.id)
            _bring_tags(db, resource.id, best)
    publish.touch(db, best)
    return True


def _weighed(db: Session, article: ArticleRow) -> Text:
    """An article with what the choice of the canonical member looks at besides its words."""
    score = db.get(ScoreRow, article.resource_id)
    text = _text(article)
    return Text(
        text.id, text.title, text.text, text.source, text.url, text.published, 0, score.score if score else None
    )


def _bring_tags(db: Session, resource_id: str, best: str) -> None:
    """What people tagged a copy with also holds for its canonical member, unless they said otherwise there."""
    if resource_id == best:
        return
    here = select(DecisionRow.concept).where(DecisionRow.resource_id == best)
    statement = select(TaggingRow).where(TaggingRow.resource_id == resource_id, TaggingRow.concept.not_in(here))
    for tagging in db.scalars(statement):
        db.merge(
            TaggingRow(resource_id=best, concept=tagging.concept, account_id=tagging.account_id, since=tagging.since)
        )


def decide(db: Session, account_id: int | None, first: str, second: str, verdict: str) -> None:
    """A curator's word about two resources: "join" or "split" binds from the next comparison on, for ever."""
    pair = sorted((first, second))
    db.add(FoldDecisionRow(first=pair[0], second=pair[1], verdict=verdict, account_id=account_id))
    for row in db.scalars(select(ArticleRow).where(ArticleRow.resource_id.in_(pair))):
        if row.resource.folded_into in pair:
            row.resource.state, row.resource.folded_into, row.resource.relation = "live", None, None
        row.compared_as = ""
    publish.touch(db, *pair)
