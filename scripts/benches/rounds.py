"""Measures two things in turn and returns their ratio: the median of the rounds, and their span."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """One figure: what it means, the goal, the median ratio, and the span of the rounds."""

    what: str
    goal: str
    ratio: float
    spread: str


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes, in seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def alternate(what: str, goal: str, ours: Callable[[], float], theirs: Callable[[], float], rounds: int = 7) -> Result:
    """The ratio of `ours` to `theirs`, which each return the figure of one round. The first round does not count."""
    ratios = []
    for number in range(rounds + 1):
        pair = (ours(), theirs()) if number % 2 else tuple(reversed((theirs(), ours())))
        if number:
            ratios.append(pair[0] / pair[1])
    ratios.sort()
    return Result(what, goal, statistics.median(ratios), f"{ratios[0]:.2f} to {ratios[-1]:.2f}")
