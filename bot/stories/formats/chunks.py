"""Joins small pieces of text into chunks worth sending. Pure."""

from collections.abc import Iterable, Iterator

_SIZE = 64 * 1024


def gathered(pieces: Iterable[str], size: int = _SIZE) -> Iterator[bytes]:
    """The pieces as UTF-8, in chunks of about `size` letters."""
    waiting: list[str] = []
    letters = 0
    for piece in pieces:
        waiting.append(piece)
        letters += len(piece)
        if letters >= size:
            yield _encoded(waiting)
            waiting, letters = [], 0
    if waiting:
        yield _encoded(waiting)


def _encoded(pieces: list[str]) -> bytes:
    # Arriving texts hold no half surrogate pairs; should one be stored all the same, the download must not break off.
    return "".join(pieces).encode("utf-8", "replace")
