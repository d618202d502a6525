"""Ids made by us: ordered integers for rows, random strings for what leaves the house.

An id exists before its row, so that a ciphertext can be bound to it. Nothing here but the clock and the system's
randomness.
"""

import secrets
import threading
import time

_EPOCH_MS = 1_767_225_600_000  # 2026-01-01: keeps ids in 63 bits for two centuries
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u to misread
_lock = threading.Lock()
_last = 0


def new_id() -> int:
    """A row's id: milliseconds, then 22 random bits; within one process always larger than the one before."""
    global _last  # noqa: PLW0603 (one sequence per process, guarded by the lock)
    fresh = ((time.time_ns() // 1_000_000 - _EPOCH_MS) << 22) | secrets.randbits(22)
    with _lock:
        _last = max(fresh, _last + 1)
        return _last


def public_id() -> str:
    """A story's or resident's public id: 16 random letters (80 bits), telling nothing of when or who."""
    number = secrets.randbits(80)
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(0, 80, 5))
