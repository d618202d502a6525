"""What a language costs by SMS: the parts of every text, of the short conversation and of the full one. Pure.

The short conversation is what nearly everybody has: FIRST, QUESTION, SAVED,
THANKS; the full one goes through every step. Beside them stands what the same texts would cost with typographic
quotes and dashes.
"""

from dataclasses import dataclass

from bot.campaigns.review import rendered
from bot.language.sms_parts import count
from bot.language.wording import Wording

_TYPOGRAPHY = str.maketrans({"'": "\u2019", '"': "\u201d", "-": "\u2013"})


@dataclass(frozen=True, slots=True)
class Bill:
    """Parts sent in one conversation; `typographic` is what they would be with curly quotes and dashes."""

    code: str
    encoding: str
    texts: dict[str, int]
    short: int
    full: int
    short_typographic: int
    full_typographic: int


def bill(code: str, wording: Wording) -> Bill:
    """Count one language."""
    texts = rendered(code, wording)
    steps = [f"step {step.id}" for step in wording.campaign.steps]
    short = ["first", *steps[:2], "thanks"]
    full = ["first", *steps, "thanks_contact"]
    parts = {key: count(text).parts for key, text in texts.items()}
    curly = {key: count(_typographic(text)).parts for key, text in texts.items()}
    encodings = {count(texts[key]).encoding for key in full}
    return Bill(
        code,
        "GSM-7" if encodings == {"GSM-7"} else "UCS-2" if encodings == {"UCS-2"} else "mixed",
        parts,
        *(sum(table[key] for key in keys) for table in (parts, curly) for keys in (short, full)),
    )


def _typographic(text: str) -> str:
    """The text as a word processor would set it: one such letter anywhere makes the whole message UCS-2."""
    return text.translate(_TYPOGRAPHY).replace(". ", ".\u00a0", 1)
