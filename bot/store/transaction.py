"""One transaction: the connection, the keys, and the moment at which it began. Every query of a noun takes it first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.store.crypto import Keys


@dataclass(frozen=True, slots=True)
class Transaction:
    """What a query needs. `now` is aware, UTC, and the same for all that one transaction writes."""

    connection: Connection
    keys: Keys
    now: datetime
