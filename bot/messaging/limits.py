"""What is sent at most: per person, per day, per campaign, and never to a number that costs more than a text.

Caps limit what we send, never what we keep; helplines and the
answers to STOP and DELETE are outside them (law 6). Numbers that charge the sender are how fraudsters make a
campaign pay: they are known by `phonenumbers`, and by the ranges of satellite and audio services that it does not know.
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

#: Replies that always go out, beside what is urgent.
ALWAYS = frozenset({"stop", "delete", "deleted", "help", "under_age"})
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
#: Country codes of ITU services that are no country: satellite telephones, international premium rate and the like.
_NO_COUNTRY = ("800", "808", "870", "878", "881", "882", "883", "888", "979")


@dataclass(frozen=True, slots=True)
class Refuse:
    """Never send it: `why` is written beside the message."""

    why: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Send it at `until`, if there is room then."""

    until: datetime
    why: str


def verdict(tx: Transaction, campaign: Campaign, row: Waiting, now: datetime) -> Refuse | Hold | None:
    """Whether the limits stand against sending `row` now; None where they do not."""
    if row.channel is Channel.SMS and is_premium_rate(row.message.address):
        return Refuse("premium number")
    if row.urgent:
        return None
    limits = campaign.limits
    today = spending.sent_on(tx, row.contact, day(campaign, now))
    if row.key in ALWAYS:  # bounded too: a machine that writes HELP all day is nobody in need
        return Refuse("too many to one person") if today >= 2 * limits.per_person_day else None
    hour = spending.sent_since(tx, row.contact, now - timedelta(hours=1))
    if today >= limits.per_person_day or hour >= limits.per_person_hour:
        return Refuse("too many to one person")
    if row.channel is Channel.SMS and abroad(row.message.address, limits.countries):
        return Refuse("a country that the campaign does not write to")
    if row.channel is Channel.SMS:
        if spending.spent(tx, campaign.slug) >= limits.parts:
            return Hold(now + timedelta(hours=1), "spending limit")
        if spending.spent(tx, campaign.slug, day(campaign, now)) >= limits.parts_per_day:
            return Hold(campaign.morning_after(now), "spending limit of the day")
    return None


def day(campaign: Campaign, now: datetime) -> str:
    """The day to which a sending counts."""
    return campaign.day(now).isoformat()


def abroad(number: str, countries: tuple[str, ...]) -> bool:
    """Whether `number` is of none of `countries` (`GB`); with none named, none is abroad."""
    return bool(countries) and phonenumbers.region_code_for_number(phonenumbers.parse(number)) not in countries


@lru_cache(maxsize=4096)
def is_premium_rate(number: str) -> bool:
    """Whether a text to `number` (E.164) may cost many times a text to a telephone."""
    if not number.startswith("+") or number[1:].startswith(_NO_COUNTRY):
        return True
    try:
        return phonenumbers.number_type(phonenumbers.parse(number)) in _PREMIUM
    except phonenumbers.NumberParseException:
        return True
