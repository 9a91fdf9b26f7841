"""Whatever is done is an act: it says its verb, and names a convention where one had to let it happen."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Take the verbs of the acts there are from the journal, which has told them."""
    op.add_column("batch", sa.Column("act", sa.Text, nullable=False, server_default="pull"))
    batch = sa.table("batch", sa.column("id", sa.Integer), sa.column("act", sa.Text))
    journal = sa.table("journal", sa.column("act", sa.Text), sa.column("facts", sa.Text))
    told = sa.select(journal.c.act, journal.c.facts).where(journal.c.act.in_(("refer", "push")))
    connection = op.get_bind()
    for act, facts in connection.execute(told).all():
        if (number := json.loads(facts).get("batch")) is not None:
            connection.execute(sa.update(batch).where(batch.c.id == number).values(act=act))


def downgrade() -> None:
    """Forget the verbs."""
    op.drop_column("batch", "act")
