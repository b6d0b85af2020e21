"""New and changed articles are compared with what shares a band of words; copies fold, siblings form families."""

from collections.abc import Sequence

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.orm import Session, contains_eager, defer

from curation.database import AccountRow, ArticleRow, FoldDecisionRow, RelationRow, ResourceRow, reading
from curation.dedup.folder import Folder
from curation.dedup.text import FOLDED, Relation
from curation.errors import CurationError
from curation.services import accounts, folds, kin, matching, publish
from curation.services.folds import JOINED, SPLIT

VERDICTS = ("join", "split", "undo")

KEPT = 16
"""Relations of a kind that are noted for one article, the strongest first (count). All pairs of a cluster of 17 are
noted; among thousands of pages made from one template each names its 16 nearest, and the family holds them all.
Source: judgement."""

Found = list[tuple[Relation, ArticleRow]]


def _waiting() -> Select[ArticleRow]:
    """Articles that say something else than when they were last compared."""
    return (
        select(ArticleRow)
        .join(ArticleRow.resource)
        .where(ArticleRow.compared_as != ArticleRow.digest, ResourceRow.state != "withdrawn")
    )


def waiting(db: Session) -> int:
    """How many articles wait to be compared."""
    return db.scalar(select(func.count()).select_from(_waiting().with_only_columns(ArticleRow.id).subquery())) or 0


def compare_next(db: Session, limit: int) -> list[str]:
    """Compare the next articles, oldest first, so that a run cut short goes on where it was; what each became."""
    statement = (
        _waiting()
        .options(defer(ArticleRow.html), contains_eager(ArticleRow.resource))
        .order_by(ArticleRow.id)
        .limit(limit)
    )
    return [_place(db, article) for article in db.scalars(statement).all()]


def _place(db: Session, article: ArticleRow) -> str:
    """Look one article's kin up and fold, group or link it; what it became: folded, siblings or alone."""
    page = kin.text_of(article)
    made = kin.sign(db, article, page)
    _forget(db, article.resource)
    folder, said = Folder(page), folds.verdicts(db, [article.resource_id])
    found: Found = []
    for other in _others(db, article, kin.candidates(db, article, made), said):
        verdict = said.get(folds.pair(article.resource_id, other.resource_id))
        computed = folder.relation(kin.text_of(other))
        found.append((_judged(computed, verdict, set(article.readers) == set(other.readers)), other))
    article.compared_as = article.digest
    db.flush()
    _note(db, article, found)
    copies = [(relation, other) for relation, other in found if relation.kind in FOLDED]
    if folds.settle(db, article, copies):
        return "folded"
    return "siblings" if any(relation.kind == "sibling" for relation, _ in found) else "alone"


def _others(db: Session, article: ArticleRow, near: list[ArticleRow], said: dict[folds.Pair, str]) -> list[ArticleRow]:
    """The candidates, and those a curator joined to this article."""
    joined = {i for which, verdict in said.items() if verdict == "join" for i in which}
    missing = joined - {article.resource_id} - {other.resource_id for other in near}
    return near + kin.compared(db, frozenset(), sorted(missing))


def _judged(computed: Relation, verdict: str | None, same_readers: bool) -> Relation:
    """What holds between two articles: a curator's word if there is one, else what was computed. Pages for other
    readers are never one: folding would hide the one from its readers, or show the other to everyone."""
    if not same_readers and (computed.kind in FOLDED or verdict == "join"):
        return Relation("none", computed.similarity, "they are for other readers")
    if verdict == "join" and computed.kind not in FOLDED:
        return Relation("copy", computed.similarity, JOINED)
    if verdict == "split" and computed.kind in FOLDED:
        return Relation("none", computed.similarity, SPLIT)
    return computed


def _forget(db: Session, resource: ResourceRow) -> None:
    """Drop what an earlier comparison said of this resource."""
    for side in (RelationRow.first, RelationRow.second):
        db.execute(delete(RelationRow).where(side == resource.id).execution_options(synchronize_session=False))
    resource.family = None


def _note(db: Session, article: ArticleRow, found: Found) -> None:
    """Keep the strongest relations of each kind; siblings share the name of their family."""
    rows, kinds = [], dict.fromkeys((relation.kind for relation, _ in found if relation.kind != "none"))
    for kind in kinds:
        of_kind = [each for each in found if each[0].kind == kind]
        for relation, other in sorted(of_kind, key=lambda each: (-each[0].similarity, each[1].id))[:KEPT]:
            # Where neither leads, not the order in which they came: a run that was cut short reads sources in another.
            first, second = sorted((article.resource_id, other.resource_id))
            if relation.lead == second:
                first, second = second, first
            about = {"kind": relation.kind, "similarity": relation.similarity, "why": relation.why}
            rows.append({"first": first, "second": second, **about})
    if rows:
        db.execute(insert(RelationRow), rows)
    siblings = [other.resource for relation, other in found if relation.kind == "sibling"]
    if siblings:
        _make_family(db, [article.resource, *siblings])


def _make_family(db: Session, members: Sequence[ResourceRow]) -> None:
    """Give siblings one family name; where some had one already, the families become one."""
    name = min(member.family or member.id for member in members)
    new = [member.id for member in members if member.family is None]
    old = {member.family for member in members if member.family not in (None, name)}
    for which in (ResourceRow.id.in_(new) if new else None, ResourceRow.family.in_(old) if old else None):
        if which is not None:
            named = update(ResourceRow).where(which).values(family=name)
            db.execute(named.execution_options(synchronize_session="fetch"))


def decide(db: Session, account: AccountRow | None, first: str, second: str, verdict: str) -> FoldDecisionRow:
    """A curator's word about two resources: "join" or "split" binds from now on, "undo" gives the pair back to the
    machine's judgement. Nothing is overwritten: the latest word counts.

    Raises:
        NotAllowed: the account is no curator's.
        NotFound: no such resource.
        CurationError: another verdict, or one resource twice.
    """
    accounts.demand(account, "curator")
    if verdict not in VERDICTS:
        raise CurationError(f"{verdict[:40]!r} is no verdict. Say join, split or undo.")
    if first == second:
        raise CurationError("A resource can't be joined with itself, nor split. Name two.")
    for resource_id in (first, second):
        matching.canonical(db, resource_id)
    one, other = folds.pair(first, second)
    said = FoldDecisionRow(first=one, second=other, verdict=verdict, account_id=account.id if account else None)
    db.add(said)
    db.flush()
    # Locked, because on a server a comparison of everything may be under way.
    held = select(ArticleRow).where(ArticleRow.resource_id.in_((one, other))).order_by(ArticleRow.id)
    with reading.everything(db):
        articles = [a for a in db.scalars(held.with_for_update()) if a.resource.state != "withdrawn"]
        for article in articles:
            article.compared_as = f"before decision {said.id}"
        for article in articles:
            _place(db, article)
        publish.touch(db, one, other)
    return said
