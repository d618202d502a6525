"""Writes what happened in a turn: stories, answers, consents, flags. One function per event.

Bodies and evidence are encrypted here and nowhere else.
"""

import json
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bot.engine.model import Begun, Coded, Decided, Edited, Flagged, Held, Released, Told
from bot.errors import DecryptionError
from bot.language.wording import Asked
from bot.store.conversations import Contact, Talk
from bot.store.crypto import Keys
from bot.store.ids import new_id, public_id
from bot.store.prepared import Prepared
from bot.store.tables import answers, consents, contacts, conversations, flags, stories, wordings
from bot.store.upsert import insert_new

_ANSWER = Prepared(both=insert(answers))
_TOLD = (
    update(stories)
    .where(stories.c.id == bindparam("story"), stories.c.told_at.is_(None))
    .values(told_at=bindparam("moment"))
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when events happen: the transaction, the conversation and the moment (microseconds)."""

    connection: Connection
    keys: Keys
    contact: Contact
    talk: Talk
    moment: int


def begin_story(place: Place, event: Begun, version: str) -> None:
    """A new story: nothing to export until its first text."""
    number = new_id()
    place.connection.execute(
        insert(stories),
        {
            "id": number, "public": public_id(), "conversation": place.talk.id,
            "campaign": place.talk.conversation.campaign, "hub": event.hub, "language": event.language,
            "channel": place.contact.channel.value,
            "began_at": place.moment, "told_at": None, "consent_version": version,
        },
    )  # fmt: skip
    place.talk.story = number


def hold(place: Place, event: Held) -> None:
    """A text that waits for a yes."""
    _add(place, None, "", event.text, (), event.message)


def release(place: Place, event: Released) -> None:
    """The held texts join the story."""
    waiting = answers.c.conversation == place.talk.id, answers.c.story.is_(None)
    place.connection.execute(update(answers).where(*waiting).values(story=place.talk.story, step=event.step))
    _mark_told(place)


def wipe(place: Place) -> None:
    """The held texts go."""
    gone = answers.c.conversation == place.talk.id, answers.c.story.is_(None)
    place.connection.execute(delete(answers).where(*gone))


def tell(place: Place, event: Told) -> None:
    """A text of the open story."""
    _add(place, place.talk.story, event.step, event.text, (), event.message)
    if place.talk.conversation.told <= 1:
        _mark_told(place)


def code(place: Place, event: Coded) -> None:
    """The answer to a list; an earlier one to the same step goes."""
    earlier = answers.c.story == place.talk.story, answers.c.step == event.step
    place.connection.execute(delete(answers).where(*earlier))
    _add(place, place.talk.story, event.step, event.text, event.codes, event.message)


def edit(place: Place, event: Edited) -> None:
    """The stored answer follows its message; where nothing was stored under it, nothing happens."""
    found = bytes.fromhex(event.message)
    mine = select(answers.c.id).where(answers.c.conversation == place.talk.id, answers.c.message == found)
    for number in place.connection.execute(mine).scalars().all():
        body = _body(place.keys, number, event.text, ())
        place.connection.execute(update(answers).where(answers.c.id == number).values(body=body))


def decide(place: Place, event: Decided, asked: Asked | None) -> None:
    """One entry of the consent ledger: who, what they were told, when, how, and the exact reply."""
    number = new_id()
    story = _public(place) if place.talk.story else ""
    values = {
        "id": number, "resident": place.contact.resident, "story": story, "campaign": place.talk.conversation.campaign,
        "purpose": event.purpose, "decision": event.decision, "wording": _wording(place, asked) if asked else None,
        "channel": place.contact.channel.value, "method": event.method, "at": place.moment,
        "evidence": _evidence(place, event, number),
    }  # fmt: skip
    place.connection.execute(insert(consents), values)
    if event.purpose in {"may_quote", "may_recontact"} and place.talk.story:
        answer = {"granted": "yes", "refused": "no"}.get(event.decision, "")
        story_row = stories.c.id == place.talk.story
        place.connection.execute(update(stories).where(story_row).values(**{event.purpose: answer}))


def _evidence(place: Place, event: Decided, number: int) -> bytes | None:
    """The exact reply. Not of somebody who refused to take part: we said that we kept nothing."""
    if not event.evidence or (event.purpose == "take_part" and event.decision != "granted"):
        return None
    return place.keys.encrypt(event.evidence, "consents.evidence", number)


def flag(place: Place, event: Flagged) -> int:
    """A safeguarding concern, with its own copy of the words and of the address. Its id."""
    number = new_id()
    place.connection.execute(
        insert(flags),
        {
            "id": number, "campaign": place.talk.conversation.campaign, "conversation": place.talk.id,
            "tier": event.tier, "rule": event.rule, "at": place.moment,
            "evidence": place.keys.encrypt(event.text, "flags.evidence", number),
            "channel": place.contact.channel.value,
            "address": place.keys.encrypt(place.contact.address, "flags.address", number),
        },
    )  # fmt: skip
    return number


def other_words(connection: Connection, keys: Keys, contact: bytes, message: str, text: str) -> bool:
    """Whether words are kept of this message, and `text` does not hold them (a yes before a story is not kept)."""
    known = keys.message_hash("message", message)
    mine = select(conversations.c.id).join(contacts, contacts.c.id == conversations.c.contact)
    theirs = answers.c.conversation.in_(mine.where(contacts.c.hash == contact))
    rows = connection.execute(select(answers.c.id, answers.c.body).where(theirs, answers.c.message == known)).all()
    try:
        return any(read_body(keys, row.id, row.body)[0] not in text for row in rows)
    except DecryptionError:  # of a newer key than ours: nothing can be said
        return False


def read_body(keys: Keys, number: int, body: bytes) -> tuple[str, tuple[str, ...]]:
    """The text and codes of one answer."""
    raw = json.loads(keys.decrypt(body, "answers.body", number))
    return raw["text"], tuple(raw["codes"])


def _add(place: Place, story: int | None, step: str, text: str, codes: tuple[str, ...], message: str) -> None:
    number = new_id()
    _ANSWER.run(
        place.connection,
        {
            "id": number, "conversation": place.talk.id, "story": story, "step": step, "at": place.moment,
            "message": bytes.fromhex(message) if message else None,
            "body": _body(place.keys, number, text, codes),
        },
    )  # fmt: skip


def _body(keys: Keys, number: int, text: str, codes: tuple[str, ...]) -> bytes:
    return keys.encrypt(json.dumps({"text": text, "codes": codes}, ensure_ascii=False), "answers.body", number)


def _mark_told(place: Place) -> None:
    place.connection.execute(_TOLD, {"story": place.talk.story, "moment": place.moment})


def _public(place: Place) -> str:
    mine = stories.c.id == place.talk.story
    return str(place.connection.execute(select(stories.c.public).where(mine)).scalar_one())


def _wording(place: Place, asked: Asked) -> int:
    """The row of the exact text that was asked, made at its first use."""
    values = {
        "id": new_id(), "campaign": place.talk.conversation.campaign, "key": asked.key, "language": asked.language,
        "version": asked.version, "sha256": asked.sha256, "body": asked.body,
    }  # fmt: skip
    insert_new(place.connection, wordings, values)
    same = [wordings.c[name] == values[name] for name in ("campaign", "key", "language", "sha256")]
    return int(place.connection.execute(select(wordings.c.id).where(*same)).scalar_one())
