"""Alembic's entry: runs the migrations on the engine handed over."""

from alembic import context

from curation.database import Base

engine = context.config.attributes["engine"]
with engine.connect() as connection:
    # SQLite can't alter a table in place: batch mode copies it.
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=engine.dialect.name == "sqlite"
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
