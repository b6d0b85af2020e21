"""Bands in an order of their own, links to count, and an index over what waits to be compared."""

import sqlalchemy as sa
from alembic import op

revision = "003"
down_revision = "002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward: bands are made again by the next comparison of every article."""
    op.drop_table("bands")
    op.create_table(
        "bands",
        sa.Column("band", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rank", sa.BigInteger(), autoincrement=False, nullable=False),
        _article("bands"),
        sa.PrimaryKeyConstraint("band", "rank", "article_id", name=op.f("pk_bands")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_bands_article_id"), "bands", ["article_id"])
    op.create_table(
        "links",
        sa.Column("target", sa.BigInteger(), autoincrement=False, nullable=False),
        _article("links"),
        sa.PrimaryKeyConstraint("target", "article_id", name=op.f("pk_links")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_links_article_id"), "links", ["article_id"])
    op.execute("UPDATE articles SET compared_as = ''")
    waits = sa.text("compared_as != digest")
    op.create_index("ix_articles_waiting", "articles", ["id"], sqlite_where=waits, postgresql_where=waits)


def _article(table: str) -> sa.Column[int]:
    key = sa.ForeignKey("articles.id", name=op.f(f"fk_{table}_article_id_articles"), ondelete="CASCADE")
    return sa.Column("article_id", sa.Integer(), key, autoincrement=False, nullable=False)


def downgrade() -> None:
    """Back: the next comparison makes the old bands."""
    op.drop_index("ix_articles_waiting", "articles")
    op.drop_table("links")
    op.drop_table("bands")
    op.create_table(
        "bands",
        _article("bands"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("band", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_bands")),
    )
    op.create_index(op.f("ix_bands_band"), "bands", ["band"])
    op.execute("UPDATE articles SET compared_as = ''")
