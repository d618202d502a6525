"""Bytes on the disk, looked for."""

from hypothesis import settings
from sqlalchemy import Connection

from bot.store.crypto import Keys
from bot.store.transaction import Transaction
from kit.moments import NOON

profile = settings(derandomize=True, database=None, deadline=None)


def in_(connection: Connection) -> Transaction:
    """A transaction over a bare database. The keys do not matter here."""
    return Transaction(connection, Keys({1: b"e" * 32}, b"l" * 32, b"d" * 32, b"a" * 32), NOON)
