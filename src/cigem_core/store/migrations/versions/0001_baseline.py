"""The fixed tables as they first were."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the fixed tables of a new workspace."""
    op.create_table(
        "convention",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
    )
    op.create_table(
        "batch",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("axis", sa.Text, nullable=False),
        sa.Column("convention", sa.Text, nullable=False),
        sa.Column("convention_digest", sa.Text, nullable=False),
        sa.Column("clause", sa.Text, nullable=False),
        sa.Column("mask_digest", sa.Text, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
    )
    op.create_table(
        "batch_file",
        sa.Column("batch", sa.Integer, sa.ForeignKey("batch.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("mask_digest", sa.Text, nullable=False),
        *(
            sa.Column(count, sa.BigInteger, nullable=False)
            for count in ("read", "accepted", "new", "changed", "unchanged", "quarantined")
        ),
        sa.CheckConstraint("read = accepted + quarantined AND accepted = new + changed + unchanged", name="balance"),
    )
    op.create_index("batch_file_by_digest", "batch_file", ["sha256", "kind"])
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("occurrence", sa.Integer, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("key", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("faults", sa.Text, nullable=False),
        sa.Column("is_unique", sa.Boolean, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("row", sa.Text, nullable=False),
        sa.Column("first_batch", sa.Integer, sa.ForeignKey("batch.id"), nullable=False),
        sa.Column("last_batch", sa.Integer, sa.ForeignKey("batch.id"), nullable=False),
        sa.Column("closed_batch", sa.Integer, sa.ForeignKey("batch.id")),
        sa.Column("because", sa.Text),
        sa.UniqueConstraint("agency", "kind", "digest", "occurrence"),
        sa.CheckConstraint("state in ('open', 'corrected', 'dismissed')", name="state"),
    )
    op.create_index("quarantine_by_key", "quarantine", ["agency", "kind", "key"])
    op.create_table(
        "version",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("batch", sa.Integer, sa.ForeignKey("batch.id"), nullable=False),
        sa.Column("file", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("cargo", sa.Text),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("corrects", sa.Integer, sa.ForeignKey("quarantine.id")),
        sa.UniqueConstraint("agency", "kind", "scope", "key", "sequence"),
    )
    op.create_table(
        "journal",
        sa.Column("line", sa.Integer, primary_key=True),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("batch", sa.Integer, sa.ForeignKey("batch.id"), nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary),
        sa.UniqueConstraint("place", "name"),
    )
    op.create_table(
        "sent",
        sa.Column("to", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("parcel", sa.Integer, sa.ForeignKey("outbox.id"), nullable=False),
    )


def downgrade() -> None:
    """Take the fixed tables away."""
    for name in ("sent", "outbox", "journal", "version", "quarantine", "batch_file", "batch", "convention"):
        op.drop_table(name)
