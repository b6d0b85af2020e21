"""Proposals for the vocabulary, and what people said of them."""

import sqlalchemy as sa
from alembic import op

revision = "006"
down_revision = "005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "proposals",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("concept", sa.String(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("examples", sa.JSON(), nullable=False),
        sa.Column("nearest", sa.JSON(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_proposals"),
    )
    op.create_index("ix_proposals_documents", "proposals", ["documents"])
    op.create_table(
        "proposal_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_proposal_decisions_account_id_accounts"),
        sa.ForeignKeyConstraint(
            ["change_id"], ["vocabulary_changes.id"], name="fk_proposal_decisions_change_id_vocabulary_changes"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_proposal_decisions"),
    )
    op.create_index("ix_proposal_decisions_key", "proposal_decisions", ["key"])


def downgrade() -> None:
    """Back: what was dismissed may be proposed again."""
    op.drop_table("proposal_decisions")
    op.drop_table("proposals")
