"""Which stories each download held: a row a story, in place of ids divided by spaces."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ROWS = 5000  # written at a time: a download of 100,000 stories must not need them all in memory as rows
_downloads = sa.table("downloads", sa.column("id", sa.BigInteger), sa.column("stories", sa.Text))


def upgrade() -> None:
    held = op.create_table(
        "download_stories",
        sa.Column("download", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("story", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["download"], ["downloads.id"], name=op.f("fk_download_stories_download")),
        sa.PrimaryKeyConstraint("download", "story", name=op.f("pk_download_stories")),
    )
    connection = op.get_bind()
    for number in connection.scalars(sa.select(_downloads.c.id).order_by(_downloads.c.id)).all():
        mine = sa.select(_downloads.c.stories).where(_downloads.c.id == number)
        ids = sorted(set(connection.execute(mine).scalar_one().split()))
        for first in range(0, len(ids), _ROWS):
            op.bulk_insert(held, [{"download": number, "story": story} for story in ids[first : first + _ROWS]])
    op.create_index("ix_download_stories_story", "download_stories", ["story"])
    # Not in a batch: on SQLite that makes the table again, and `download_stories` refers to the one that it drops.
    op.drop_column("downloads", "stories")


def downgrade() -> None:
    op.add_column("downloads", sa.Column("stories", sa.Text(), nullable=False, server_default=""))
    held = sa.table("download_stories", sa.column("download", sa.BigInteger), sa.column("story", sa.String))
    mine = sa.select(sa.func.aggregate_strings(held.c.story, " ")).where(held.c.download == _downloads.c.id)
    op.execute(
        _downloads.update()
        .where(_downloads.c.id.in_(sa.select(held.c.download)))
        .values(stories=mine.scalar_subquery())
    )
    op.drop_table("download_stories")  # before the batch, for the same reason
    with op.batch_alter_table("downloads") as batch:
        batch.alter_column("stories", server_default=None)
