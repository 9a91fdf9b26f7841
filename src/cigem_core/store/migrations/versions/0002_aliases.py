"""Where the ids that came later are kept: an edited record has several, and the first is its key."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make room for aliases; what stands in the workspace has none."""
    op.create_table(
        "alias",
        sa.Column("agency", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("scope", sa.Text, primary_key=True),
        sa.Column("alias", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("is_accepted", sa.Boolean, nullable=False),
        sa.Column("is_replaced", sa.Boolean, nullable=False),
    )
    op.create_index("alias_by_key", "alias", ["agency", "kind", "scope", "key"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("alias")
