"""Complaints: recorded with a number, acknowledged within 30 days, closed with an outcome.

Data Protection Act 2018, section 164A (in force since 19 June 2026): make complaining easy, acknowledge within 30 days,
tell the outcome without undue delay.
"""

from datetime import timedelta

from bot.engine.campaign import Campaign
from bot.errors import InvalidError, NotFoundError, TooManyError
from bot.installation import Installation
from bot.store import audit, complaints
from bot.store.complaints import Complaint, NewComplaint

ACKNOWLEDGE_DAYS = 30
#: The longest complaint and contact, in letters: an unlimited form could fill the disk.
MOST = 4000
MOST_REACH = 200
#: The most complaints a day and campaign from the page; the other ways have no limit.
MOST_A_DAY = 200
PAGE = "page"
WAYS = ("page", "telephone", "letter", "e-mail", "in-person")


def take(installation: Installation, campaign: Campaign, way: str, body: str, reach: str, language: str = "") -> int:
    """Record a complaint; returns its number. Raises InvalidError or TooManyError."""
    text, where = body.strip(), " ".join(reach.split())
    if not text:
        raise InvalidError("a complaint needs words")
    if len(text) > MOST or len(where) > MOST_REACH:
        raise InvalidError(f"a complaint has at most {MOST} letters, and how to reach its sender at most {MOST_REACH}")
    with installation.write() as tx:
        today = complaints.count_since(tx, campaign.slug, PAGE, tx.now - timedelta(days=1))
        if way == PAGE and today >= MOST_A_DAY:
            raise TooManyError("the page has reached its limit of complaints for today")
        received = NewComplaint(campaign.slug, tx.now, way, language, text, where)
        number = complaints.add(tx, received)
        audit.record(tx, "system", "complaint", {"number": number, "way": way})
    return number


def everything(installation: Installation, *, closed: bool = False) -> list[Complaint]:
    """The open complaints, the oldest first; with `closed`, the closed ones too."""
    with installation.read() as tx:
        return complaints.queue(tx, closed=closed)


def acknowledge(installation: Installation, number: int, actor: str) -> Complaint:
    """Record that its sender knows that we have it. Raises NotFoundError."""
    with installation.write() as tx:
        complaints.acknowledge(tx, number)
        found = complaints.find(tx, number)
        if found is None:
            raise NotFoundError(f"there is no complaint {number}; see: openear complaint list")
        audit.record(tx, actor, "complaint.acknowledge", {"number": number})
    return found


def close(installation: Installation, number: int, outcome: str, actor: str) -> None:
    """Record the outcome, as its sender was told. Raises NotFoundError."""
    with installation.write() as tx:
        if complaints.find(tx, number) is None:
            raise NotFoundError(f"there is no complaint {number}; see: openear complaint list")
        complaints.acknowledge(tx, number)
        complaints.close(tx, number, outcome)
        audit.record(tx, actor, "complaint.close", {"number": number})
