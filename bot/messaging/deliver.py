"""The use case of sending: claim due rows of the outbox, hand each to its provider, record what became of it.

The database is let go before a provider is called: a slow provider must not
hold up what arrives. It never decides what to say.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.channels.port import Failure, Sender, SendError
from bot.engine.model import Channel
from bot.installation import Installation
from bot.language.sms_parts import count
from bot.logs import place_of
from bot.messaging import limits
from bot.messaging.retry import GiveUp, Retry, decide
from bot.store import conversations, facts, outbox, spending
from bot.store.outbox import Waiting
from bot.store.transaction import Transaction

log = logging.getLogger(__name__)
_BATCH = 16
#: A reply that is later than this waits for the morning, so that nobody is woken by an answer to last night's text.
LATE = timedelta(hours=2)
#: A batch that a slow provider has held up for so long lets go of its rest, well before the lease runs out and another
#: worker sends it too.
_FRESH = timedelta(seconds=40)


def deliver_due(installation: Installation, senders: Mapping[Channel, Sender]) -> int:
    """Send what is due, a batch at most. Returns how many rows were taken; 0 when nothing is due."""
    if not senders:
        return 0
    now = installation.clock()
    with installation.write() as tx:
        rows = outbox.claim(tx, list(senders), _BATCH)
    for row in rows:
        morning = _morning(installation, row)
        if morning:
            _put_back(installation, row, morning, "late")
        elif installation.clock() - now > _FRESH:
            _put_back(installation, row, now, "")
        elif _wanted(installation, row):
            _send(installation, senders[row.channel], row)
    return len(rows)


def record_receipt(installation: Installation, provider_id: str, status: str, code: str, *, stopped: bool) -> bool:
    """What a provider says became of a message. False where we know no such message."""
    with installation.write() as tx:
        contact = outbox.apply_receipt(tx, provider_id, status, code)
        if contact is not None and stopped:
            _remember_stop(tx, contact)
    return contact is not None


def _send(installation: Installation, sender: Sender, row: Waiting) -> None:
    try:
        provider_id = sender.send(row.message)
    except SendError as problem:
        _record_failure(installation, row, problem)
        return
    except Exception as problem:  # noqa: BLE001 (one message must not hold up all the others)
        log.error("message %s met %s", row.id, place_of(problem))
        _record_failure(installation, row, SendError(Failure.UNKNOWN, type(problem).__name__))
        return
    with installation.write() as tx:
        outbox.set_sent(tx, row.id, provider_id)
        if campaign := installation.campaigns.get(row.campaign):
            day = limits.day(campaign, tx.now)
            spending.count_sent(tx, row.contact, day)
            if row.channel is Channel.SMS:
                spending.add(tx, row.campaign, day, count(row.message.text).parts)
        if row.key == "deleted":  # the last trace of the address goes with it
            facts.put(tx, facts.SCRUB, "1")


def _record_failure(installation: Installation, row: Waiting, problem: SendError) -> None:
    now = installation.clock()
    decision = decide(problem.failure, row.attempts, urgent=row.urgent, retry_after=problem.retry_after)
    log.info("message %s not sent: %s (attempt %s): %s", row.id, problem, row.attempts, type(decision).__name__)
    with installation.write() as tx:
        ours = outbox.still_claimed(tx, row)
        match decision:
            case Retry(after):
                if ours:
                    outbox.put_back(tx, row.id, now + after, problem.code)
            case GiveUp(stopped):
                if ours:
                    outbox.set_failed(tx, row.id, problem.code)
                if stopped:
                    _remember_stop(tx, row.contact)


def _wanted(installation: Installation, row: Waiting) -> bool:
    """Whether the row is to be sent now: a STOP or an erasure may have come since the batch was claimed, or a limit."""
    campaign, now = installation.campaigns.get(row.campaign), installation.clock()
    with installation.read() as tx:
        against = limits.verdict(tx, campaign, row, now) if campaign else None
        if against is None:
            return outbox.still_claimed(tx, row)
    log.warning("message %s not sent: %s", row.id, against.why)
    match against:
        case limits.Hold(until, why):
            _put_back(installation, row, until, f"{outbox.HELD}{why}")
        case limits.Refuse(why):
            with installation.write() as tx:
                if outbox.still_claimed(tx, row):
                    outbox.set_failed(tx, row.id, why)
    return False


def _put_back(installation: Installation, row: Waiting, not_before: datetime, why: str) -> None:
    """Put the row back; a later round claims it again."""
    with installation.write() as tx:
        if outbox.still_claimed(tx, row):
            outbox.put_back(tx, row.id, not_before, why, tried=False)


def _remember_stop(tx: Transaction, contact: int) -> None:
    conversations.set_stopped(tx, contact)
    outbox.drop(tx, contact)


def _morning(installation: Installation, row: Waiting) -> datetime | None:
    """When a late reply should go out instead of now: 09:00, helplines excepted."""
    campaign = installation.campaigns.get(row.campaign)
    now = installation.clock()
    if row.urgent or campaign is None or now - row.asked_at <= LATE or campaign.daytime(now):
        return None
    return campaign.morning_after(now)
