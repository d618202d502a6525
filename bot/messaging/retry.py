"""What to do after a failed send: a pure decision, tested as a table.

No failure is retried for ever, and what a provider refused for good is never sent again.
"""

from dataclasses import dataclass
from datetime import timedelta

from bot.channels.port import Failure

# : Attempts after which a temporary failure is final. With the waits below: about five hours for a reply, ten for a
# helpline.
MOST_ATTEMPTS = 8
MOST_ATTEMPTS_URGENT = 12
#: "Too fast" is no fault of the message, and nothing was sent: a storm of it is waited out.
MOST_ATTEMPTS_TOO_FAST = 100
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(hours=1)
_AMBIGUOUS_WAIT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again after so long."""

    after: timedelta


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Never again. With `stopped`, the resident wants no more of it."""

    stopped: bool = False


def decide(failure: Failure, attempts: int, *, urgent: bool, retry_after: float = 0.0) -> Retry | GiveUp:
    """After the `attempts`-th attempt (from 1) failed so."""
    if failure is Failure.STOPPED:
        return GiveUp(stopped=True)
    if failure is Failure.PERMANENT:
        return GiveUp()
    if failure is Failure.RETRY_AFTER and attempts < MOST_ATTEMPTS_TOO_FAST:
        return Retry(timedelta(seconds=max(retry_after, 0.5)))
    if attempts >= (MOST_ATTEMPTS_URGENT if urgent else MOST_ATTEMPTS):
        return GiveUp()
    if failure is Failure.UNKNOWN and not urgent:
        # It may have arrived. Twice is worse than late for a question, and better than never: wait, then send once
        # more.
        return GiveUp() if attempts > 1 else Retry(_AMBIGUOUS_WAIT)
    return Retry(min(_FIRST_WAIT * 4 ** (attempts - 1), _LONGEST_WAIT))
