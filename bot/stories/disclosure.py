"""How a count is shown to people who may not read the stories. Pure.

Make percentages and totals from shown counts, never from the true ones. The default rule is that of NHS England for
figures below the national level (hospital and emergency care statistics, disclosure control): 1 to 7 are hidden, all
other counts are rounded to the nearest 5.
"""

from collections.abc import Callable

from bot.engine.campaign import Disclosure

HIDDEN = "*"


def _nhs(count: int) -> str:
    return str(count) if count == 0 else HIDDEN if count <= 7 else str(_nearest(count, 5))


def _strict10(count: int) -> str:
    """Hide every count below ten, 0 included: 0 tells something too."""
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
    """`count` as a rounded number, or `*` if it is hidden. Raises ValueError for a negative count."""
    if count < 0:
        raise ValueError("a count cannot be negative")
    return RULES[rule](count)


def _nearest(count: int, step: int) -> int:
    """The nearest multiple of `step`, which is odd: no count lies midway."""
    return (count + step // 2) // step * step
