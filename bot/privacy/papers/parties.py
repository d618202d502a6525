"""Who has to do with the data: controllers, processors, recipients, and what leaves the country. As configured.

A carrier stands here only where its channel is configured.
"""

from collections.abc import Iterator

from bot.privacy.papers.brief import Brief
from bot.privacy.papers.page import Markup, blank, joined, listing, paragraph, table

_CONTRACT = blank("contract under Article 28: date, reference")


def flow(brief: Brief) -> Markup:
    """The way of the words, station by station."""
    carriers = "the mobile network and Twilio" if brief.sms and not brief.telegram else brief.carriers
    carriers = "mobile networks, Twilio and Telegram" if brief.sms and brief.telegram else carriers
    return listing(
        (
            brief.says("A resident's own phone: texts stay there until somebody deletes them"),
            brief.says("{carriers}: can read every message", carriers=carriers or brief.figures["carriers"]),
            brief.says("OpenEar's server: checks, answers, asks for consent, encrypts"),
            brief.says("The store, {kind}: words and addresses encrypted, keys kept elsewhere", kind=_database(brief)),
            brief.says("Organisers of the controllers: download stories with identifiers masked, as far as found"),
            brief.says("Meetings and reports: counts, and quotes where residents said yes"),
        ),
        "flow",
    )


def parties_table(brief: Brief, caption: str) -> Markup:
    """Who processes what."""
    return table(caption, ("Who", "As what", "What they process", "Where, and on which terms"), _parties(brief))


def _parties(brief: Brief) -> Iterator[tuple[object, object, object, object]]:
    for controller in brief.campaign.controllers:
        held = "decides why and how; its organisers read stories"
        yield controller, "controller", held, blank("contact, data protection officer, ICO registration")
    if brief.sms:
        where = [blank("region, message retention set in the account, safeguard for transfers"), _CONTRACT]
        if brief.other_sms_api:
            where.insert(0, blank("another address than Twilio's own is configured; who runs that gateway"))
        yield "Twilio", "processor (proposed)", "numbers and texts, in both directions", joined(where)
        yield (
            "mobile networks",
            "controllers of their own",
            "numbers and texts, in both directions",
            "by their own rules",
        )
    if brief.telegram:
        where = [blank("processor or controller of its own; safeguard for transfers")]
        if brief.own_bot_server:
            where.insert(0, blank("a Bot API server of one's own is configured; who runs it"))
        yield "Telegram", "open question", "chats with the bot, and the person's account there", joined(where)
    if not (brief.sms or brief.telegram):
        channel = blank("no channel is configured yet; make these papers again when one is")
        yield "carrier of messages", "open question", "numbers and texts", channel
    yield (
        blank("host of the server"),
        "processor",
        joined(("the running server and its disks;", _database(brief), "and backups")),
        joined((blank("country and site"), _CONTRACT)),
    )
    yield (
        "organisers",
        "people who act for the controllers",
        "what their role shows: see step 6 of the assessment",
        blank("named, trained, bound to confidence; date"),
    )


def recipients_table(brief: Brief, caption: str) -> Markup:
    """To whom data may be given."""
    children = "the local council's children's or adults' services, or the police"
    says = brief.says
    return table(
        caption,
        ("Recipient", "What", "When"),
        (
            (
                "Decision-makers at the assembly",
                "quotes without a name, and counts",
                says("on {assembly}; quotes only where the resident said yes to that as well"),
            ),
            ("Leaders of hubs", says("their own hub's count of stories: {counts}"), "at any time, by their role"),
            (
                children.capitalize(),
                "what is needed to protect somebody",
                "when the safeguarding lead decides so; the decision stands with the flag",
            ),
            (
                "A resident who asks",
                says("their own data, as text and as a file: `openear mydata`"),
                blank("who checks that it is they, and how; within one month"),
            ),
            (
                "The Information Commissioner, courts",
                "what the law demands",
                blank("who decides, and where it is noted"),
            ),
        ),
    )


def transfers(brief: Brief) -> Markup:
    """What may leave the United Kingdom."""
    said = [brief.says("OpenEar itself sends data to nobody but the carriers configured here: {carriers}.")]
    if brief.sms:
        said.append(
            brief.says(
                "Twilio may process outside the United Kingdom, by default in the United States: {transfer}.",
                transfer=blank("region chosen; adequacy or UK-US data bridge, or IDTA with a transfer risk assessment"),
            )
        )
    if brief.telegram:
        said.append(
            brief.says(
                "Telegram keeps chats with bots on its own servers: {transfer}.",
                transfer=blank("countries; safeguard, or why none is needed"),
            )
        )
    said.append(brief.says("{host}.", host=blank("country of the host, and of the backups")))
    return paragraph(*said)


def _database(brief: Brief) -> str:
    return "a PostgreSQL database" if brief.postgres else "a database file (SQLite) on the same machine"
