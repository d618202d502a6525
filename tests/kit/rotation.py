"""Divides the cases of a large product among tests, so that together they try each case once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Case = TypeVar("Case")


@dataclass(frozen=True, slots=True)
class Rotation:
    """Everything to everybody where it is thorough."""

    thorough: bool

    def share(self, cases: Sequence[Case], number: int, of: int) -> Sequence[Case]:
        """The share of test `number` of so many."""
        return cases if self.thorough else cases[number % of :: of]
