"""The tables. Text, addresses and evidence are ciphertext (`crypto.py`); people are found by keyed hash.

A test holds the migrations equal to these files. Ids are made by us (`ids.py`), so that a ciphertext is bound to its
row before the row exists. Moments (`moments.py`) are compared and indexed as integers, without time zones.
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
