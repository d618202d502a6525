"""Writes the events of a turn: stories, answers, consents, flags. One function for each event."""

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
    """What the events of one turn are written with: the transaction, the contact and the conversation."""

    tx: Transaction
    contact: Contact
    conversation: StoredConversation


def begin_story(record: TurnRecord, event: Begun, version: str) -> None:
    """Add a story. Downloads leave it out until its first text. `version` is that of the consent wording."""
    number = new_id()
    record.tx.connection.execute(
        insert(stories),
        {
            "id": number,
            "public": public_id(),
            "conversation": record.conversation.id,
            "campaign": record.conversation.state.campaign,
            "hub": event.hub,
            "language": event.language,
            "channel": record.contact.channel.value,
            "began_at": record.tx.now,
            "told_at": None,
            "consent_version": version,
        },
    )
    record.conversation.story = number


def hold(record: TurnRecord, event: Held) -> None:
    """Store a text that waits for a yes."""
    _add(record, None, "", event.text, (), event.message)


def release(record: TurnRecord, event: Released) -> None:
    """Move the texts that wait for a yes into the story."""
    waiting = answers.c.conversation == record.conversation.id, answers.c.story.is_(None)
    record.tx.connection.execute(
        update(answers).where(*waiting).values(story=record.conversation.story, step=event.step)
    )
    _mark_told(record)


def wipe(record: TurnRecord) -> None:
    """Delete the texts that wait for a yes."""
    waiting = answers.c.conversation == record.conversation.id, answers.c.story.is_(None)
    record.tx.connection.execute(delete(answers).where(*waiting))


def tell(record: TurnRecord, event: Told) -> None:
    """Store a text of the open story."""
    _add(record, record.conversation.story, event.step, event.text, (), event.message)
    if record.conversation.state.told <= 1:
        _mark_told(record)


def code(record: TurnRecord, event: Coded) -> None:
    """Store the answer to a list, in place of an earlier one to the same step."""
    earlier = answers.c.story == record.conversation.story, answers.c.step == event.step
    record.tx.connection.execute(delete(answers).where(*earlier))
    _add(record, record.conversation.story, event.step, event.text, event.codes, event.message)


def edit(record: TurnRecord, event: Edited) -> None:
    """Replace the text that was stored for an edited message, if there is one."""
    message = bytes.fromhex(event.message)
    same = answers.c.conversation == record.conversation.id, answers.c.message == message
    for number in record.tx.connection.execute(select(answers.c.id).where(*same)).scalars().all():
        body = _body(record.tx.keys, number, event.text, ())
        record.tx.connection.execute(update(answers).where(answers.c.id == number).values(body=body))


def decide(record: TurnRecord, event: Decided, asked: Asked | None) -> None:
    """Add a consent: who, the wording that asked, the decision, when, how, and the exact reply."""
    number = new_id()
    story = _public_id(record) if record.conversation.story else ""
    values = {
        "id": number,
        "resident": record.contact.resident,
        "story": story,
        "campaign": record.conversation.state.campaign,
        "purpose": event.purpose,
        "decision": event.decision,
        "wording": _wording(record, asked) if asked else None,
        "channel": record.contact.channel.value,
        "method": event.method,
        "at": record.tx.now,
        "evidence": _evidence(record, event, number),
    }
    record.tx.connection.execute(insert(consents), values)
    if event.purpose in {"may_quote", "may_recontact"} and record.conversation.story:
        answer = {"granted": "yes", "refused": "no"}.get(event.decision, "")
        story_row = stories.c.id == record.conversation.story
        record.tx.connection.execute(update(stories).where(story_row).values(**{event.purpose: answer}))


def _evidence(record: TurnRecord, event: Decided, number: int) -> bytes | None:
    """The exact reply, encrypted. None after a refusal to take part: we promised to keep nothing."""
    if not event.evidence or (event.purpose == "take_part" and event.decision != "granted"):
        return None
    return record.tx.keys.encrypt(event.evidence, "consents.evidence", number)


def flag(record: TurnRecord, event: Flagged) -> int:
    """Add a flag with its own copy of the words and the address. Returns its id."""
    number = new_id()
    record.tx.connection.execute(
        insert(flags),
        {
            "id": number,
            "campaign": record.conversation.state.campaign,
            "conversation": record.conversation.id,
            "tier": event.tier,
            "rule": event.rule,
            "at": record.tx.now,
            "evidence": record.tx.keys.encrypt(event.text, "flags.evidence", number),
            "channel": record.contact.channel.value,
            "address": record.tx.keys.encrypt(record.contact.address, "flags.address", number),
        },
    )
    return number


def text_differs(tx: Transaction, contact: bytes, message: str, text: str) -> bool:
    """Whether the text stored for this message is not part of `text`. A leading yes is not stored with it."""
    known = tx.keys.message_hash("message", message)
    numbers = select(conversations.c.id).join(contacts, contacts.c.id == conversations.c.contact)
    theirs = answers.c.conversation.in_(numbers.where(contacts.c.hash == contact))
    rows = tx.connection.execute(select(answers.c.id, answers.c.body).where(theirs, answers.c.message == known)).all()
    try:
        return any(read_body(tx.keys, row.id, row.body)[0] not in text for row in rows)
    except DecryptionError:  # a newer key than this process has: unknown
        return False


def read_body(keys: Keys, number: int, body: bytes) -> tuple[str, tuple[str, ...]]:
    """Decrypt the text and codes of one answer."""
    raw = json.loads(keys.decrypt(body, "answers.body", number))
    return raw["text"], tuple(raw["codes"])


def _add(record: TurnRecord, story: int | None, step: str, text: str, codes: tuple[str, ...], message: str) -> None:
    number = new_id()
    _ANSWER.run(
        record.tx.connection,
        {
            "id": number,
            "conversation": record.conversation.id,
            "story": story,
            "step": step,
            "at": record.tx.now,
            "message": bytes.fromhex(message) if message else None,
            "body": _body(record.tx.keys, number, text, codes),
        },
    )


def _body(keys: Keys, number: int, text: str, codes: tuple[str, ...]) -> bytes:
    return keys.encrypt(json.dumps({"text": text, "codes": codes}, ensure_ascii=False), "answers.body", number)


def _mark_told(record: TurnRecord) -> None:
    record.tx.connection.execute(_TOLD, {"story": record.conversation.story, "moment": record.tx.now})


def _public_id(record: TurnRecord) -> str:
    query = select(stories.c.public).where(stories.c.id == record.conversation.story)
    return str(record.tx.connection.execute(query).scalar_one())


def _wording(record: TurnRecord, asked: Asked) -> int:
    """The id of the exact wording that was asked, added at its first use."""
    values = {
        "id": new_id(),
        "campaign": record.conversation.state.campaign,
        "key": asked.key,
        "language": asked.language,
        "version": asked.version,
        "sha256": asked.sha256,
        "body": asked.body,
    }
    insert_new(record.tx.connection, wordings, values)
    same = [wordings.c[name] == values[name] for name in ("campaign", "key", "language", "sha256")]
    return int(record.tx.connection.execute(select(wordings.c.id).where(*same)).scalar_one())
