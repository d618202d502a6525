"""What to do after a failed attempt."""

import itertools
from datetime import timedelta

import pytest
from kit.delivering import seconds

from bot.channels.port import Failure
from bot.messaging.retry import (
    MOST_ATTEMPTS,
    MOST_ATTEMPTS_TOO_FAST,
    MOST_ATTEMPTS_URGENT,
    GiveUp,
    Retry,
    decide,
)

HOUR = timedelta(hours=1)
STOP, NEVER = GiveUp(stopped=True), GiveUp()


@pytest.mark.parametrize(
    ("failure", "attempts", "urgent", "retry_after", "decision"),
    [
        (Failure.PERMANENT, 1, False, 0, NEVER),
        (Failure.PERMANENT, 1, True, 0, NEVER),
        (Failure.STOPPED, 1, False, 0, STOP),
        (Failure.STOPPED, 1, True, 0, STOP),
        (Failure.STOPPED, 99, False, 0, STOP),
        (Failure.RETRY_AFTER, 1, False, 7, seconds(7)),
        (Failure.RETRY_AFTER, 7, True, 3600, seconds(3600)),
        (Failure.RETRY_AFTER, 1, False, 0, seconds(0.5)),
        (Failure.RETRY_AFTER, MOST_ATTEMPTS_TOO_FAST - 1, False, 7, seconds(7)),
        (Failure.RETRY_AFTER, MOST_ATTEMPTS_TOO_FAST, False, 7, NEVER),
        (Failure.RETRY_AFTER, MOST_ATTEMPTS_TOO_FAST, True, 7, NEVER),
        (Failure.TEMPORARY, 1, False, 0, seconds(5)),
        (Failure.TEMPORARY, 2, False, 0, seconds(20)),
        (Failure.TEMPORARY, 3, False, 0, seconds(80)),
        (Failure.TEMPORARY, 4, False, 0, seconds(320)),
        (Failure.TEMPORARY, 5, False, 0, seconds(1280)),
        (Failure.TEMPORARY, 6, False, 0, Retry(HOUR)),
        (Failure.TEMPORARY, MOST_ATTEMPTS - 1, False, 0, Retry(HOUR)),
        (Failure.TEMPORARY, MOST_ATTEMPTS, False, 0, NEVER),
        (Failure.TEMPORARY, MOST_ATTEMPTS, True, 0, Retry(HOUR)),
        (Failure.TEMPORARY, MOST_ATTEMPTS_URGENT, True, 0, NEVER),
        (Failure.UNKNOWN, 1, False, 0, seconds(600)),
        (Failure.UNKNOWN, 2, False, 0, NEVER),
        (Failure.UNKNOWN, 1, True, 0, seconds(5)),
        (Failure.UNKNOWN, 2, True, 0, seconds(20)),
        (Failure.UNKNOWN, MOST_ATTEMPTS_URGENT, True, 0, NEVER),
    ],
)
def test_what_to_do_after_a_failed_attempt(
    failure: Failure, attempts: int, urgent: bool, retry_after: float, decision: Retry | GiveUp
) -> None:
    assert decide(failure, attempts, urgent=urgent, retry_after=retry_after) == decision


@pytest.mark.parametrize(("failure", "urgent"), list(itertools.product(Failure, (False, True))))
def test_nothing_is_tried_for_ever(failure: Failure, urgent: bool) -> None:
    tries = itertools.takewhile(lambda n: isinstance(decide(failure, n, urgent=urgent), Retry), itertools.count(1))
    assert len(list(tries)) < MOST_ATTEMPTS_TOO_FAST
