"""Which of the resources that are tied as copies become one, and which of them stands for all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from curation.database import (
    ArticleRow,
    DecisionRow,
    FoldDecisionRow,
    RelationRow,
    ResourceRow,
    ScoreRow,
    TaggingRow,
)
from curation.dedup.canonical import canonical
from curation.dedup.cluster import SAMPLE, cluster
from curation.dedup.compare import Prepared, compare_prepared, prepare
from curation.dedup.folder import Folder
from curation.dedup.text import FOLDED, Kind, Relation, Text
from curation.services import kin, publish, vocabulary

# Why two resources are one, or are not, when a person said so.
JOINED, SPLIT = "a curator joined them", "a curator split them"

LARGEST = 32
"""Tied resources that are clustered anew with every arrival (count), so that the order of arrival changes nothing: at
most 496 comparisons, .2 s. What joins a larger group joins the cluster of its nearest copy, as it stands. Judgement."""

Pair = tuple[str, str]


def pair(one: str, other: str) -> Pair:
    """Two ids in the order the record keeps them."""
    return (one, other) if one < other else (other, one)


def verdicts(db: Session, resource_ids: Iterable[str]) -> dict[Pair, str]:
    """What curators said of these resources and others, "join" or "split"; the latest word on a pair counts."""
    ids = list(resource_ids)
    said = select(FoldDecisionRow.first, FoldDecisionRow.second, FoldDecisionRow.verdict)
    mine = said.where(or_(FoldDecisionRow.first.in_(ids), FoldDecisionRow.second.in_(ids)))
    found = {(first, second): verdict for first, second, verdict in db.execute(mine.order_by(FoldDecisionRow.id))}
    return {which: verdict for which, verdict in found.items() if verdict in ("join", "split")}


@dataclass(frozen=True)
class _Tied:
    """Resources that folding relations tie together, however long the chain."""

    articles: dict[str, ArticleRow]
    relations: dict[Pair, Relation]
    said: dict[Pair, str]

    @cached_property
    def pages(self) -> dict[str, Prepared]:
        return {i: prepare(kin.text_of(article)) for i, article in self.articles.items()}

    def joined(self) -> list[Pair]:
        """What a curator joined."""
        joins = [which for which, verdict in self.said.items() if verdict == "join"]
        return [which for which in joins if set(which) <= set(self.articles) and self.same_readers(*which)]

    def same_readers(self, one: str, other: str) -> bool:
        """Whether two may be one at all."""
        return set(self.articles[one].readers) == set(self.articles[other].readers)

    def measure(self, one: str, other: str) -> Relation:
        """How two of them relate; a curator's split keeps them apart as siblings are."""
        which = pair(one, other)
        if which not in self.relations:
            self.relations[which] = compare_prepared(self.pages[one], self.pages[other])
        if self.said.get(which) == "split" or not self.same_readers(one, other):
            return Relation("sibling", self.relations[which].similarity, SPLIT)
        return self.relations[which]


def settle(db: Session, article: ArticleRow, nearest: Sequence[tuple[Relation, ArticleRow]]) -> bool:
    """Cluster what is tied to an article, and fold each cluster; whether the article is one of several now.

    `nearest` are its own copies, for the case that too much is tied to be looked at whole.
    """
    tied = _tied(db, article)
    if tied is None:
        return _join(db, article, nearest)
    known = [(one, other, tied.measure(one, other)) for one, other in list(tied.relations)]
    homes = cluster(known, sorted(tied.articles), tied.measure, tied.joined())
    groups: dict[str, list[str]] = {}
    for member, home in homes.items():
        groups.setdefault(home, []).append(member)
    for members in groups.values():
        _fold(db, tied, members)
    return len(groups[homes[article.resource_id]]) > 1


def _tied(db: Session, article: ArticleRow) -> _Tied | None:
    """All that is tied to an article; None where that is more than `LARGEST`."""
    members, latest = {article.resource_id}, {article.resource_id}
    relations: dict[Pair, Relation] = {}
    said: dict[Pair, str] = {}
    while latest:
        met = _links(db, latest, relations)
        verdict = verdicts(db, latest)
        said |= verdict
        met |= {i for which, word in verdict.items() if word == "join" for i in which}
        latest = met - members
        members |= latest
        if len(members) > LARGEST:
            return None
    articles = {article.resource_id: article}
    if len(members) > 1:
        articles |= {row.resource_id: row for row in kin.compared(db, frozenset(), sorted(members))}
    inside = {which: relation for which, relation in relations.items() if set(which) <= set(articles)}
    return _Tied(articles, inside, said)


