"""Which stories each download held: a row a story, in place of ids divided by spaces."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    held = op.create_table(
        "download_stories",
        sa.Column("download", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("story", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["download"], ["downloads.id"], name=op.f("fk_download_stories_download")),
        sa.PrimaryKeyConstraint("download", "story", name=op.f("pk_download_stories")),
    )
    op.create_index("ix_download_stories_story", "download_stories", ["story"])
    downloads = sa.table("downloads", sa.column("id", sa.BigInteger), sa.column("stories", sa.Text))
    for row in op.get_bind().execute(sa.select(downloads.c.id, downloads.c.stories)).all():
        if ids := sorted(set(row.stories.split())):
            op.bulk_insert(held, [{"download": row.id, "story": story} for story in ids])
    with op.batch_alter_table("downloads") as batch:
        batch.drop_column("stories")


def downgrade() -> None:
    op.add_column("downloads", sa.Column("stories", sa.Text(), nullable=False, server_default=""))
    downloads = sa.table("downloads", sa.column("id", sa.BigInteger), sa.column("stories", sa.Text))
    held = sa.table("download_stories", sa.column("download", sa.BigInteger), sa.column("story", sa.String))
    mine = sa.select(held.c.story).where(held.c.download == downloads.c.id).scalar_subquery()
    together = sa.select(sa.func.aggregate_strings(held.c.story, " ")).where(held.c.download == downloads.c.id)
    op.execute(downloads.update().where(mine.is_not(None)).values(stories=together.scalar_subquery()))
    with op.batch_alter_table("downloads") as batch:
        batch.alter_column("stories", server_default=None)
    op.drop_table("download_stories")
