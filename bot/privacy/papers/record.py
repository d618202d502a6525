"""The record of processing activities (UK GDPR, Article 30) of one campaign, drafted. Made by `bundle.py`."""

from collections.abc import Iterator

from bot.privacy.papers.brief import Brief
from bot.privacy.papers.held import held_table
from bot.privacy.papers.measures import around, measures_table
from bot.privacy.papers.page import Markup, blank, document, lines, paragraph, section, table
from bot.privacy.papers.parties import parties_table, recipients_table, transfers
from bot.privacy.papers.purposes import PURPOSES, purposes_table


def page(brief: Brief) -> str:
    """The whole record."""
    return document(
        f"Record of processing activities: {brief.campaign.name}",
        brief.stamp,
        section("Who is responsible", _responsible(brief)),
        section("Purposes and lawful bases", purposes_table(brief, "Purposes, as proposed"), _policies(brief)),
        section("People and data, and how long they are kept", held_table(brief, "Categories and periods")),
        section("Processors and others who carry or hold data", parties_table(brief, "Who processes what")),
        section("Recipients", recipients_table(brief, "To whom data may be given")),
        section("Transfers outside the United Kingdom", transfers(brief)),
        section("Security measures", measures_table(brief, "What the software does"), around(brief)),
        section("Where other papers lie", _papers(brief)),
    )


def _responsible(brief: Brief) -> Markup:
    return table("Controllers and contacts", ("Item", "Entry"), _controllers(brief))


def _controllers(brief: Brief) -> Iterator[tuple[object, object]]:
    for number, controller in enumerate(brief.campaign.controllers, 1):
        contact = blank("address, data protection officer, ICO registration number")
        yield f"Controller {number}", lines((controller, contact))
    yield "Arrangement between them (Article 26)", blank("date, reference; or why none is needed")
    yield "Campaign", brief.says("{name} ({slug}), {opens} to {closes}")
    yield "Telephone for residents", brief.campaign.telephone
    yield "Representative (Article 27)", blank("name; or not needed")
    yield "Keeper of this record; next review", blank("name, date")


def _policies(brief: Brief) -> Markup:
    named = "; ".join(one.what.split(":")[0].lower() for one in PURPOSES if one.policy)
    return paragraph(
        brief.says(
            "An appropriate policy document belongs to: {named}. The Data Protection Act 2018, Schedule 1, paragraph "
            "41 wants the record to say whether data are kept and erased as that policy says: {kept}.",
            named=named,
            kept=blank("yes; or no, and why"),
        )
    )


def _papers(brief: Brief) -> Markup:
    return table(
        "Papers that belong to this record",
        ("Paper", "Where"),
        (
            ("Impact assessment", brief.says("`dpia.html`; signed copy: {where}", where=blank("place"))),
            ("Privacy notice", brief.says("{where}, and one file for each language", where=_notice_at(brief))),
            (
                "Appropriate policy document",
                brief.says("`appropriate-policy.html`; signed copy: {where}", where=blank("place")),
            ),
            ("Evidence of consent", brief.says("`openear consent show STORY`")),
            ("Complaints", brief.says("`openear complaint list`")),
            ("Breaches", blank("where the log of breaches lies")),
            ("Requests of data subjects", blank("where requests and their days are noted")),
        ),
    )


def _notice_at(brief: Brief) -> object:
    address = f"{brief.public_url}/privacy/{brief.campaign.slug}/"
    return address if brief.public_url else blank("public address of the privacy page; none is configured")
