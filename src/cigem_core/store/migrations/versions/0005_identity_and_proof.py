"""A workspace knows which one it is and how often it was restored; a line of the journal proves what its act wrote."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Give the workspace its identity, and make room for proofs; what stands there was written before there were any."""
    made = op.create_table(
        "workspace",
        sa.Column("identity", sa.Text, primary_key=True),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("entries_above", sa.Integer, nullable=False),
    )
    op.bulk_insert(made, [{"identity": secrets.token_hex(16), "epoch": 0, "mark": "", "entries_above": 0}])
    op.create_table(
        "proof",
        sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("tags", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "trail",
        sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("place", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("tag", sa.Text),
    )
    op.create_index("trail_by_key", "trail", ["place", "key"])
    op.add_column("outbox", sa.Column("heard", sa.Integer, nullable=False, server_default="0"))
    op.execute("UPDATE outbox SET heard = 1 WHERE state = 'refused' AND attempts = 1")
    op.create_table(
        "errand",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("process", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("errand")
    op.drop_column("outbox", "heard")
    op.drop_table("trail")
    op.drop_table("proof")
    op.drop_table("workspace")