def _links(db: Session, latest: set[str], relations: dict[Pair, Relation]) -> set[str]:
    """One step along the folding relations; they are noted in `relations`."""
    ids = sorted(latest)
    # More than this are tied to one page only where the whole is too large anyway.
    steps = [
        select(RelationRow.first, RelationRow.second, RelationRow.kind, RelationRow.similarity, RelationRow.why)
        .where(side.in_(ids), RelationRow.kind.in_(sorted(FOLDED)))
        .limit(LARGEST * LARGEST)
        for side in (RelationRow.first, RelationRow.second)
    ]
    for step in steps:
        for first, second, kind, similarity, why in db.execute(step):
            relations[pair(first, second)] = Relation(cast(Kind, kind), similarity, why)
    return {i for which in relations for i in which if latest.intersection(which)}


def _fold(db: Session, tied: _Tied, members: Sequence[str]) -> None:
    """Put a cluster under its canonical member."""
    rows = [tied.articles[i] for i in members]
    best = rows[0].resource_id if len(rows) == 1 else canonical(weighed(db, rows))
    for row in rows:
        _put(db, row.resource, best, _likeness(tied, row.resource_id, best) if row.resource_id != best else None)


def _likeness(tied: _Tied, member: str, best: str) -> tuple[str, float]:
    """How a member relates to the canonical one, which another member may have tied it to."""
    relation = tied.measure(member, best)
    joined = tied.said.get(pair(member, best)) == "join"
    return relation.kind if relation.kind in FOLDED else "copy" if joined else "revision", relation.similarity


def _put(db: Session, resource: ResourceRow, best: str, likeness: tuple[str, float] | None) -> None:
    """Say where a resource stands: for itself, or as a copy of the best of its cluster."""
    before = (resource.state, resource.folded_into)
    resource.state, resource.folded_into = ("folded", best) if likeness else ("live", None)
    resource.relation, resource.similarity = likeness or (None, None)
    if before != (resource.state, resource.folded_into):
        publish.touch(db, *{resource.id, best})
        _bring_tags(db, resource.id, best)


def _join(db: Session, article: ArticleRow, nearest: Sequence[tuple[Relation, ArticleRow]]) -> bool:
    """Put an article into the cluster of its most similar copy, if it is alike to some of its members on average."""
    resource = article.resource
    relation, copy = max(nearest, key=lambda found: (found[0].why == JOINED, found[0].similarity, -found[1].id))
    root = copy.resource.folded_into or copy.resource_id
    if root == resource.id:
        return True
    few = select(ResourceRow.id).where(ResourceRow.folded_into == root, ResourceRow.id != resource.id).limit(SAMPLE - 1)
    members = kin.compared(db, frozenset(), [root, *db.scalars(few)])
    head = next((row for row in members if row.resource_id == root), None)
    alike = Folder(kin.text_of(article)).joins([kin.text_of(row) for row in members])
    if head is None or not (relation.why == JOINED or alike):
        _put(db, resource, resource.id, None)
        return False
    best = canonical(weighed(db, [head, article]))
    theirs = ResourceRow.folded_into.in_((root, resource.id)) & (ResourceRow.state == "folded")
    moved = update(ResourceRow).where(theirs).values(folded_into=best)
    db.execute(moved.execution_options(synchronize_session="fetch"))
    for row in (head.resource, resource):
        _put(db, row, best, (relation.kind, relation.similarity) if row.id != best else None)
    return True


def weighed(db: Session, articles: Sequence[ArticleRow]) -> list[Text]:
    """Articles with what the choice of the canonical member looks at besides their words."""
    ids = [article.resource_id for article in articles]
    rated = select(ScoreRow.resource_id, ScoreRow.score).where(ScoreRow.resource_id.in_(ids))
    scores = {row.resource_id: row.score for row in db.execute(rated)}
    links = kin.inbound(db, [article.url for article in articles])
    return [
        replace(kin.text_of(article), inbound=links[article.url], rating=scores.get(article.resource_id))
        for article in articles
    ]


def _bring_tags(db: Session, resource_id: str, best: str) -> None:
    """What people tagged a copy with also holds for its canonical member, unless they said otherwise there."""
    if resource_id == best:
        return
    words = vocabulary.load(db)
    said = db.scalars(select(DecisionRow.concept).where(DecisionRow.resource_id == best))
    here = {words.current(uri) for uri in said}
    for tagging in db.scalars(select(TaggingRow).where(TaggingRow.resource_id == resource_id)):
        if tagging.concept not in here:
            facts = {name: getattr(tagging, name) for name in ("concept", "account_id", "since", "origins")}
            db.merge(TaggingRow(resource_id=best, **facts))
