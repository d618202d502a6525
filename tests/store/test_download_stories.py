"""Revision 0003: the ids of a download's stories become rows, and text again on the way back."""

from pathlib import Path

from sqlalchemy import text

from bot.store import migrations
from bot.store.database import Database

#: By download. The first has more than are written at a time.
HELD = {1: [f"{number:016}" for number in range(12_001)], 2: [], 3: ["once", "once", "twice"]}
ONCE = {number: sorted(set(ids)) for number, ids in HELD.items()}
INSERT = """
    INSERT INTO downloads (id, at, actor, role, campaign, format, stories)
    VALUES (:id, 7, 'ana@example.org', 'raw', 'thrive', 'csv', :stories)
"""


def test_each_download_keeps_its_stories_up_and_down(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'openear.db'}")
    migrations.upgrade(database, "0002")
    with database.write() as connection:
        connection.execute(text(INSERT), [{"id": number, "stories": " ".join(ids)} for number, ids in HELD.items()])
    migrations.upgrade(database, "0003")
    with database.read() as connection:
        found = connection.execute(text("SELECT download, story FROM download_stories ORDER BY 1, 2")).all()
    assert [tuple(row) for row in found] == [(number, story) for number, ids in ONCE.items() for story in ids]
    migrations.downgrade(database, "0002")
    with database.read() as connection:
        back = {row.id: sorted(row.stories.split()) for row in connection.execute(text("SELECT * FROM downloads"))}
    assert back == ONCE
    database.close()
