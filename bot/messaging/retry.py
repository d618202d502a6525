"""What to do after a failed send: a pure decision.

No failure is retried for ever, and a permanent refusal is never retried.
"""

from dataclasses import dataclass
from datetime import timedelta

from bot.channels.port import Failure

#: Attempts after which a temporary failure is final. With the waits below, that takes about five hours for a reply and
#: ten for a helpline.
MOST_ATTEMPTS = 8
MOST_ATTEMPTS_URGENT = 12
#: "Too fast" says that nothing was sent and nothing is wrong with the message, so it may happen more often.
MOST_ATTEMPTS_TOO_FAST = 100
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(hours=1)
_AMBIGUOUS_WAIT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again after this long."""

    after: timedelta


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Never try again. With `stopped`, the resident has opted out."""

    stopped: bool = False


def decide(failure: Failure, attempts: int, *, urgent: bool, retry_after: float = 0.0) -> Retry | GiveUp:
    """What to do after attempt number `attempts`, counted from 1, failed. `retry_after` is in seconds."""
    if failure is Failure.STOPPED:
        return GiveUp(stopped=True)
    if failure is Failure.PERMANENT:
        return GiveUp()
    if failure is Failure.RETRY_AFTER and attempts < MOST_ATTEMPTS_TOO_FAST:
        return Retry(timedelta(seconds=max(retry_after, 0.5)))
    if attempts >= (MOST_ATTEMPTS_URGENT if urgent else MOST_ATTEMPTS):
        return GiveUp()
    if failure is Failure.UNKNOWN and not urgent:
        # It may have arrived. A question twice is worse than a late one, and better than none: wait, then send once.
        return GiveUp() if attempts > 1 else Retry(_AMBIGUOUS_WAIT)
    return Retry(min(_FIRST_WAIT * 4 ** (attempts - 1), _LONGEST_WAIT))
