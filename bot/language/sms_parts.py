"""How many SMS parts a text takes, counted as Twilio counts and bills them. Pure; it never changes a text.

Sources: 3GPP TS 23.038 (GSM-7 alphabet and extension table); Twilio's public description of segments: 160 septets
in one part, else 153 each; 70 UTF-16 units in one part, else 67 each; a grapheme is not divided between two parts.
"""

from dataclasses import dataclass

import regex

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
_GRAPHEMES = regex.compile(r"\X")


@dataclass(frozen=True, slots=True)
class SmsParts:
    """What one text takes: its encoding (`GSM-7` or `UCS-2`), its units (septets or UTF-16 units) and its parts."""

    encoding: str
    units: int
    parts: int


def count(text: str) -> SmsParts:
    """The SMS parts of `text`. An empty text is one part, as Twilio bills it."""
    if all(letter in _BASIC or letter in _EXTENDED for letter in text):
        sizes = [2 if letter in _EXTENDED else 1 for letter in text]
        return _pack("GSM-7", sizes, 160, 153)
    sizes = [len(cluster.encode("utf-16-le")) // 2 for cluster in _GRAPHEMES.findall(text)]
    return _pack("UCS-2", sizes, 70, 67)


def outside_gsm7(text: str) -> str:
    """The letters of `text` that make it UCS-2, each once."""
    return "".join(sorted({letter for letter in text if letter not in _BASIC and letter not in _EXTENDED}))


def _pack(encoding: str, sizes: list[int], single: int, several: int) -> SmsParts:
    units = sum(sizes)
    if units <= single:
        return SmsParts(encoding, units, 1)
    parts, room = 1, several
    for size in sizes:
        if size > several:  # a grapheme larger than a part (stacked marks) has to be cut
            parts, room = parts + (size - room + several - 1) // several, several
            continue
        if size > room:
            parts, room = parts + 1, several
        room -= size
    return SmsParts(encoding, units, parts)
