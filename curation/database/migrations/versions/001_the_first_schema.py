"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
    )
    op.create_table(
        "collections",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("curator", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_collections")),
    )
    op.create_table(
        "concepts",
        sa.Column("uri", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uri", name=op.f("pk_concepts")),
        sa.UniqueConstraint("slug", name=op.f("uq_concepts_slug")),
    )
    with op.batch_alter_table("concepts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concepts_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_concepts_label"), ["label"], unique=False)

    op.create_table(
        "leases",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "resources",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("folded_into", sa.String(), nullable=True),
        sa.Column("relation", sa.String(), nullable=True),
        sa.Column("similarity", sa.Double(), nullable=True),
        sa.Column("family", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tagged_as", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["folded_into"], ["resources.id"], name=op.f("fk_resources_folded_into_resources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resources")),
    )
    with op.batch_alter_table("resources", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resources_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_resources_family"), ["family"], unique=False)
        batch_op.create_index(batch_op.f("ix_resources_folded_into"), ["folded_into"], unique=False)
        batch_op.create_index(batch_op.f("ix_resources_state"), ["state"], unique=False)

    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("message", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_runs_source"), ["source"], unique=False)
        batch_op.create_index(batch_op.f("ix_runs_step"), ["step"], unique=False)

    op.create_table(
        "sources",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sources")),
    )
    op.create_table(
        "vocabularies",
        sa.Column("uri", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uri", name=op.f("pk_vocabularies")),
    )
    op.create_table(
        "articles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("published", sa.String(), nullable=True),
        sa.Column("modified", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("licence", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("kept", sa.Double(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("compared_as", sa.String(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("extracted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_articles_resource_id_resources")),
        sa.ForeignKeyConstraint(["source"], ["sources.name"], name=op.f("fk_articles_source_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
        sa.UniqueConstraint("resource_id", name=op.f("uq_articles_resource_id")),
        sa.UniqueConstraint("source", "url", name=op.f("uq_articles_source")),
    )
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_articles_source"), ["source"], unique=False)
        batch_op.create_index(batch_op.f("ix_articles_url"), ["url"], unique=False)

    op.create_table(
        "collection_items",
        sa.Column("collection", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("resource_id", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection"], ["collections.slug"], name=op.f("fk_collection_items_collection_collections")
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name=op.f("fk_collection_items_resource_id_resources")
        ),
        sa.PrimaryKeyConstraint("collection", "position", name=op.f("pk_collection_items")),
    )
    with op.batch_alter_table("collection_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_collection_items_resource_id"), ["resource_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_collection_items_url"), ["url"], unique=False)

    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("concept", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("method", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_decisions_account_id_accounts")),
        sa.ForeignKeyConstraint(["concept"], ["concepts.uri"], name=op.f("fk_decisions_concept_concepts")),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_decisions_resource_id_resources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index("ix_decisions_account", ["account_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decisions_concept"), ["concept"], unique=False)
        batch_op.create_index(batch_op.f("ix_decisions_resource_id"), ["resource_id"], unique=False)

    op.create_table(
        "fold_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("second", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_fold_decisions_account_id_accounts")),
        sa.ForeignKeyConstraint(["first"], ["resources.id"], name=op.f("fk_fold_decisions_first_resources")),
        sa.ForeignKeyConstraint(["second"], ["resources.id"], name=op.f("fk_fold_decisions_second_resources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fold_decisions")),
    )
    with op.batch_alter_table("fold_decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fold_decisions_first"), ["first"], unique=False)
        batch_op.create_index(batch_op.f("ix_fold_decisions_second"), ["second"], unique=False)

    op.create_table(
        "index_jobs",
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("enqueued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_index_jobs_resource_id_resources")),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_index_jobs")),
    )
    with op.batch_alter_table("index_jobs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_index_jobs_not_before"), ["not_before"], unique=False)

    op.create_table(
        "pages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("article_url", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("last_modified", sa.String(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["sources.name"], name=op.f("fk_pages_source_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
        sa.UniqueConstraint("source", "url", name=op.f("uq_pages_source")),
    )
    with op.batch_alter_table("pages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pages_source"), ["source"], unique=False)
        batch_op.create_index(batch_op.f("ix_pages_url"), ["url"], unique=False)

    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("resource_id", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_posts_account_id_accounts")),
        sa.ForeignKeyConstraint(["parent_id"], ["posts.id"], name=op.f("fk_posts_parent_id_posts")),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_posts_resource_id_resources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
    )
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posts_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_posts_resource_id"), ["resource_id"], unique=False)
        batch_op.create_index("ix_posts_time", ["kind", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_posts_url"), ["url"], unique=False)

    op.create_table(
        "ratings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("resource_id", sa.String(), nullable=True),
        sa.Column("rater", sa.String(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("frozen_why", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_ratings_resource_id_resources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings")),
        sa.UniqueConstraint("url", "rater", "at", "stars", name=op.f("uq_ratings_url")),
    )
    with op.batch_alter_table("ratings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ratings_rater"), ["rater"], unique=False)
        batch_op.create_index(batch_op.f("ix_ratings_resource_id"), ["resource_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ratings_url"), ["url"], unique=False)

    op.create_table(
        "relations",
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("second", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("similarity", sa.Double(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["first"], ["resources.id"], name=op.f("fk_relations_first_resources")),
        sa.ForeignKeyConstraint(["second"], ["resources.id"], name=op.f("fk_relations_second_resources")),
        sa.PrimaryKeyConstraint("first", "second", name=op.f("pk_relations")),
    )
    with op.batch_alter_table("relations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relations_second"), ["second"], unique=False)

    op.create_table(
        "scores",
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("mean", sa.Double(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_scores_resource_id_resources")),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_scores")),
    )
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scores_score"), ["score"], unique=False)

    op.create_table(
        "searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=True),
        sa.Column("opened", sa.String(), nullable=True),
        sa.Column("opened_rank", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_searches_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_searches")),
    )
    with op.batch_alter_table("searches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_searches_at"), ["at"], unique=False)

    op.create_table(
        "suggestions",
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("concept", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("exact", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("suffix", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["concept"], ["concepts.uri"], name=op.f("fk_suggestions_concept_concepts")),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_suggestions_resource_id_resources")),
        sa.PrimaryKeyConstraint("resource_id", "concept", name=op.f("pk_suggestions")),
    )
    with op.batch_alter_table("suggestions", schema=None) as batch_op:
        batch_op.create_index("ix_suggestions_concept", ["concept", "state", "score"], unique=False)
        batch_op.create_index("ix_suggestions_queue", ["state", "score", "resource_id", "concept"], unique=False)

    op.create_table(
        "taggings",
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("concept", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_taggings_account_id_accounts")),
        sa.ForeignKeyConstraint(["concept"], ["concepts.uri"], name=op.f("fk_taggings_concept_concepts")),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_taggings_resource_id_resources")),
        sa.PrimaryKeyConstraint("resource_id", "concept", name=op.f("pk_taggings")),
    )
    with op.batch_alter_table("taggings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_taggings_concept"), ["concept"], unique=False)

    op.create_table(
        "bands",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("band", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_bands_article_id_articles"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_bands")),
    )
    with op.batch_alter_table("bands", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bands_band"), ["band"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("bands", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bands_band"))

    op.drop_table("bands")
    with op.batch_alter_table("taggings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_taggings_concept"))

    op.drop_table("taggings")
    with op.batch_alter_table("suggestions", schema=None) as batch_op:
        batch_op.drop_index("ix_suggestions_queue")
        batch_op.drop_index("ix_suggestions_concept")

    op.drop_table("suggestions")
    with op.batch_alter_table("searches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_searches_at"))

    op.drop_table("searches")
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scores_score"))

    op.drop_table("scores")
    with op.batch_alter_table("relations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_relations_second"))

    op.drop_table("relations")
    with op.batch_alter_table("ratings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ratings_url"))
        batch_op.drop_index(batch_op.f("ix_ratings_resource_id"))
        batch_op.drop_index(batch_op.f("ix_ratings_rater"))

    op.drop_table("ratings")
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_posts_url"))
        batch_op.drop_index("ix_posts_time")
        batch_op.drop_index(batch_op.f("ix_posts_resource_id"))
        batch_op.drop_index(batch_op.f("ix_posts_parent_id"))

    op.drop_table("posts")
    with op.batch_alter_table("pages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pages_url"))
        batch_op.drop_index(batch_op.f("ix_pages_source"))

    op.drop_table("pages")
    with op.batch_alter_table("index_jobs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_index_jobs_not_before"))

    op.drop_table("index_jobs")
    with op.batch_alter_table("fold_decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fold_decisions_second"))
        batch_op.drop_index(batch_op.f("ix_fold_decisions_first"))

    op.drop_table("fold_decisions")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decisions_resource_id"))
        batch_op.drop_index(batch_op.f("ix_decisions_concept"))
        batch_op.drop_index("ix_decisions_account")

    op.drop_table("decisions")
    with op.batch_alter_table("collection_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_collection_items_url"))
        batch_op.drop_index(batch_op.f("ix_collection_items_resource_id"))

    op.drop_table("collection_items")
    with op.batch_alter_table("articles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_articles_url"))
        batch_op.drop_index(batch_op.f("ix_articles_source"))

    op.drop_table("articles")
    op.drop_table("vocabularies")
    op.drop_table("sources")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_runs_step"))
        batch_op.drop_index(batch_op.f("ix_runs_source"))

    op.drop_table("runs")
    with op.batch_alter_table("resources", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_resources_state"))
        batch_op.drop_index(batch_op.f("ix_resources_folded_into"))
        batch_op.drop_index(batch_op.f("ix_resources_family"))
        batch_op.drop_index(batch_op.f("ix_resources_created_at"))

    op.drop_table("resources")
    op.drop_table("leases")
    with op.batch_alter_table("concepts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_concepts_label"))
        batch_op.drop_index(batch_op.f("ix_concepts_changed_at"))

    op.drop_table("concepts")
    op.drop_table("collections")
    op.drop_table("accounts")
