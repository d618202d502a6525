"""Writes what happened in a turn: stories, answers, consents, flags. One function per event.

Bodies and evidence are encrypted here and nowhere else.
"""

import json
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, select, update

from bot.engine.model import Begun, Coded, Decided, Edited, Flagged, Held, Released, Told
from bot.errors import DecryptionError
from bot.language.wording import Asked
from bot.store.conversations import Contact, StoredConversation
from bot.store.crypto import Keys
from bot.store.ids import new_id, public_id
from bot.store.prepared import Prepared
from bot.store.tables import answers, consents, contacts, conversations, flags, stories, wordings
from bot.store.transaction import Transaction
from bot.store.upsert import insert_new

_ANSWER = Prepared(both=insert(answers))
_TOLD = (
    update(stories)
    .where(stories.c.id == bindparam("story"), stories.c.told_at.is_(None))
    .values(told_at=bindparam("moment"))
)


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """Where the events of one turn are written: the transaction, the contact and the conversation."""

    tx: Transaction
    contact: Contact
    conversation: StoredConversation


def begin_story(place: TurnRecord, event: Begun, version: str) -> None:
    """A new story: nothing to export until its first text."""
    number = new_id()
    place.tx.connection.execute(
        insert(stories),
        {
            "id": number,
            "public": public_id(),
            "conversation": place.conversation.id,
            "campaign": place.conversation.state.campaign,
            "hub": event.hub,
            "language": event.language,
            "channel": place.contact.channel.value,
            "began_at": place.tx.now,
            "told_at": None,
            "consent_version": version,
        },
    )
    place.conversation.story = number


def hold(place: TurnRecord, event: Held) -> None:
    """A text that waits for a yes."""
    _add(place, None, "", event.text, (), event.message)


def release(place: TurnRecord, event: Released) -> None:
    """The held texts join the story."""
    waiting = answers.c.conversation == place.conversation.id, answers.c.story.is_(None)
    place.tx.connection.execute(update(answers).where(*waiting).values(story=place.conversation.story, step=event.step))
    _mark_told(place)


def wipe(place: TurnRecord) -> None:
    """The held texts go."""
    gone = answers.c.conversation == place.conversation.id, answers.c.story.is_(None)
    place.tx.connection.execute(delete(answers).where(*gone))


def tell(place: TurnRecord, event: Told) -> None:
    """A text of the open story."""
    _add(place, place.conversation.story, event.step, event.text, (), event.message)
    if place.conversation.state.told <= 1:
        _mark_told(place)


def code(place: TurnRecord, event: Coded) -> None:
    """The answer to a list; an earlier one to the same step goes."""
    earlier = answers.c.story == place.conversation.story, answers.c.step == event.step
    place.tx.connection.execute(delete(answers).where(*earlier))
    _add(place, place.conversation.story, event.step, event.text, event.codes, event.message)


def edit(place: TurnRecord, event: Edited) -> None:
    """The stored answer follows its message; where nothing was stored under it, nothing happens."""
    found = bytes.fromhex(event.message)
    mine = select(answers.c.id).where(answers.c.conversation == place.conversation.id, answers.c.message == found)
    for number in place.tx.connection.execute(mine).scalars().all():
        body = _body(place.tx.keys, number, event.text, ())
        place.tx.connection.execute(update(answers).where(answers.c.id == number).values(body=body))


def decide(place: TurnRecord, event: Decided, asked: Asked | None) -> None:
    """One entry of the consent ledger: who, what they were told, when, how, and the exact reply."""
    number = new_id()
    story = _public(place) if place.conversation.story else ""
    values = {
        "id": number,
        "resident": place.contact.resident,
        "story": story,
        "campaign": place.conversation.state.campaign,
        "purpose": event.purpose,
        "decision": event.decision,
        "wording": _wording(place, asked) if asked else None,
        "channel": place.contact.channel.value,
        "method": event.method,
        "at": place.tx.now,
        "evidence": _evidence(place, event, number),
    }
    place.tx.connection.execute(insert(consents), values)
    if event.purpose in {"may_quote", "may_recontact"} and place.conversation.story:
        answer = {"granted": "yes", "refused": "no"}.get(event.decision, "")
        story_row = stories.c.id == place.conversation.story
        place.tx.connection.execute(update(stories).where(story_row).values(**{event.purpose: answer}))


