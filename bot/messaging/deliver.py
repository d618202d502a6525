"""Sending: claim due rows of the outbox, hand each to its provider, record the outcome.

No transaction is open while a provider is called: a slow provider must not hold up what arrives. Nothing here decides
what to say.
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
#: A reply later than this waits for the morning, so that an answer to last night's text wakes nobody.
LATE = timedelta(hours=2)
#: When a slow provider has held up a batch for this long, its remaining rows are put back: well before their lease runs
#: out and another worker sends them too.
_BATCH_LIFE = timedelta(seconds=40)


def deliver_due(installation: Installation, senders: Mapping[Channel, Sender]) -> int:
    """Send one batch of what is due. Returns how many rows were claimed."""
    if not senders:
        return 0
    now = installation.clock()
    with installation.write() as tx:
        rows = outbox.claim(tx, list(senders), _BATCH)
    for row in rows:
        morning = _morning(installation, row)
        if morning:
            _put_back(installation, row, morning, "late")
        elif installation.clock() - now > _BATCH_LIFE:
            _put_back(installation, row, now, "")
        elif _may_send(installation, row):
            _send(installation, senders[row.channel], row)
    return len(rows)


def record_receipt(installation: Installation, provider_id: str, status: str, code: str, *, stopped: bool) -> bool:
    """Record a provider's receipt; with `stopped`, the resident opted out. False for an unknown message."""
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
    except Exception as problem:  # noqa: BLE001 (one message must not hold up the others)
        log.error("sending message %s failed with %s", row.id, place_of(problem))
        _record_failure(installation, row, SendError(Failure.UNKNOWN, type(problem).__name__))
        return
    with installation.write() as tx:
        outbox.set_sent(tx, row.id, provider_id)
        if campaign := installation.campaigns.get(row.campaign):
            day = campaign.day(tx.now).isoformat()
            spending.count_sent(tx, row.contact, day)
            if row.channel is Channel.SMS:
                spending.add(tx, row.campaign, day, count(row.message.text).parts)
        if row.key == "deleted":  # it removed the last trace of the address
            facts.put(tx, facts.SCRUB, "1")


def _record_failure(installation: Installation, row: Waiting, problem: SendError) -> None:
    now = installation.clock()
    decision = decide(problem.failure, row.attempts, urgent=row.urgent, retry_after=problem.retry_after)
    log.info("message %s not sent: %s (attempt %s): %s", row.id, problem, row.attempts, type(decision).__name__)
    with installation.write() as tx:
        claimed = outbox.still_claimed(tx, row)
        match decision:
            case Retry(after):
                if claimed:
                    outbox.put_back(tx, row.id, now + after, problem.code)
            case GiveUp(stopped):
                if claimed:
                    outbox.set_failed(tx, row.id, problem.code)
                if stopped:
                    _remember_stop(tx, row.contact)


def _may_send(installation: Installation, row: Waiting) -> bool:
    """Whether to send the row now: no STOP or erasure came since it was claimed, and the limits allow it.

    A row that a limit forbids is put back or fails.
    """
    campaign, now = installation.campaigns.get(row.campaign), installation.clock()
    with installation.read() as tx:
        verdict = limits.verdict(tx, campaign, row, now) if campaign else None
        if verdict is None:
            return outbox.still_claimed(tx, row)
    log.warning("message %s not sent: %s", row.id, verdict.why)
    match verdict:
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
    """The next 09:00 for a late reply at night; None for all others, and for helplines."""
    campaign = installation.campaigns.get(row.campaign)
    now = installation.clock()
    if row.urgent or campaign is None or now - row.asked_at <= LATE or campaign.daytime(now):
        return None
    return campaign.morning_after(now)
