"""The tables. Text, addresses and evidence are ciphertext (`crypto.py`); people are found by keyed hash.

Read by the query modules of this package and by the migrations, which a test holds equal to this file. Ids are made
by us (`ids.py`), so that a ciphertext can be bound to its row before the row exists. Moments (`moments.py`) are
compared and indexed as integers, without time zones.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.moments import Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Dedupe, for ever: a keyed hash of channel and message id. Outlives erasure, so that no replay resurrects (law 5).
seen = Table("seen", metadata, Column("hash", LargeBinary(32), primary_key=True))

# Where a resident can be reached. `address` (ciphertext) goes first; the hash stays, so that STOP is remembered.
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

# One row per resident and campaign: where the conversation stands. Holds no word the resident wrote.
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
    Column("told_at", Moment),  # of the first text; null: nothing to export yet
    Column("consent_version", String(32), nullable=False),
    Column("may_quote", String(3), nullable=False, server_default=""),
    Column("may_recontact", String(3), nullable=False, server_default=""),
    Column("withdrawn_at", Moment),
    Column("read_at", Moment),  # when the worker looked at which language the words are in; null: not yet
    Index("ix_stories_campaign_id", "campaign", "id"),
    Index("ix_stories_conversation", "conversation"),
)

# The texts of a story, or, with no story, those that wait for a yes. `body` is ciphertext of {"text", "codes"}.
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

# The exact texts by which consent was asked. Immutable.
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

# The consent ledger. Rows are added, never changed; erasure removes only the evidence.
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

# Replies waiting to be delivered, written in the transaction that changed the state (law 4).
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
    Column("asked_at", Moment, nullable=False),  # when the resident wrote: what makes a reply late
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

# Safeguarding concerns, with their own evidence and address: kept for the campaign's `flag_days`, gone with DELETE.
flags = Table(
    "flags",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("campaign", String(64), nullable=False),
    Column("conversation", BigInteger),
    Column("tier", String(16), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("evidence", LargeBinary),
    Column("at", Moment, nullable=False),
    Column("status", String(16), nullable=False, server_default="new"),  # new, acknowledged, decided, closed
    Column("channel", String(16), nullable=False, server_default=""),
    Column("address", LargeBinary),
    Column("owner", String(254), nullable=False, server_default=""),
    Column("decision", String(32), nullable=False, server_default=""),
    Column("changed_at", Moment),
    Column("alerted_at", Moment),
    Index("ix_flags_status", "status"),
)

# Where people of the role `safeguarding` are told that a flag waits.
alerts = Table(
    "alerts",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("email", String(254), nullable=False, unique=True),
    Column("channel", String(16), nullable=False),
    Column("address", LargeBinary, nullable=False),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("story", String(32), primary_key=True),
    Column("campaign", String(64), nullable=False),
    Column("erased_on", String(10), nullable=False),
    Index("ix_tombstones_campaign", "campaign"),
)

# Who downloaded what.
downloads = Table(
    "downloads",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("actor", String(254), nullable=False),
    Column("role", String(16), nullable=False),
    Column("campaign", String(64), nullable=False),
    Column("format", String(16), nullable=False),
    Column("cleaned_at", Moment),
    Index("ix_downloads_campaign", "campaign"),
)

# Which stories each download held, by public id, so that it can be found again after an erasure.
download_stories = Table(
    "download_stories",
    metadata,
    Column("download", BigInteger, ForeignKey("downloads.id"), primary_key=True, autoincrement=False),
    Column("story", String(32), primary_key=True),
    Index("ix_download_stories_story", "story"),
)

# An organiser's own marks: names and places in one story, masked in every redacted download. `body` is ciphertext.
marks = Table(
    "marks",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("story", BigInteger, ForeignKey("stories.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_marks_story", "story"),
)

# Complaints about us (Data Protection Act 2018, section 164A), numbered. Text and address are ciphertext.
complaints = Table(
    "complaints",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("campaign", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("way", String(16), nullable=False),  # page, or how somebody took it down
    Column("language", String(16), nullable=False, server_default=""),
    Column("body", LargeBinary),
    Column("reach", LargeBinary),
    Column("acknowledged_at", Moment),
    Column("closed_at", Moment),
    Column("outcome", LargeBinary),
)

# SMS parts handed to the provider, by campaign and local day: what the spending limit counts.
spending = Table(
    "spending",
    metadata,
    Column("campaign", String(64), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("parts", BigInteger, nullable=False),
)

# How many messages one contact was sent, by day. Erasure leaves it: otherwise DELETE would open every cap again.
sendings = Table(
    "sendings",
    metadata,
    Column("contact", BigInteger, primary_key=True, autoincrement=False),
    Column("day", String(10), primary_key=True),
    Column("messages", BigInteger, nullable=False),
)

hubs = Table(
    "hubs",
    metadata,
    Column("code", String(64), primary_key=True),  # folded: as links and keywords name it
    Column("shown", String(64), nullable=False),
    Column("campaign", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("language", String(16), nullable=False, server_default=""),
    Column("target", BigInteger),
    Column("added_at", Moment, nullable=False),
)

organisers = Table(
    "organisers",
    metadata,
    Column("email", String(254), primary_key=True),
    Column("role", String(16), primary_key=True),
    Column("campaign", String(64), primary_key=True),
    Column("hub", String(64), nullable=False, server_default=""),
    Column("added_at", Moment, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("email", String(254), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Index("ix_tokens_email", "email"),
)

# Who did what: no text and no address of a resident. Each row is chained to the one before.
audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("actor", String(254), nullable=False),
    Column("action", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Column("chain", LargeBinary(32), nullable=False),
)

# Small facts that must survive a restart: where polling stands, the bot's name, the key check …
facts = Table("facts", metadata, Column("name", String(120), primary_key=True), Column("value", Text, nullable=False))
