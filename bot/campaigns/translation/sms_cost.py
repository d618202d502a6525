"""What a language costs by SMS: the parts of every text, of the short conversation and of the full one. Pure.

The short conversation is what nearly everybody has: FIRST, QUESTION, SAVED, THANKS. The full one has every step.
"""

from dataclasses import dataclass

from bot.campaigns.translation.review import rendered
from bot.language.sms_parts import count
from bot.language.wording import Wording

_TYPOGRAPHY = str.maketrans({"'": "\u2019", '"': "\u201d", "-": "\u2013"})


@dataclass(frozen=True, slots=True)
class SmsCost:
    """SMS parts in one language; `typographic` is what they would be with curly quotes and dashes."""

    code: str
    encoding: str
    texts: dict[str, int]
    short: int
    full: int
    short_typographic: int
    full_typographic: int


def sms_cost(code: str, wording: Wording) -> SmsCost:
    """What the campaign costs in the language `code`."""
    texts = rendered(code, wording)
    steps = [f"step {step.id}" for step in wording.campaign.steps]
    short = ["first", *steps[:2], "thanks"]
    full = ["first", *steps, "thanks_contact"]
    parts = {key: count(text).parts for key, text in texts.items()}
    curly = {key: count(_typographic(text)).parts for key, text in texts.items()}
    encodings = {count(texts[key]).encoding for key in full}
    return SmsCost(
        code=code,
        encoding=encodings.pop() if len(encodings) == 1 else "mixed",
        texts=parts,
        short=sum(parts[key] for key in short),
        full=sum(parts[key] for key in full),
        short_typographic=sum(curly[key] for key in short),
        full_typographic=sum(curly[key] for key in full),
    )


def _typographic(text: str) -> str:
    """The text as a word processor would set it: one such letter anywhere makes the whole message UCS-2."""
    return text.translate(_TYPOGRAPHY).replace(". ", ".\u00a0", 1)
