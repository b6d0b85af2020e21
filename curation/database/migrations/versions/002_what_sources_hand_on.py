"""What sources hand on: ids of their own, attachments, readers, comments, reactions; and pages that moved."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None


def _new(name: str, kind: Any, default: str) -> sa.Column[Any]:
    """A column for rows that are there already."""
    return sa.Column(name, kind, nullable=False, server_default=sa.text(default))


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("accounts") as batch_op:
        batch_op.add_column(_new("groups", sa.JSON(), "'[]'"))
    with op.batch_alter_table("articles") as batch_op:
        batch_op.add_column(_new("system_id", sa.String(), "''"))
        batch_op.add_column(_new("attachments", sa.JSON(), "'[]'"))
        batch_op.add_column(_new("readers", sa.JSON(), "'[]'"))
        batch_op.create_index("ix_articles_system_id", ["source", "system_id"], unique=False)
        batch_op.create_index("ix_articles_digest", ["source", "digest"], unique=False)
    with op.batch_alter_table("pages") as batch_op:
        batch_op.add_column(_new("hints_hash", sa.String(), "''"))
    with op.batch_alter_table("posts") as batch_op:
        batch_op.add_column(sa.Column("system_id", sa.String(), nullable=True))
    with op.batch_alter_table("ratings") as batch_op:
        batch_op.add_column(_new("withdrawn", sa.Boolean(), "false"))
    op.create_table(
        "readers",
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_readers_resource_id_resources")),
        sa.PrimaryKeyConstraint("resource_id", "name", name=op.f("pk_readers")),
    )
    op.create_index(op.f("ix_readers_name"), "readers", ["name"])
    _moves()


def _moves() -> None:
    op.create_table(
        "moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("old_url", sa.String(), nullable=False),
        sa.Column("new_url", sa.String(), nullable=False),
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("merged", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["sources.name"], name=op.f("fk_moves_source_sources")),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_moves_resource_id_resources")),
        sa.ForeignKeyConstraint(["merged"], ["resources.id"], name=op.f("fk_moves_merged_resources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    for column in ("source", "old_url", "resource_id"):
        op.create_index(op.f(f"ix_moves_{column}"), "moves", [column])


def downgrade() -> None:
    """Back."""
    op.drop_table("moves")
    op.drop_table("readers")
    for table, columns in (
        ("ratings", ["withdrawn"]),
        ("posts", ["system_id"]),
        ("pages", ["hints_hash"]),
        ("articles", ["readers", "attachments", "system_id"]),
        ("accounts", ["groups"]),
    ):
        with op.batch_alter_table(table) as batch_op:
            if table == "articles":
                batch_op.drop_index("ix_articles_digest")
                batch_op.drop_index("ix_articles_system_id")
            for column in columns:
                batch_op.drop_column(column)
