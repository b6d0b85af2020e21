"""The phrases of each resource, kept so that only what changed is read again, and the language of a proposal."""

import sqlalchemy as sa
from alembic import op

revision = "008"
down_revision = "007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "phrases",
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("found", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name="fk_phrases_resource_id_resources"),
        sa.PrimaryKeyConstraint("resource_id", name="pk_phrases"),
    )
    op.create_index("ix_phrases_language", "phrases", ["language"])
    with op.batch_alter_table("proposals") as table:
        table.add_column(sa.Column("language", sa.String(), nullable=False, server_default="en"))


def downgrade() -> None:
    """Back: the next look reads every text again."""
    with op.batch_alter_table("proposals") as table:
        table.drop_column("language")
    op.drop_table("phrases")
