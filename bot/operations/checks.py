"""What `openear check` examines, and what the commands that serve refuse to start without."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.campaigns import SHIPPED, load_campaigns
from bot.campaigns.helplines import SHIPPED_FILE, helplines
from bot.campaigns.translation import approval
from bot.engine.campaign import Campaign
from bot.errors import CampaignError, CatalogueError, KeyringError, SettingsError, UnavailableError
from bot.installation import Installation, now
from bot.language import catalogue
from bot.language.catalogue import Catalogues
from bot.language.wording import Wording
from bot.settings import Settings, read_settings
from bot.store import complaints, downloads, facts, flags, keyring, migrations, organisers, spending
from bot.store.crypto import Keys
from bot.store.database import Database
from bot.store.transaction import Transaction

_KEY_CHECK = "key check"
_FLAG_WAITS = timedelta(hours=24)
_COMPLAINT_WAITS = timedelta(days=20)
_NEARLY = 0.8
_SEE_DATABASE = "check OPENEAR_DATABASE_URL, and that its folder can be written"
_APPROVE = "print them with: openear locales script CODE; record it with: openear locales approve CODE --by NAME"


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem or warning."""

    text: str
    remedy: str = ""  # what to do
    grave: bool = True  # the commands that serve refuse to start


@dataclass(frozen=True, slots=True)
class Examination:
    """The findings, and the installation opened for them."""

    findings: list[Finding]
    installation: Installation | None = None  # None if a finding is grave


def examine() -> Examination:
    """Everything that is wrong or needs attention. The caller closes the database of the installation."""
    try:
        settings = read_settings()
    except SettingsError as problem:
        return Examination([Finding(text) for text in problem.problems])
    found = list(_channels(settings))
    store, campaigns = _open_store(settings, found), _load(settings, found)
    if store and campaigns and not any(finding.grave for finding in found):
        installation = Installation(settings, *store, loaded=campaigns)
        for campaign in installation.campaigns.values():
            found.extend(_spending(installation, campaign))
        return Examination(found, installation)
    if store:
        store[0].close()
    return Examination(found)


def _load(settings: Settings, found: list[Finding]) -> tuple[dict[str, Wording], Catalogues] | None:
    """Campaigns and catalogues. None if they cannot be loaded; the mistakes are then added to `found`."""
    try:
        wordings, catalogues = load_campaigns(settings.campaigns, drafts=settings.draft_languages)
    except CampaignError as problem:
        found += [
            Finding(text, "correct the file; check it alone with: openear campaign check FILE")
            for text in problem.problems
        ]
        return None
    except CatalogueError as problem:
        found.append(Finding(str(problem), "list every gap with: openear locales check"))
        return None
    for wording in wordings.values():
        found.extend(_campaign(wording, settings))
    return wordings, catalogues


def _channels(settings: Settings) -> Iterator[Finding]:
    if settings.twilio is None and settings.telegram is None:
        yield Finding(
            "no channel is configured",
            "set TELEGRAM_BOT_TOKEN, or TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM; the demo needs none",
        )
    if not settings.public_url:
        yield Finding(
            "OPENEAR_PUBLIC_URL is not set: webhooks are accepted at the address of this machine only",
            "set it, or fetch messages with: openear serve --poll",
            grave=False,
        )
    elif not settings.public_url.startswith("https://"):
        yield Finding(
            "OPENEAR_PUBLIC_URL does not begin with https://", "use https: Telegram accepts nothing else", grave=False
        )
    if settings.telegram and settings.public_url and not settings.telegram.secret:
        yield Finding(
            "TELEGRAM_WEBHOOK_SECRET is not set: the Telegram webhook refuses every message", "set it", grave=False
        )


def _open_store(settings: Settings, found: list[Finding]) -> tuple[Database, Keys] | None:
    """Database and keys. None if they cannot be used; the reason is then added to `found`."""
    try:
        database = Database(settings.database_url)
    except OSError as problem:
        found.append(Finding(f"the database cannot be used: {problem.strerror}", _SEE_DATABASE))
        return None
    try:
        keys = keyring.read(settings.keyring, database.folder())
        if migrations.at_head(database):
            found.extend(_contents(database, keys))
            found.extend(_waiting(database, keys))
            return database, keys
        found.append(Finding("the database has no tables of this version", "make or upgrade them with: openear init"))
    except KeyringError as problem:
        found.append(Finding(str(problem)))
    except UnavailableError as problem:
        found.append(Finding(str(problem), _SEE_DATABASE))
    except (SQLAlchemyError, OSError) as problem:
        found.append(Finding(f"the database cannot be used: {type(problem).__name__}", _SEE_DATABASE))
    database.close()
    return None


