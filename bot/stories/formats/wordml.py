"""Paragraphs of a Word document, as XML for its `document.xml`. Pure.

Each run names its direction and language, so that Word shapes, aligns and spell-checks it correctly. Letters that XML
forbids are left out: with one of them no program opens the file.
"""

import re
import unicodedata
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAK = re.compile("\r\n?|\n|\v|\f|\u0085|\u2028|\u2029")
_RIGHT = {"R", "AL"}
# Word knows Chinese by country, not by script.
_WORD_LANGUAGES = {"zh-Hans": "zh-CN", "zh-Hant": "zh-TW"}


def heading(text: str, level: int) -> str:
    """A heading in English."""
    return paragraph(text, style=f"Heading{level}", language="en-GB")


def paragraph(text: str, *, style: str = "", language: str = "") -> str:
    """`text` as one paragraph; line breaks in it stay."""
    rightwards = runs_right(text)
    properties = f"<w:pStyle w:val={quoteattr(style)}/>" if style else ""
    properties += "<w:bidi/>" if rightwards else ""
    start = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    body = "".join(_run(part, right, language) for part, right in _parts(text, rightwards))
    return f"<w:p>{start}{body}</w:p>"


def runs_right(text: str) -> bool:
    """Whether the first letter with a direction is of a right-to-left script."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in _RIGHT:
            return True
        if direction == "L":
            return False
    return False


def _parts(text: str, right: bool) -> Iterator[tuple[str, bool]]:
    """Pieces of one direction, and whether it is right to left. Digits, spaces and signs join the piece before them."""
    if text.isascii():
        yield text, False
        return
    begin = 0
    for at, letter in enumerate(text):
        direction = unicodedata.bidirectional(letter)
        turns = direction == "L" if right else direction in _RIGHT
        if turns:
            if at > begin:
                yield text[begin:at], right
            begin, right = at, not right
    yield text[begin:], right


def _run(text: str, right: bool, language: str) -> str:
    pieces = (f'<w:t xml:space="preserve">{escape(_FORBIDDEN.sub("", piece))}</w:t>' for piece in _BREAK.split(text))
    return f"<w:r>{_run_properties(right, language)}{'<w:br/>'.join(pieces)}</w:r>"


def _run_properties(right: bool, language: str) -> str:
    """Direction before language, the order that the schema requires."""
    inside = "<w:rtl/>" if right else ""
    if language:
        attribute = "bidi" if right else "eastAsia" if language.startswith(("zh", "ja", "ko")) else "val"
        inside += f"<w:lang w:{attribute}={quoteattr(_WORD_LANGUAGES.get(language, language))}/>"
    return f"<w:rPr>{inside}</w:rPr>" if inside else ""
