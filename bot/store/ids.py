"""Ids made before their rows, so that a ciphertext can be bound to its row: ordered integers, and random public ids."""

import secrets
import threading
import time

_EPOCH_MS = 1_767_225_600_000  # 2026-01-01: keeps ids in 63 bits for two centuries
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u to misread
_lock = threading.Lock()
_last = 0


def new_id() -> int:
    """A row's id: milliseconds, then 22 random bits; larger than all earlier ones of this process."""
    global _last  # noqa: PLW0603 (one sequence per process, guarded by the lock)
    fresh = ((time.time_ns() // 1_000_000 - _EPOCH_MS) << 22) | secrets.randbits(22)
    with _lock:
        _last = max(fresh, _last + 1)
        return _last


def public_id() -> str:
    """The public id of a story or resident: 16 random characters (80 bits), which say nothing about when or who."""
    number = secrets.randbits(80)
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(0, 80, 5))