def _evidence(place: TurnRecord, event: Decided, number: int) -> bytes | None:
    """The exact reply. Not of somebody who refused to take part: we said that we kept nothing."""
    if not event.evidence or (event.purpose == "take_part" and event.decision != "granted"):
        return None
    return place.tx.keys.encrypt(event.evidence, "consents.evidence", number)


def flag(place: TurnRecord, event: Flagged) -> int:
    """A safeguarding concern, with its own copy of the words and of the address. Its id."""
    number = new_id()
    place.tx.connection.execute(
        insert(flags),
        {
            "id": number,
            "campaign": place.conversation.state.campaign,
            "conversation": place.conversation.id,
            "tier": event.tier,
            "rule": event.rule,
            "at": place.tx.now,
            "evidence": place.tx.keys.encrypt(event.text, "flags.evidence", number),
            "channel": place.contact.channel.value,
            "address": place.tx.keys.encrypt(place.contact.address, "flags.address", number),
        },
    )
    return number


def text_differs(tx: Transaction, contact: bytes, message: str, text: str) -> bool:
    """Whether words are kept of this message, and `text` does not hold them (a yes before a story is not kept)."""
    known = tx.keys.message_hash("message", message)
    mine = select(conversations.c.id).join(contacts, contacts.c.id == conversations.c.contact)
    theirs = answers.c.conversation.in_(mine.where(contacts.c.hash == contact))
    rows = tx.connection.execute(select(answers.c.id, answers.c.body).where(theirs, answers.c.message == known)).all()
    try:
        return any(read_body(tx.keys, row.id, row.body)[0] not in text for row in rows)
    except DecryptionError:  # of a newer key than ours: nothing can be said
        return False


def read_body(keys: Keys, number: int, body: bytes) -> tuple[str, tuple[str, ...]]:
    """The text and codes of one answer."""
    raw = json.loads(keys.decrypt(body, "answers.body", number))
    return raw["text"], tuple(raw["codes"])


def _add(place: TurnRecord, story: int | None, step: str, text: str, codes: tuple[str, ...], message: str) -> None:
    number = new_id()
    _ANSWER.run(
        place.tx.connection,
        {
            "id": number,
            "conversation": place.conversation.id,
            "story": story,
            "step": step,
            "at": place.tx.now,
            "message": bytes.fromhex(message) if message else None,
            "body": _body(place.tx.keys, number, text, codes),
        },
    )


def _body(keys: Keys, number: int, text: str, codes: tuple[str, ...]) -> bytes:
    return keys.encrypt(json.dumps({"text": text, "codes": codes}, ensure_ascii=False), "answers.body", number)


def _mark_told(place: TurnRecord) -> None:
    place.tx.connection.execute(_TOLD, {"story": place.conversation.story, "moment": place.tx.now})


def _public(place: TurnRecord) -> str:
    mine = stories.c.id == place.conversation.story
    return str(place.tx.connection.execute(select(stories.c.public).where(mine)).scalar_one())


def _wording(place: TurnRecord, asked: Asked) -> int:
    """The row of the exact text that was asked, made at its first use."""
    values = {
        "id": new_id(),
        "campaign": place.conversation.state.campaign,
        "key": asked.key,
        "language": asked.language,
        "version": asked.version,
        "sha256": asked.sha256,
        "body": asked.body,
    }
    insert_new(place.tx.connection, wordings, values)
    same = [wordings.c[name] == values[name] for name in ("campaign", "key", "language", "sha256")]
    return int(place.tx.connection.execute(select(wordings.c.id).where(*same)).scalar_one())
