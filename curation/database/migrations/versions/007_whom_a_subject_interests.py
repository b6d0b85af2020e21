"""Concepts that people follow."""

import sqlalchemy as sa
from alembic import op

revision = "007"
down_revision = "006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "follows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("concept", sa.String(), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_follows_account_id_accounts"),
        sa.ForeignKeyConstraint(["concept"], ["concepts.uri"], name="fk_follows_concept_concepts"),
        sa.PrimaryKeyConstraint("id", name="pk_follows"),
    )
    op.create_index("ix_follows_account_id", "follows", ["account_id"])
    op.create_index("ix_follows_concept", "follows", ["concept"])


def downgrade() -> None:
    """Back: nobody follows anything."""
    op.drop_table("follows")
