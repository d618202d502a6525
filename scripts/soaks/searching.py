"""Searches every file of a folder for words and ciphertexts: its name and its bytes.

Words are searched as they are and as they may be encoded: UTF-16, base64 at each of its three offsets, hexadecimal,
escaped as in addresses and in JSON.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

_PIECE = 16


@dataclass(frozen=True, slots=True)
class Search:
    """What was searched, and where something was found (file and form, never the word)."""

    files: int
    size: int
    hits: tuple[str, ...]


def forms(words: Iterable[str]) -> dict[str, bytes]:
    """Each word in each of its forms, by a name that does not quote it."""
    found: dict[str, bytes] = {}
    for number, word in enumerate(words, 1):
        raw = word.encode()
        named = {
            "utf-8": raw,
            "utf-16-le": word.encode("utf-16-le"),
            "utf-16-be": word.encode("utf-16-be"),
            "hex": raw.hex().encode(),
            "HEX": raw.hex().upper().encode(),
            "address": quote(word).encode(),
            "json": json.dumps(word)[1:-1].encode(),
            **{f"base64+{offset}": _base64(raw, offset) for offset in range(3)},
        }
        found |= {f"canary {number} as {form}": needle for form, needle in named.items()}
    return found


def pieces(ciphertexts: Sequence[bytes]) -> dict[str, bytes]:
    """Ciphertexts in pieces of 16 bytes, because a page that was overwritten in part still holds some."""
    return {
        f"ciphertext {number} at {at}": sealed[at : at + _PIECE]
        for number, sealed in enumerate(ciphertexts, 1)
        for at in (*range(1, len(sealed) - _PIECE, _PIECE), len(sealed) - _PIECE)
    }


def search(folder: Path, needles: dict[str, bytes], apart: Sequence[Path] = ()) -> Search:
    """Search all files below `folder`, except those below one of `apart`."""
    files = size = 0
    hits: list[str] = []
    for path in _files(folder, apart):
        try:
            held = path.read_bytes()
        except FileNotFoundError:  # a temporary file, deleted meanwhile
            continue
        files += 1
        size += len(held)
        name = str(path.relative_to(folder))
        hits += [f"{name}: {what}" for what, needle in needles.items() if needle in held or needle in name.encode()]
    return Search(files, size, tuple(hits))


def _files(folder: Path, apart: Sequence[Path]) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(path.is_relative_to(one) for one in apart):
            yield path


def _base64(raw: bytes, offset: int) -> bytes:
    """The letters of base64 that depend on `raw` only, if it begins `offset` bytes after a boundary."""
    whole = base64.b64encode(bytes(offset) + raw)
    return whole[-(-offset * 8 // 6) : (offset + len(raw)) * 8 // 6]
