"""Flags of danger, their leads and the alerts to them."""

from datetime import timedelta

from bot import safeguarding
from bot.safeguarding import Lead
from bot.store import flags, organisers, tables
from kit.people import THIRD
from kit.sandbox import House, Told

LEA, MAX = ("lea@example.org", "+447911777001"), ("max@example.org", "9002")
DANGER, ABUSE = "I want to kill myself, the damp in Hawthorn House is everywhere", "my husband beats me every night"
REASON = "she asked to be rung back"


def add_lead(house: House, lead: tuple[str, str] = LEA, campaign: str = "thrive") -> Lead:
    """A lead of `campaign` who is told at the number or chat."""
    email, address = lead
    channel = "sms" if address.startswith("+") else "telegram"
    with house.installation.write() as tx:
        organisers.add(tx, email, "safeguarding", campaign, "")
        flags.set_alert_address(tx, email, channel, address)
    return safeguarding.lead(house.installation, email)


def alerts(house: House) -> list[str]:
    """Where each alert that was ever queued goes, or went, oldest first: by the contact's own address."""
    by_contact = {
        house.installation.keys.contact_hash("sms" if address.startswith("+") else "telegram", address): address
        for _email, address in (LEA, MAX, (THIRD, THIRD))
    }
    found = {row["id"]: by_contact.get(row["hash"], "?") for row in house.rows(tables.contacts)}
    return [found[row["contact"]] for row in house.rows(tables.outbox) if row["key"] == "alert"]


def only_flag(house: House) -> int:
    (row,) = house.rows(tables.flags)
    return int(row["id"])


def delivered(house: House) -> None:
    """Nothing of what goes by SMS waits any more."""
    house.deliver(Told())


def reminded(house: House, span: str, until: timedelta) -> list[timedelta]:
    """When reminders came after now, looking every so long. Each is sent before the next look."""
    began, found = house.now, []
    while house.now - began < until:
        delivered(house)
        house.later(span)
        before = len(alerts(house))
        safeguarding.remind(house.installation)
        found += [house.now - began] * (len(alerts(house)) - before)
    return found
