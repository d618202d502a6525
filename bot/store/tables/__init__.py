"""The tables. Texts, addresses and evidence are encrypted (`crypto.py`); contacts are found by a keyed hash.

A test compares the migrations with these files. Ids come from `ids.py` rather than the database, so that a ciphertext
can be bound to its row before the row exists. Moments (`moments.py`) are integers.
"""

from bot.store.tables.metadata import metadata
from bot.store.tables.organisers import (
    alerts,
    audit,
    complaints,
    download_stories,
    downloads,
    facts,
    flags,
    hubs,
    marks,
    organisers,
    sendings,
    spending,
    tokens,
    tombstones,
)
from bot.store.tables.residents import answers, consents, contacts, conversations, outbox, seen, stories, wordings

__all__ = [
    "alerts",
    "answers",
    "audit",
    "complaints",
    "consents",
    "contacts",
    "conversations",
    "download_stories",
    "downloads",
    "facts",
    "flags",
    "hubs",
    "marks",
    "metadata",
    "organisers",
    "outbox",
    "seen",
    "sendings",
    "spending",
    "stories",
    "tokens",
    "tombstones",
    "wordings",
]
