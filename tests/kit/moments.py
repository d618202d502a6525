"""The moment at which the tests begin."""

from datetime import UTC, datetime

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def noon() -> datetime:
    """A clock that stands still."""
    return NOON
