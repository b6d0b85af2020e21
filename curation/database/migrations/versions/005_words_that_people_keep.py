"""Changes to the vocabulary as dated rows; what merged rows stand for, so that a merge can be undone."""

import sqlalchemy as sa
from alembic import op

revision = "005"
down_revision = "004"
branch_labels = None
depends_on = None

EMPTY = {"concepts": "imported", "suggestions": "origins", "taggings": "origins"}


def upgrade() -> None:
    """Forward."""
    for table, column in EMPTY.items():
        op.add_column(table, sa.Column(column, sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "vocabulary_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("concept", sa.String(), nullable=False),
        sa.Column("into", sa.String(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_vocabulary_changes_account_id_accounts"),
        sa.ForeignKeyConstraint(
            ["undoes"], ["vocabulary_changes.id"], name="fk_vocabulary_changes_undoes_vocabulary_changes"
        ),
        sa.UniqueConstraint("undoes", name="uq_vocabulary_changes_undoes"),
        sa.PrimaryKeyConstraint("id", name="pk_vocabulary_changes"),
    )
    op.create_index("ix_vocabulary_changes_concept", "vocabulary_changes", ["concept"])
    op.create_index("ix_vocabulary_changes_into", "vocabulary_changes", ["into"])


def downgrade() -> None:
    """Back: the vocabulary stays as people changed it, but no change can be undone any more."""
    op.drop_table("vocabulary_changes")
    for table, column in EMPTY.items():
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column(column)
