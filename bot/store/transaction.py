"""One transaction: the connection, the keys, and when it began. Queries take it as their first argument."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.store.crypto import Keys


@dataclass(frozen=True, slots=True)
class Transaction:
    """What a query needs. `now` is in UTC, and the same for all that one transaction writes."""

    connection: Connection
    keys: Keys
    now: datetime
