"""Limits of sending: per person, per day, per campaign, and nothing to premium-rate numbers.

They limit what we send, never what we store. Only the premium rate stops a helpline (law 6); answers to STOP and DELETE
have a higher limit. Fraudsters make campaigns text numbers that charge the sender: `phonenumbers` knows most of them,
and `_NO_COUNTRY` the satellite and audio services that it does not know.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

from bot.engine.campaign import Campaign
from bot.engine.model import Channel
from bot.store import spending
from bot.store.outbox import Waiting
from bot.store.transaction import Transaction

#: Replies with a limit of their own, twice that of others: the resident must get an answer.
ANSWERS = frozenset({"stop", "delete", "deleted", "help", "under_age"})
_PREMIUM = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.PAGER,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)
#: Country codes (ITU E.164) of services rather than countries: satellite telephones, international premium rate …
_NO_COUNTRY = ("800", "808", "870", "878", "881", "882", "883", "888", "979")


@dataclass(frozen=True, slots=True)
class Refuse:
    """Never send it. `why` becomes the row's error."""

    why: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Ask again at `until`. `why` becomes the row's error."""

    until: datetime
    why: str


def verdict(tx: Transaction, campaign: Campaign, row: Waiting, now: datetime) -> Refuse | Hold | None:
    """What the limits say about sending `row` now; None if they allow it."""
    if row.channel is Channel.SMS and is_premium_rate(row.message.address):
        return Refuse("premium number")
    if row.urgent:
        return None
    limits = campaign.limits
    day = campaign.day(now).isoformat()
    today = spending.sent_on(tx, row.contact, day)
    if row.key in ANSWERS:  # limited too, for machines that write HELP all day
        return Refuse("too many to one person") if today >= 2 * limits.per_person_day else None
    hour = spending.sent_since(tx, row.contact, now - timedelta(hours=1))
    if today >= limits.per_person_day or hour >= limits.per_person_hour:
        return Refuse("too many to one person")
    if row.channel is Channel.SMS and abroad(row.message.address, limits.countries):
        return Refuse("a country that the campaign does not write to")
    if row.channel is Channel.SMS:
        if spending.spent(tx, campaign.slug) >= limits.parts:
            return Hold(now + timedelta(hours=1), "spending limit")
        if spending.spent(tx, campaign.slug, day) >= limits.parts_per_day:
            return Hold(campaign.morning_after(now), "spending limit of the day")
    return None


def abroad(number: str, countries: tuple[str, ...]) -> bool:
    """Whether `number` (E.164) is outside `countries` (ISO 3166, `GB`); never if that is empty."""
    return bool(countries) and phonenumbers.region_code_for_number(phonenumbers.parse(number)) not in countries


@lru_cache(maxsize=4096)
def is_premium_rate(number: str) -> bool:
    """Whether a text to `number` (E.164) may cost many times a text to an ordinary telephone."""
    if not number.startswith("+") or number[1:].startswith(_NO_COUNTRY):
        return True
    try:
        return phonenumbers.number_type(phonenumbers.parse(number)) in _PREMIUM
    except phonenumbers.NumberParseException:
        return True
