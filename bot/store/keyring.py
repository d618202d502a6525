"""The key file: a JSON file outside the data folder, mode 0600, refused if others can read or guess it.

Losing it loses every story: the README says to copy it to a safe place.
"""

import base64
import json
import os
import secrets
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.errors import KeyringError
from bot.store.crypto import Keys

_JOBS = ("lookup", "dedupe", "audit")
_LENGTH = 32


def make(path: Path) -> None:
    """Write a new key file. Raises FileExistsError rather than replace one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(
        path,
        {
            "made": datetime.now(UTC).date().isoformat(),
            "encryption": {"1": _fresh()},
            **{job: _fresh() for job in _JOBS},
        },
        os.O_EXCL,
    )


def rotate(path: Path) -> int:
    """Add a new encryption key, which encrypts from now on; the old ones still decrypt. Returns its number."""
    raw = _load(path)
    number = max(int(one) for one in raw["encryption"]) + 1
    raw["encryption"][str(number)] = _fresh()
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    _write(temporary, raw, os.O_EXCL)
    temporary.replace(path)
    return number


def read(path: Path, data_folder: Path | None = None) -> Keys:
    """The keys in the file at `path`. Raises KeyringError with all that is wrong with it and how to fix it."""
    raw = _load(path)
    problems = _refusals(path, data_folder)
    keys: dict[str, bytes] = {}
    try:
        numbers = {int(number): value for number, value in raw["encryption"].items()}
        named = {f"encryption {number}": value for number, value in numbers.items()}
        named |= {job: raw[job] for job in _JOBS}
        keys = {name: base64.b64decode(value, validate=True) for name, value in named.items()}
        if not numbers or not all(0 <= number <= 255 for number in numbers):  # one byte of each ciphertext
            raise ValueError
    except (KeyError, TypeError, AttributeError, ValueError):
        problems.append("is not a keyring: restore it from your safe copy")
    problems += [
        f"the key {name!r} has {len(key)} bytes, not {_LENGTH}; restore it from your safe copy"
        for name, key in keys.items()
        if len(key) != _LENGTH
    ]
    if len(set(keys.values())) != len(keys):
        problems.append("two of its keys are equal, but each job needs its own; restore it from your safe copy")
    if problems:
        raise KeyringError("\n".join(f"The keyring {path}: {problem}." for problem in problems))
    encryption = {int(name.split()[1]): key for name, key in keys.items() if name.startswith("encryption")}
    return Keys(encryption, *(keys[job] for job in _JOBS))


def _refusals(path: Path, data_folder: Path | None) -> list[str]:
    problems = []
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        problems.append(f"can be read by others; fix it with: chmod 600 {path}")
    if data_folder is not None and path.resolve().is_relative_to(data_folder.resolve()):
        problems.append(f"lies inside the data folder {data_folder}, where a thief would find both; move it elsewhere")
    return problems


def _load(path: Path) -> dict[str, Any]:
    try:
        raw = json.loads(path.read_text())
    except FileNotFoundError:
        raise KeyringError(f"There is no keyring at {path}. Make one with: openear init") from None
    except (OSError, ValueError):
        raise KeyringError(f"The keyring {path} cannot be read: restore it from your safe copy.") from None
    if not isinstance(raw, dict):
        raise KeyringError(f"The keyring {path} is not a keyring: restore it from your safe copy.")
    return raw


def _fresh() -> str:
    return base64.b64encode(secrets.token_bytes(_LENGTH)).decode()


def _write(path: Path, raw: object, flags: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | flags, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(raw, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
