"""The tables that organisers and leads work with: flags, downloads, marks, complaints, hubs, roles, the audit."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, String, Table, Text

from bot.store.moments import Moment
from bot.store.tables.metadata import metadata

# Flags, with their own copy of words and address, kept for the campaign's `flag_days` or until DELETE.
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

# Where leads get their alerts. `address` is ciphertext.
alerts = Table(
    "alerts",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("email", String(254), nullable=False, unique=True),
    Column("channel", String(16), nullable=False),
    Column("address", LargeBinary, nullable=False),
)

# The ids and days of erased stories.
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

# Which stories each download holds, by public id, so that an erased one can be recalled.
download_stories = Table(
    "download_stories",
    metadata,
    Column("download", BigInteger, ForeignKey("downloads.id"), primary_key=True, autoincrement=False),
    Column("story", String(32), primary_key=True),
    Index("ix_download_stories_story", "story"),
)

# Words that an organiser chose to mask in redacted downloads. `body` is ciphertext.
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

# Complaints about us (Data Protection Act 2018, section 164A). `body`, `reach` and `outcome` are ciphertext.
complaints = Table(
    "complaints",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("campaign", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("way", String(16), nullable=False),  # `page`, or how an operator received it
    Column("language", String(16), nullable=False, server_default=""),
    Column("body", LargeBinary),
    Column("reach", LargeBinary),
    Column("acknowledged_at", Moment),
    Column("closed_at", Moment),
    Column("outcome", LargeBinary),
)

# SMS parts sent, by campaign and day of its time zone: what the spending limit counts.
spending = Table(
    "spending",
    metadata,
    Column("campaign", String(64), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("parts", BigInteger, nullable=False),
)

# Messages sent to each contact, by day. Erasure keeps it: otherwise DELETE would lift the limits.
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
    Column("code", String(64), primary_key=True),  # folded, as it is looked up
    Column("shown", String(64), nullable=False),  # the code as its leaders print it
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

# Who did what, without a resident's text or address. `chain` seals each row over the one before.
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

# Small facts that must survive a restart: how far polling got, the bot's name, the key check …
facts = Table("facts", metadata, Column("name", String(120), primary_key=True), Column("value", Text, nullable=False))
