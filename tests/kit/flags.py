"""Flags of danger, their leads and the alerts to them."""

from datetime import timedelta

from bot import safeguarding
from bot.safeguarding import Lead
from bot.store import flags, organisers, tables
from kit.people import THIRD
from kit.sandbox import Sandbox, ScriptedSender

LEA, MAX = ("lea@example.org", "+447911777001"), ("max@example.org", "9002")
DANGER, ABUSE = "I want to kill myself, the damp in Hawthorn House is everywhere", "my husband beats me every night"
REASON = "she asked to be rung back"


def add_lead(sandbox: Sandbox, lead: tuple[str, str] = LEA, campaign: str = "thrive") -> Lead:
    """A lead of `campaign` who is told at the number or chat."""
    email, address = lead
    channel = "sms" if address.startswith("+") else "telegram"
    with sandbox.installation.write() as tx:
        organisers.add(tx, email, "safeguarding", campaign, "")
        flags.set_alert_address(tx, email, channel, address)
    return safeguarding.lead(sandbox.installation, email)


def alerts(sandbox: Sandbox) -> list[str]:
    """Where each alert that was ever queued goes, or went, oldest first: by the contact's own address."""
    by_contact = {
        sandbox.installation.keys.contact_hash("sms" if address.startswith("+") else "telegram", address): address
        for _email, address in (LEA, MAX, (THIRD, THIRD))
    }
    found = {row["id"]: by_contact.get(row["hash"], "?") for row in sandbox.rows(tables.contacts)}
    return [found[row["contact"]] for row in sandbox.rows(tables.outbox) if row["key"] == "alert"]


def only_flag(sandbox: Sandbox) -> int:
    (row,) = sandbox.rows(tables.flags)
    return int(row["id"])


def delivered(sandbox: Sandbox) -> None:
    """Nothing of what goes by SMS waits any more."""
    sandbox.deliver(ScriptedSender())


def reminded(sandbox: Sandbox, span: str, until: timedelta) -> list[timedelta]:
    """When reminders came after now, looking every so long. Each is sent before the next look."""
    began, found = sandbox.now, []
    while sandbox.now - began < until:
        delivered(sandbox)
        sandbox.later(span)
        before = len(alerts(sandbox))
        safeguarding.remind(sandbox.installation)
        found += [sandbox.now - began] * (len(alerts(sandbox)) - before)
    return found
