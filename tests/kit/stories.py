"""Stories for the tests of exports: written straight into the tables, as `bot/store/turns.py` writes them."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bot.engine.model import Channel
from bot.installation import Installation, open_installation
from bot.settings import Settings
from bot.store import conversations, keyring, tables
from bot.store.ids import new_id, public_id
from bot.store.organisers import Grant
from kit.campaigns import with_campaigns
from kit.database import write_migrated

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ORGANISER = Grant("ana@example.org", "organiser", "thrive")
RAW = Grant("raw@example.org", "raw", "thrive")

Spoken = tuple[str, str, tuple[str, ...]]


def make_installation(folder: Path, now: datetime = NOW) -> Installation:
    """An installation of its own in `folder`, with two campaigns of which one has stories."""
    keyring.make(folder / "keys" / "openear.keys")
    write_migrated(folder / "var" / "openear.db")
    settings = Settings(
        database_url=f"sqlite:///{folder / 'var' / 'openear.db'}",
        keyring=folder / "keys" / "openear.keys",
        draft_languages=True,
    )
    installation = open_installation(settings, lambda: now)
    thrive = installation.campaigns["thrive"]
    return with_campaigns(installation, thrive, replace(thrive, slug="other"))


class StoryWriter:
    """Writes stories; `tell` returns the public id."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        with installation.write() as tx:
            contact, _known = conversations.find_or_add(tx, Channel.SMS, "+447911123456")
            conversation = conversations.begin(tx, contact, "thrive")
            conversations.save(tx, conversation, None)
        self._conversation = conversation.id

    def tell(self, *spoken: str | Spoken, at: datetime = NOW, told: bool = True, **columns: object) -> str:
        """One story. A plain string is a text of the story step."""
        story = self._story(at, told=told) | columns
        with self.installation.database.write() as connection:
            connection.execute(insert(tables.stories), story)
            for place, one in enumerate(spoken):
                step, text, codes = ("pressure", one, ()) if isinstance(one, str) else one
                answer = self._answer(story["id"], step, text, codes, at + timedelta(microseconds=place))
                connection.execute(insert(tables.answers), answer)
        return str(story["public"])

    def tell_many(self, number: int, text: str) -> None:
        """Many stories of one text each, in one transaction."""
        told = [self._story(NOW, told=True) for _ in range(number)]
        spoken = [self._answer(story["id"], "pressure", text, (), NOW) for story in told]
        with self.installation.database.write() as connection:
            connection.execute(insert(tables.stories), told)
            connection.execute(insert(tables.answers), spoken)

    def draft(self, text: str) -> None:
        """A text that waits for a yes."""
        with self.installation.database.write() as connection:
            connection.execute(insert(tables.answers), self._answer(None, "", text, (), NOW))

    def _story(self, at: datetime, *, told: bool) -> dict[str, Any]:
        return {
            "id": new_id(),
            "public": public_id(),
            "conversation": self._conversation,
            "campaign": "thrive",
            "channel": "sms",
            "language": "en",
            "began_at": at,
            "told_at": at if told else None,
            "consent_version": "v1",
        }

    def _answer(self, story: int | None, step: str, text: str, codes: tuple[str, ...], at: datetime) -> dict[str, Any]:
        number = new_id()
        body = json.dumps({"text": text, "codes": codes}, ensure_ascii=False)
        return {
            "id": number,
            "conversation": self._conversation,
            "story": story,
            "step": step,
            "body": self.installation.keys.encrypt(body, "answers.body", number),
            "at": at,
        }
