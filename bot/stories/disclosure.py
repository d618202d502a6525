"""Small numbers: how a count may be shown to people who may not read the stories.

Pure, and the only place that decides it: `numbers.py`, the pages and the papers call `shown` for every count they
print. Percentages and totals are made from shown counts, never from the true ones. The default is the rule of NHS
England for figures below the national level (hospital and emergency care statistics, disclosure control): 1 to 7 are
hidden, all others rounded to the nearest 5.
"""

from collections.abc import Callable

from bot.engine.campaign import Disclosure

HIDDEN = "*"


def _nhs(count: int) -> str:
    return str(count) if count == 0 else HIDDEN if count <= 7 else str(_nearest(count, 5))


def _strict10(count: int) -> str:
    """Fewer than ten hidden, none included: whoever sees "0" learns something too."""
    return HIDDEN if count < 10 else str(_nearest(count, 5))


def _lt5(count: int) -> str:
    return str(count) if count == 0 else HIDDEN if count < 5 else str(_nearest(count, 5))


RULES: dict[Disclosure, Callable[[int], str]] = {
    Disclosure.NHS: _nhs,
    Disclosure.STRICT10: _strict10,
    Disclosure.LT5: _lt5,
    Disclosure.EXACT: str,
}


def shown(count: int, rule: Disclosure = Disclosure.NHS) -> str:
    """`count` as it may be shown: a number, or `*`. Raises ValueError for a negative count."""
    if count < 0:
        raise ValueError("a count cannot be negative")
    return RULES[rule](count)


def _nearest(count: int, step: int) -> int:
    """The nearest multiple of `step`; for the steps used here no count lies midway."""
    return (count + step // 2) // step * step
