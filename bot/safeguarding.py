"""The safeguarding lead's work: the queue of flags, reading a flag, the steps to close it, and alerts.

The audit records everything but a look at the queue, without words and addresses. A flag says that a phrase of a list
was found in a message; it is not an assessment of a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.channels.port import Message
from bot.engine.campaign import Campaign
from bot.engine.model import Channel
from bot.errors import ConflictError, NotAllowedError
from bot.installation import Installation
from bot.store import audit, conversations, flags, organisers, outbox
from bot.store.flags import ACKNOWLEDGED, CLOSED, DECIDED, NEW, Flag
from bot.store.outbox import Queued
from bot.store.transaction import Transaction

#: What a lead can decide. Referrals go to the council: children to its multi-agency safeguarding hub, adults under the
#: Care Act 2014, section 42.
DECISIONS = ("no-action", "signposted", "advice", "referred-children", "referred-adults", "police", "other")
#: More flags of one conversation within this span raise no more alerts.
_ONCE_IN = timedelta(hours=1)
#: A lead gets at most one alert in this span, so that no resident can flood their telephone. An alert names no flag.
_ALERT_PAUSE = timedelta(minutes=10)
_FIRST_REMINDER = timedelta(hours=1)
#: The whole alert: no words, no name, no topic, because it can be read on a locked screen.
_ALERT = "OpenEar: something waits for you in {campaign}. See: openear flags list"


@dataclass(frozen=True, slots=True)
class Lead:
    """A person who may work on the flags of `campaigns`."""

    email: str
    campaigns: tuple[str, ...]


def lead(installation: Installation, email: str) -> Lead:
    """The lead with this e-mail address. Raises NotAllowedError for another address."""
    address = email.strip().lower()
    with installation.read() as tx:
        grants = organisers.everyone(tx)
    campaigns = tuple(one.campaign for one in grants if one.email == address and one.role == "safeguarding")
    if not campaigns:
        raise NotAllowedError(
            f"{address} is not a safeguarding lead; add it with: openear organiser add {address} --role safeguarding"
        )
    return Lead(address, campaigns)


def queue(installation: Installation, campaigns: Sequence[str] | None = None, *, closed: bool = False) -> list[Flag]:
    """The open flags of `campaigns` (None: of all), the gravest first, then the oldest; with `closed`, closed ones too.

    Holds no words and no addresses.
    """
    with installation.read() as tx:
        return flags.queue(tx, campaigns, closed=closed)


def read(installation: Installation, who: Lead, number: int) -> tuple[Flag, str]:
    """A flag, and the words that raised it. Raises ConflictError."""
    with installation.write() as tx:
        found = _flag_of(tx, who, number)
        _record(tx, who, "flag.read", found)
        return found, flags.words(tx, number)


def acknowledge(installation: Installation, who: Lead, number: int) -> Flag:
    """Take a flag on: it belongs to `who`, and reminders end. Raises ConflictError."""
    return _step(installation, who, number, ACKNOWLEDGED)


def decide(installation: Installation, who: Lead, number: int, decision: str) -> Flag:
    """Record what is done about a flag. Raises ConflictError."""
    if decision not in DECISIONS:
        raise ConflictError(f"{decision!r} is not a decision. The decisions are {', '.join(DECISIONS)}")
    return _step(installation, who, number, DECIDED, decision)


def close(installation: Installation, who: Lead, number: int) -> Flag:
    """Close a flag. Raises ConflictError if it has no decision."""
    return _step(installation, who, number, CLOSED)


def show_contact(installation: Installation, who: Lead, number: int, reason: str) -> tuple[str, str]:
    """Channel and address of the writer, for a reason that the audit records. Raises ConflictError."""
    if len(reason.split()) < 3:
        raise ConflictError("say why you need to reach this person, in a few words; the audit keeps the reason")
    with installation.write() as tx:
        found = _flag_of(tx, who, number)
        if found.status == NEW:
            raise ConflictError("acknowledge the flag first, so that it has an owner")
        writer = flags.writer(tx, number)
        if writer is None:
            raise ConflictError("the writer's address is no longer kept: it was deleted, or its keeping period is over")
        _record(tx, who, "flag.reveal", found, reason=clean(reason)[:500])
    return writer


def alert_leads(tx: Transaction, campaign: Campaign, conversation: int, number: int) -> None:
    """Alert the leads of the campaign, in the transaction that raised the flag; once for a burst of flags."""
    raised = flags.find(tx, number)
    assert raised is not None
    last = flags.last_alerted(tx, conversation, raised.tier, tx.now - _ONCE_IN)
    if last is not None:  # reminders count from that alert
        flags.set_alerted(tx, number, last)
    elif _alert(tx, campaign):
        flags.set_alerted(tx, number, tx.now)


def remind(installation: Installation) -> int:
    """Repeat alerts for flags that no lead took on: after an hour, then after twice the time, and so on.

    One alert for all waiting flags of a campaign; for abuse only in the daytime. Returns how many campaigns got one.
    """
    now = installation.clock()
    waiting: dict[str, list[int]] = {}
    with installation.read() as tx:
        for flag in flags.unacknowledged(tx):
            campaign = installation.campaigns.get(flag.campaign)
            if campaign and _overdue(flag, now) and (flag.tier == "danger" or campaign.daytime(now)):
                waiting.setdefault(flag.campaign, []).append(flag.id)
    alerted = 0
    for slug, numbers in waiting.items():
        with installation.write() as tx:
            if _alert(tx, installation.campaigns[slug]):
                alerted += 1
                for number in numbers:
                    flags.set_alerted(tx, number, tx.now)
    return alerted


def _overdue(flag: Flag, now: datetime) -> bool:
    if flag.alerted_at is None:  # the campaign had no lead to alert when it was raised
        return True
    last, first = flag.alerted_at, flag.at
    return now - last >= max(_FIRST_REMINDER, last - first)


def _alert(tx: Transaction, campaign: Campaign) -> bool:
    """Queue an alert for each lead who has had none in the last minutes. False if no lead gets one."""
    alerted = False
    for name, address in flags.alert_addresses(tx, campaign.slug):
        contact, _conversations = conversations.find_or_add(tx, Channel(name), address)
        if outbox.recently_queued(tx, contact.id, campaign.slug, "alert", tx.now - _ALERT_PAUSE):
            continue
        alerted = True
        message = Message(address=address, text=_ALERT.format(campaign=campaign.slug))
        queued = Queued(campaign=campaign.slug, key="alert", message=message, asked_at=tx.now, urgent=True)
        outbox.add(tx, contact.id, contact.channel, queued)
    return alerted


def _step(installation: Installation, who: Lead, number: int, status: str, decision: str = "") -> Flag:
    with installation.write() as tx:
        found = _flag_of(tx, who, number)
        if found.status == CLOSED:
            raise ConflictError(f"flag {number} is closed already")
        if status == CLOSED and not found.decision:
            raise ConflictError(f"decide first: openear flags decide {number} --decision WHAT")
        flags.set_status(tx, number, status, who.email, decision)
        more = {"decision": decision} if decision else {}
        _record(tx, who, f"flag.{status}", found, **more)
        moved = flags.find(tx, number)
    assert moved is not None
    return moved


def clean(reason: str) -> str:
    """A reason on one line, for the audit."""
    return " ".join(reason.encode("utf-8", "replace").decode().split())


def _flag_of(tx: Transaction, who: Lead, number: int) -> Flag:
    found = flags.find(tx, number)
    if found is None or found.campaign not in who.campaigns:
        raise ConflictError(f"{who.email} has no flag {number}; see: openear flags list")
    return found


def _record(tx: Transaction, who: Lead, action: str, flag: Flag, **more: str) -> None:
    detail = {"flag": flag.id, "campaign": flag.campaign, **more}
    audit.record(tx, who.email, action, detail)
