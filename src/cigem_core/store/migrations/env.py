"""Alembic's entry: migrates the fixed tables over the connection the store hands in."""

from alembic import context

from cigem_core.store.schema import fixed

context.configure(connection=context.config.attributes["connection"], target_metadata=fixed)
with context.begin_transaction():
    context.run_migrations()
