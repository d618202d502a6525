"""Gathers small pieces into chunks worth sending: one a line would cost more to send than to make. Pure."""

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
    # Half a surrogate pair is replaced where texts arrive; should one be stored, a download must not end in the middle.
    return "".join(pieces).encode("utf-8", "replace")
