"""Services: letters to them stand in the outbox beside files for folders; how far their lists were read is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what a letter has and a file has not; what has no content has left."""
    with op.batch_alter_table("outbox") as table:
        table.add_column(sa.Column("path", sa.Text))
        table.add_column(sa.Column("media", sa.Text))
        table.add_column(sa.Column("state", sa.Text, nullable=False, server_default="waiting"))
        table.add_column(sa.Column("attempts", sa.Integer, nullable=False, server_default="0"))
        table.add_column(sa.Column("said", sa.Text))
        table.create_check_constraint("outbox_state", "state in ('waiting', 'left', 'refused', 'withdrawn')")
    with op.batch_alter_table("sent") as table:
        table.add_column(sa.Column("theirs", sa.Text))
    op.create_table(
        "cursor",
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("agency", "place", "resource")),
        sa.Column("mask_digest", sa.Text, nullable=False),
        sa.Column("moment", sa.Text, nullable=False),
        sa.Column("batch", sa.Integer, sa.ForeignKey("batch.id"), nullable=False),
    )
    op.execute("UPDATE outbox SET state = 'left' WHERE content IS NULL")


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("cursor")
    with op.batch_alter_table("sent") as table:
        table.drop_column("theirs")
    with op.batch_alter_table("outbox") as table:
        table.drop_constraint("outbox_state", type_="check")
        for name in ("said", "attempts", "state", "media", "path"):
            table.drop_column(name)
