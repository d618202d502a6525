"""The tables of what residents write and decide, and of our replies."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.moments import Moment
from bot.store.tables.metadata import metadata

# Keyed hashes of channel and message id, kept for ever: a replay after an erasure brings nothing back (law 5).
seen = Table("seen", metadata, Column("hash", LargeBinary(32), primary_key=True))

# Where residents can be reached. Erasure removes `address` (ciphertext) and keeps `hash`, so that a STOP holds.
contacts = Table(
    "contacts",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False, unique=True),
    Column("channel", String(16), nullable=False),
    Column("address", LargeBinary),
    Column("stopped_at", Moment),
    Column("resident", String(32), nullable=False),
)

# One row per contact and campaign: where the conversation stands, without a word that the resident wrote.
conversations = Table(
    "conversations",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("contact", BigInteger, ForeignKey("contacts.id"), nullable=False),
    Column("campaign", String(64), nullable=False),
    Column("state", Text, nullable=False),
    Column("story", BigInteger),  # the open or last story
    Column("wake_at", Moment),
    Column("last_in", Moment, nullable=False),
    UniqueConstraint("contact", "campaign"),
    Index("ix_conversations_wake_at", "wake_at"),
)

stories = Table(
    "stories",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("public", String(32), nullable=False, unique=True),  # the story_id of exports, random
    Column("conversation", BigInteger, ForeignKey("conversations.id"), nullable=False),
    Column("campaign", String(64), nullable=False),
    Column("hub", String(64), nullable=False, server_default=""),
    Column("channel", String(16), nullable=False),
    Column("language", String(16), nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("told_at", Moment),  # when the first text came; null: not exported yet
    Column("consent_version", String(32), nullable=False),
    Column("may_quote", String(3), nullable=False, server_default=""),
    Column("may_recontact", String(3), nullable=False, server_default=""),
    Column("withdrawn_at", Moment),
    Column("read_at", Moment),  # when the worker looked at its language; null: not yet
    Index("ix_stories_campaign_id", "campaign", "id"),
    Index("ix_stories_conversation", "conversation"),
)

# The texts of a story; without a story, texts that wait for a yes. `body` is ciphertext of {"text", "codes"}.
answers = Table(
    "answers",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("conversation", BigInteger, ForeignKey("conversations.id"), nullable=False),
    Column("story", BigInteger, ForeignKey("stories.id")),
    Column("step", String(64), nullable=False),
    Column("message", LargeBinary(32)),  # keyed hash of the message's id, for edits
    Column("body", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_answers_story", "story"),
    Index("ix_answers_conversation", "conversation"),
)

# The exact texts that asked for consent. Rows are never changed.
wordings = Table(
    "wordings",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("campaign", String(64), nullable=False),
    Column("key", String(80), nullable=False),
    Column("language", String(16), nullable=False),
    Column("version", String(32), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("campaign", "key", "language", "sha256"),
)

# Consents. Rows are added and never changed, except that erasure empties `evidence`, the exact reply.
consents = Table(
    "consents",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("resident", String(32), nullable=False),
    Column("story", String(32), nullable=False, server_default=""),  # the public id
    Column("campaign", String(64), nullable=False),
    Column("purpose", String(64), nullable=False),
    Column("decision", String(16), nullable=False),
    Column("wording", BigInteger, ForeignKey("wordings.id")),
    Column("channel", String(16), nullable=False),
    Column("method", String(16), nullable=False),
    Column("evidence", LargeBinary),
    Column("at", Moment, nullable=False),
    Index("ix_consents_resident", "resident"),
    Index("ix_consents_story", "story"),
)

# Replies that wait to be sent, written in the transaction that changed the state (law 4).
outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("contact", BigInteger, ForeignKey("contacts.id"), nullable=False),
    Column("campaign", String(64), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("key", String(120), nullable=False),
    Column("address", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("urgent", SmallInteger, nullable=False, server_default="0"),
    Column("status", String(16), nullable=False, server_default="queued"),  # queued, sending, sent, failed, dropped …
    Column("asked_at", Moment, nullable=False),  # when the resident wrote: a reply is late by that
    Column("not_before", Moment, nullable=False),
    Column("lease_until", Moment, nullable=False, server_default="0"),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("provider_id", String(64)),
    Column("error", String(64), nullable=False, server_default=""),
    Column("sent_at", Moment),
    Index("ix_outbox_status", "status", "not_before"),
    Index("ix_outbox_contact", "contact"),
    Index("ix_outbox_provider_id", "provider_id"),
)
