"""What an article should be compared with: its signature is kept, and looked up in work that never grows."""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Select, TextualSelect, delete, func, insert, literal, select, text, union_all
from sqlalchemy.orm import Session, contains_eager, load_only

from curation.database import ArticleRow, BandRow, LinkRow, ResourceRow
from curation.dedup.candidates import WORTH
from curation.dedup.folder import MOST_CANDIDATES
from curation.dedup.signature import BANDS, Signature, estimate, signature, signed_key
from curation.dedup.text import Text

SIDE = 16
"""Articles read on either side of a new one in a band (count): a band of up to 16 is seen whole. In a larger one, which
a template or a mass of copies made, equal pages stand side by side, and true copies of another share rarer bands too.
So a look-up reads at most 33 * 32 rows, however large the library. Source: judgement."""

MOST_LINKS = 200
"""Different links of an article that count (count); more make a directory, not a recommendation. Source: judgement."""

MOST_INBOUND = 1_000
"""Inbound links that are counted (count): past a thousand a page is well linked, and counting costs. Judgement."""


def text_of(article: ArticleRow) -> Text:
    """An article as the folding sees it."""
    return Text(article.resource_id, article.title, article.text, article.source, article.url, article.published)


def sign(db: Session, article: ArticleRow, page: Text) -> Signature:
    """Keep an article's signature and links, so that later ones find it."""
    made = signature(page)
    article.signature = made.sketch
    db.flush()
    _rewrite(db, BandRow, article.id, [{"band": band, "rank": made.rank} for band in set(made.bands)])
    targets = list(dict.fromkeys(map(_target, article.links)))[:MOST_LINKS]
    _rewrite(db, LinkRow, article.id, [{"target": target} for target in targets if target != _target(article.url)])
    return made


def unsign(db: Session, article: ArticleRow) -> None:
    """Let an article that went be found no more, and wait for nothing; it is compared when it comes back."""
    article.compared_as = article.digest
    for table in (BandRow, LinkRow):
        _rewrite(db, table, article.id, [])


def _rewrite(db: Session, table: type[BandRow | LinkRow], article_id: int, rows: list[dict[str, int]]) -> None:
    db.execute(delete(table).where(table.article_id == article_id).execution_options(synchronize_session=False))
    if rows:
        db.execute(insert(table), [{**row, "article_id": article_id} for row in rows])


def _target(address: str) -> int:
    """The key of an address, without the place on the page."""
    return signed_key(address.partition("#")[0].rstrip("/").encode("utf-8", "surrogatepass"))


def candidates(db: Session, article: ArticleRow, made: Signature) -> list[ArticleRow]:
    """The articles most worth comparing with this one: they share a band, and their sketches promise likeness.

    One that is not yet compared itself is left out: it will look this one up, and the outcome is the same.
    """
    near = _near(db, article.id, made, made.bands[:BANDS] if made.words else ())
    kindred = _near(db, article.id, made, made.bands[BANDS:] if made.words else made.bands)
    found = []
    for start in range(0, len(near), _AT_ONCE):
        held = select(ArticleRow.id, ArticleRow.signature).where(ArticleRow.id.in_(near[start : start + _AT_ONCE]))
        found += [(estimate(made.sketch, sketch or b""), i) for i, sketch in db.execute(held)]
    alike = sorted((-share, i) for share, i in found if share >= WORTH)
    return compared(db, {i for _, i in alike[:MOST_CANDIDATES]} | set(kindred))


def compared(db: Session, ids: set[int] | frozenset[int], resources: Sequence[str] = ()) -> list[ArticleRow]:
    """Those of these articles that are in the library and compared, without what their pages look like."""
    if not ids and not resources:
        return []
    light = load_only(
        ArticleRow.resource_id, ArticleRow.title, ArticleRow.text, ArticleRow.source, ArticleRow.url,
        ArticleRow.published, ArticleRow.readers, ArticleRow.digest, ArticleRow.compared_as,
    )  # fmt: skip
    wanted = ArticleRow.id.in_(sorted(ids)) if ids else ArticleRow.resource_id.in_(resources)
    statement = (
        select(ArticleRow)
        .join(ArticleRow.resource)
        .where(wanted, ResourceRow.state != "withdrawn", ArticleRow.compared_as == ArticleRow.digest)
    )
    return list(db.scalars(statement.options(light, contains_eager(ArticleRow.resource)).order_by(ArticleRow.id)))


# Ids in one IN list; short statements plan faster, and SQLite allows 32,766.
_AT_ONCE = 500


def _near(db: Session, article_id: int, made: Signature, bands: Sequence[int]) -> list[int]:
    """Those that stand next to an article in its bands."""
    wanted = sorted(set(bands))
    if not wanted:
        return []
    values = {f"b{n}": band for n, band in enumerate(wanted)}
    rows = db.execute(_neighbours(len(wanted)), {**values, "rank": made.rank, "side": SIDE})
    return sorted({row for (row,) in rows} - {article_id})


@lru_cache(maxsize=64)
def _neighbours(bands: int) -> TextualSelect:
    """Two short walks of the index for each band, one each way. Written out: a query of 64 parts takes SQLAlchemy ten
    times as long to put together as the database to answer."""
    walks: list[str] = []
    for n in range(bands):
        for way, order in ((">=", "rank, article_id"), ("<", "rank DESC, article_id DESC")):
            walk = f"SELECT article_id FROM bands WHERE band = :b{n} AND rank {way} :rank ORDER BY {order} LIMIT :side"  # noqa: S608
            walks.append(f"SELECT article_id FROM ({walk}) AS w{len(walks)}")  # noqa: S608
    return text(" UNION ALL ".join(walks)).columns(article_id=BandRow.article_id.type)


def inbound(db: Session, urls: Sequence[str]) -> dict[str, int]:
    """How many other articles link to each of these addresses."""
    keys = {url: _target(url) for url in urls}
    if not keys:
        return {}
    counted: list[Select[int, int]] = [
        select(literal(n).label("place"), func.count().label("links")).select_from(
            select(LinkRow.article_id).where(LinkRow.target == key).limit(MOST_INBOUND).subquery()
        )
        for n, key in enumerate(keys.values())
    ]
    found = {row.place: row.links for row in db.execute(union_all(*counted))}
    return {url: found[n] for n, url in enumerate(keys)}