def _contents(database: Database, keys: Keys) -> Iterator[Finding]:
    stamp = keys.contact_hash("check", "keyring").hex()
    with database.write() as connection:
        tx = Transaction(connection, keys, now())
        known = facts.get(tx, _KEY_CHECK)
        if not known:
            facts.put(tx, _KEY_CHECK, stamp)
        has_lead = organisers.has_safeguarding_lead(tx)
        has_address = flags.has_alert_address(tx)
    if known and known != stamp:
        yield Finding(
            "the keyring is not the one that this database was made with",
            "put the right file where OPENEAR_KEYRING says",
        )
    if not has_lead:
        yield Finding(
            "there is no safeguarding lead to look at flags of danger",
            "name one with: openear organiser add EMAIL --role safeguarding",
        )
    elif not has_address:
        yield Finding(
            "no safeguarding lead has an address for alerts: a lead has to look at the queue every day",
            "set one with: openear organiser add EMAIL --role safeguarding --alert +447911123456 (or telegram:CHAT)",
            grave=False,
        )


def _waiting(database: Database, keys: Keys) -> Iterator[Finding]:
    """What people have to do, and by when."""
    moment = now()
    with database.read() as connection:
        tx = Transaction(connection, keys, moment)
        flag, complaint = flags.waiting_since(tx), complaints.waiting_since(tx)
        copies = sum(1 for _ in downloads.to_clean(tx))
    if flag is not None and moment - flag > _FLAG_WAITS:
        text = f"a flag has waited since {flag:%Y-%m-%d %H:%M} UTC for a lead to take it on"
        yield Finding(text, "list the flags with: openear flags list", grave=False)
    if complaint is not None and moment - complaint > _COMPLAINT_WAITS:
        due = complaint + timedelta(days=30)
        text = f"a complaint has to be acknowledged by {due:%Y-%m-%d} (Data Protection Act 2018, section 164A)"
        yield Finding(text, "list the complaints with: openear complaint list", grave=False)
    if copies:
        what = "1 download holds" if copies == 1 else f"{copies} downloads hold"
        text = f"{what} stories that have been erased since"
        yield Finding(text, "ask the owners to remove them; list them with: openear recalls list", grave=False)


def _spending(installation: Installation, campaign: Campaign) -> Iterator[Finding]:
    with installation.read() as tx:
        ever = spending.spent(tx, campaign.slug)
        today = spending.spent(tx, campaign.slug, campaign.day(tx.now).isoformat())
    for parts, most, when in ((ever, campaign.limits.parts, ""), (today, campaign.limits.parts_per_day, " today")):
        if parts >= most * _NEARLY:
            text = f"{campaign.slug} has sent {parts} SMS parts{when}; its limit is {most:.0f}, then replies wait"
            yield Finding(text, "raise the limit in the campaign's file under [limits], then restart", grave=False)


def _campaign(wording: Wording, settings: Settings) -> Iterator[Finding]:
    campaign, today = wording.campaign, now().date()
    if campaign.example:
        yield Finding(
            f"the campaign {campaign.slug} names example organisers",
            "copy its file to a folder of your own, name your organisers in it and set OPENEAR_CAMPAIGNS",
            grave=False,
        )
    if campaign.closed(now()):
        yield Finding(f"the campaign {campaign.slug} has closed: messages get the reply CLOSED", grave=False)
    for line in helplines(campaign.nation, settings.campaigns or SHIPPED).values():
        if line.stale(today):
            text = f"the helpline {line.name} ({line.number}) was last checked on {line.checked}, says {line.file}"
            yield Finding(text, f"compare it with {line.source} and {_write_the_day(line.file)}", grave=False)
    for code in campaign.wanted_languages:
        if code not in campaign.languages and (missing := wording.untranslated(code)):
            text = f"{campaign.slug} is not offered in {code}: these texts are not translated: {_first(missing, 4)}"
            yield Finding(text, "complete its catalogue, as locales/README.md says", grave=False)
    if campaign.opens > today:
        yield Finding(f"the campaign {campaign.slug} opens on {campaign.opens}, but answers already", grave=False)
    yield from _approvals(wording, settings)


def _first(names: Sequence[str], most: int) -> str:
    """The first names, and an ellipsis if there are more."""
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")


def _write_the_day(file: Path) -> str:
    """Where to write that a helpline was checked: beside the campaigns, as an upgrade replaces the shipped file."""
    if file == SHIPPED_FILE:
        return f"write the day into a copy of {file} in the folder of your campaigns (OPENEAR_CAMPAIGNS)"
    return f"write the day into {file}"


def _approvals(wording: Wording, settings: Settings) -> Iterator[Finding]:
    """Languages that are offered although no speaker has approved their present texts."""
    drafts = []
    for code in wording.campaign.languages:
        found = approval.read(catalogue.LOCALES, code)
        changed = approval.stale(found, code, [wording]) if found else []
        if found and changed:
            text = f"{code}: these texts changed after {found.by} approved them on {found.on}: {_first(changed, 8)}"
            yield Finding(text, _APPROVE.replace("CODE", code), grave=False)
        elif not found:
            drafts.append(code)
    if drafts:
        offered = "OPENEAR_DRAFT_LANGUAGES offers them" if settings.draft_languages else "the default is always offered"
        text = f"no speaker has approved the texts in {', '.join(drafts)} ({offered})"
        yield Finding(text, _APPROVE, grave=False)
