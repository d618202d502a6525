"""Use cases of the safeguarding lead: the queue of flags, reading one, the steps of its work, and being told of it.

Everything but a look at the queue is entered in the audit, without words and addresses. A flag
says that a machine saw a phrase: it decides nothing, and nobody is assessed by it.
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

#: What can be decided. MASH: the council's multi-agency safeguarding hub; Care Act 2014, section 42.
DECISIONS = ("no-action", "signposted", "advice", "referred-children", "referred-adults", "police", "other")
#: Further flags of the same conversation within so long are not told anew.
_ONCE_IN = timedelta(hours=1)
#: An alert names no flag, so one says enough of all that came within so long: nobody can flood a lead's telephone.
_BREATH = timedelta(minutes=10)
_FIRST_REMINDER = timedelta(hours=1)
#: The whole alert: no word, no name, no topic. It may be read on a locked screen.
_ALERT = "OpenEar: something waits for you in {campaign}. See: openear flags list"


@dataclass(frozen=True, slots=True)
class Lead:
    """A person who may work on the flags of `campaigns`."""

    email: str
    campaigns: tuple[str, ...]


def lead(installation: Installation, email: str) -> Lead:
    """The lead of this address. Raises NotAllowedError for anybody else."""
    address = email.strip().lower()
    with installation.read() as tx:
        grants = organisers.everyone(tx)
    mine = tuple(one.campaign for one in grants if one.email == address and one.role == "safeguarding")
    if not mine:
        raise NotAllowedError(
            f"{address} is no safeguarding lead; mend it with: openear organiser add {address} --role safeguarding"
        )
    return Lead(address, mine)


def queue(installation: Installation, campaigns: Sequence[str] | None = None, *, closed: bool = False) -> list[Flag]:
    """The open flags of `campaigns` (None: of all), the gravest first, then the oldest; with `closed`, closed ones too.

    Holds no words and no addresses.
    """
    with installation.read() as tx:
        return flags.queue(tx, campaigns, closed=closed)


def read(installation: Installation, who: Lead, number: int) -> tuple[Flag, str]:
    """A flag and what was written. Raises ConflictError."""
    with installation.write() as tx:
        found = _flag_of(tx, who, number)
        _record(tx, who, "flag.read", found)
        return found, flags.words(tx, number)


def acknowledge(installation: Installation, who: Lead, number: int) -> Flag:
    """Take a flag on. It belongs to `who` from now on, and reminders end."""
    return _step(installation, who, number, ACKNOWLEDGED)


def decide(installation: Installation, who: Lead, number: int, decision: str) -> Flag:
    """Write down what is done about it. Raises ConflictError."""
    if decision not in DECISIONS:
        raise ConflictError(f"{decision!r} is no decision; there are {', '.join(DECISIONS)}")
    return _step(installation, who, number, DECIDED, decision)


def close(installation: Installation, who: Lead, number: int) -> Flag:
    """Done with it. Raises ConflictError where nothing was decided."""
    return _step(installation, who, number, CLOSED)


def show_contact(installation: Installation, who: Lead, number: int, reason: str) -> tuple[str, str]:
    """Break glass: channel and address of who wrote it, for a reason that stands in the audit. Raises ConflictError."""
    if len(reason.split()) < 3:
        raise ConflictError("say why you need to reach this person, in a few words; the reason stands in the audit")
    with installation.write() as tx:
        found = _flag_of(tx, who, number)
        if found.status == NEW:
            raise ConflictError("acknowledge the flag first, so that it has somebody who answers for it")
        writer = flags.writer(tx, number)
        if writer is None:
            raise ConflictError("nothing is kept of who wrote it: it was deleted, or its keeping period is over")
        _record(tx, who, "flag.reveal", found, reason=clean(reason)[:500])
    return writer


def alert_leads(tx: Transaction, campaign: Campaign, conversation: int, number: int) -> None:
    """Tell every lead of the campaign that a flag waits, in the transaction that raised it; once for a burst."""
    raised = flags.find(tx, number)
    assert raised is not None
    last = flags.last_alerted(tx, conversation, raised.tier, tx.now - _ONCE_IN)
    if last is not None:  # reminders count from then
        flags.set_alerted(tx, number, last)
    elif _alert(tx, campaign):
        flags.set_alerted(tx, number, tx.now)


def remind(installation: Installation) -> int:
    """Tell again of flags that nobody took on: after an hour, then each time after twice as long.

    One alert for all that wait in a campaign; abuse waits for the daytime. Returns how many campaigns were told of.
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
    if flag.alerted_at is None:  # nobody was there to be told when it was raised
        return True
    last, first = flag.alerted_at, flag.at
    return now - last >= max(_FIRST_REMINDER, last - first)


def _alert(tx: Transaction, campaign: Campaign) -> bool:
    """Queue the alert for each lead who got none just now. False where no lead gets one: `remind` tries again."""
    alerted = False
    for name, address in flags.alert_addresses(tx, campaign.slug):
        contact, _talks = conversations.find_or_add(tx, Channel(name), address)
        if outbox.recently_queued(tx, contact.id, campaign.slug, "alert", tx.now - _BREATH):
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
            raise ConflictError("this flag is closed")
        if status == CLOSED and not found.decision:
            raise ConflictError(f"decide first: openear flags decide {number} --decision WHAT")
        flags.set_status(tx, number, status, who.email, decision)
        more = {"decision": decision} if decision else {}
        _record(tx, who, f"flag.{status}", found, **more)
        moved = flags.find(tx, number)
    assert moved is not None
    return moved


def clean(reason: str) -> str:
    """A reason on one line, as the audit keeps it."""
    return " ".join(reason.encode("utf-8", "replace").decode().split())


def _flag_of(tx: Transaction, who: Lead, number: int) -> Flag:
    found = flags.find(tx, number)
    if found is None or found.campaign not in who.campaigns:
        raise ConflictError(f"{who.email} has no flag {number}; see: openear flags list")
    return found


def _record(tx: Transaction, who: Lead, action: str, flag: Flag, **more: str) -> None:
    detail = {"flag": flag.id, "campaign": flag.campaign, **more}
    audit.record(tx, who.email, action, detail)
