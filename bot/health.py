"""What `openear check` looks at, and what the commands that serve refuse to start without. Reads, never mends."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from bot.campaigns import load_campaigns
from bot.campaigns.helplines import helplines
from bot.engine.campaign import Campaign
from bot.errors import CampaignError, CatalogueError, KeyringError, SettingsError, StoreUnavailableError
from bot.installation import now
from bot.language.catalogue import Catalogues
from bot.settings import Settings, read_settings
from bot.store import facts, keyring, migrations, organisers
from bot.store.crypto import Keys
from bot.store.database import Database

_KEY_CHECK = "key check"


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem (`grave`: the commands that serve refuse to start) or warning, and its mend."""

    text: str
    mend: str = ""
    grave: bool = True


def findings(*, serving: bool = False) -> list[Finding]:
    """Everything that is wrong or wants attention. `serving`: also what only the commands that serve need."""
    try:
        settings = read_settings()
    except SettingsError as problem:
        return [Finding(text) for text in problem.problems]
    found = [*_channels(settings), *_store(settings)]
    try:
        catalogues, campaigns, _wordings = load_campaigns(settings.campaigns, drafts=settings.draft_languages)
    except CampaignError as problem:
        found += [Finding(text, "openear campaign check FILE lists all mistakes") for text in problem.problems]
    except CatalogueError as problem:
        found.append(Finding(str(problem), "openear locales check names every gap"))
    else:
        found += [one for campaign in campaigns.values() for one in _campaign(campaign, catalogues, settings)]
    if serving:
        return [one for one in found if one.grave or "answered" not in one.text]
    return found


def _channels(settings: Settings) -> Iterator[Finding]:
    if settings.twilio is None and settings.telegram is None:
        yield Finding(
            "no channel is configured",
            "set TELEGRAM_BOT_TOKEN, or TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM; the demo needs none",
        )
    if not settings.public_url:
        yield Finding(
            "OPENEAR_PUBLIC_URL is not set, so webhooks are only believed at this machine's own address",
            "set it, or fetch messages with: openear serve --poll",
            grave=False,
        )
    elif not settings.public_url.startswith("https://"):
        yield Finding("OPENEAR_PUBLIC_URL does not begin with https://", "Telegram insists on it", grave=False)
    if settings.telegram and settings.public_url and not settings.telegram.secret:
        yield Finding(
            "TELEGRAM_WEBHOOK_SECRET is not set: Telegram's webhook refuses everything", "set it", grave=False
        )


def _store(settings: Settings) -> Iterator[Finding]:
    database = Database(settings.database_url)
    try:
        keys = keyring.read(settings.keyring, database.folder())
    except KeyringError as problem:
        yield Finding(str(problem))
        return
    try:
        if not migrations.at_head(database):
            yield Finding("the database has no tables of this version", "openear init")
            return
        yield from _contents(database, keys)
    except (StoreUnavailableError, SQLAlchemyError, OSError) as problem:
        yield Finding(
            f"the database cannot be used: {type(problem).__name__}", "see OPENEAR_DATABASE_URL, and its folder"
        )
    finally:
        database.close()


def _contents(database: Database, keys: Keys) -> Iterator[Finding]:
    stamp = keys.contact_hash("check", "keyring").hex()
    with database.write() as connection:
        known = facts.get(connection, _KEY_CHECK)
        if not known:
            facts.put(connection, _KEY_CHECK, stamp)
        lead = organisers.has_safeguarding_lead(connection)
    if known and known != stamp:
        yield Finding(
            "the keyring is not the one this database was made with", "put the right file where OPENEAR_KEYRING says"
        )
    if not lead:
        yield Finding(
            "nobody is the safeguarding lead: who looks at flags of danger?",
            "openear organiser add EMAIL --role safeguarding",
        )


def _campaign(campaign: Campaign, catalogues: Catalogues, settings: Settings) -> Iterator[Finding]:
    today = now().date()
    if campaign.example:
        yield Finding(
            f"the campaign {campaign.slug} names example organisers",
            "copy its file to a folder of yours, name your organisers there and set OPENEAR_CAMPAIGNS",
            grave=False,
        )
    if campaign.closed(now()):
        yield Finding(f"the campaign {campaign.slug} has closed: texts get CLOSED", grave=False)
    for line in helplines(campaign.nation).values():
        if line.stale(today):
            yield Finding(
                f"the helpline {line.name} ({line.number}) was last checked on {line.checked}",
                f"compare it with {line.source} and write the day into bot/helplines.toml",
                grave=False,
            )
    mend = "print the script with: openear locales script CODE; record it with: openear locales approve CODE"
    drafts = [code for code in campaign.languages if not catalogues.languages[code].approved]
    if drafts:
        why = (
            "OPENEAR_DRAFT_LANGUAGES offers them"
            if settings.draft_languages
            else "the default language is always offered"
        )
        yield Finding(
            f"no speaker has approved the texts in {', '.join(drafts)} ({why})",
            mend,
            grave=False,
        )
