"""What the papers are written from: one campaign's own values, and how this installation is configured.

`brief_of` gathers them; every paper takes a `Brief` and nothing else. Figures have one name each, and stand in the
sentences as `{name}`: a figure that changes in the campaign changes in every paper.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.campaigns import approval
from bot.engine.campaign import Campaign, Step
from bot.installation import Installation
from bot.language import catalogue
from bot.operations.backup import KEEP_DAYS
from bot.privacy.complaints import ACKNOWLEDGE_DAYS
from bot.privacy.notice import drafted, notice_of
from bot.privacy.papers.page import Markup, blank, joined, says
from bot.store.organisers import TOKEN_DAYS
from bot.stories.redaction import MASKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """One language of the campaign."""

    code: str
    name: str
    english: str
    direction: str
    offered: bool
    approved: str  # by whom and when; empty for a draft
    notice: bool  # whether there is a whole privacy notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """Everything that a paper may say."""

    campaign: Campaign
    made_on: date
    first: str  # the consent text, as sent in English
    questions: tuple[tuple[Step, str], ...]  # with their English, as sent
    tongues: tuple[Tongue, ...]
    sms: bool
    telegram: bool
    other_sms_api: bool = False  # texts go through another address than Twilio's own
    own_bot_server: bool = False
    postgres: bool = False
    drafts_offered: bool = False
    public_url: str = ""

    @property
    def carriers(self) -> str:
        """Who carries messages, as configured."""
        return " and ".join(name for name, used in (("Twilio", self.sms), ("Telegram", self.telegram)) if used)

    @property
    def unapproved(self) -> list[str]:
        """Languages offered now whose texts no speaker has approved."""
        return [tongue.english for tongue in self.tongues if tongue.offered and not tongue.approved]

    @property
    def figures(self) -> Mapping[str, object]:
        """Every figure and name, as it stands in a sentence."""
        one, limits = self.campaign, self.campaign.limits
        return {
            "name": one.name, "short_name": one.short_name, "slug": one.slug, "telephone": one.telephone,
            "controllers": joined(one.controllers, "; "), "opens": day(one.opens), "assembly": day(one.assembly),
            "closes": day(one.closes) if one.closes else blank("closing day; none is set"),
            "report_back": day(one.report_back), "made_on": day(self.made_on), "age": one.minimum_age,
            "story_months": one.story_months, "contact_days": one.contact_days, "flag_days": one.flag_days,
            "backup_days": KEEP_DAYS, "complaint_days": ACKNOWLEDGE_DAYS, "token_days": TOKEN_DAYS,
            "per_hour": limits.per_person_hour, "per_day": limits.per_person_day,
            "spend_day": _pounds(limits.spend_per_day), "spend": _pounds(limits.spend), "masked": MASKED,
            "carriers": self.carriers or blank("carrier: no channel is configured yet"), "counts": self._counts,
            "drafts": self._drafts, "overwritten": self._overwritten, "backups": self._backups,
        }  # fmt: skip

    def says(self, template: str, **more: object) -> Markup:
        """A sentence with this campaign's figures."""
        return says(template, self.figures, **more)

    @property
    def stamp(self) -> Markup:
        """What a paper is of, for its head."""
        return joined((self.made, "Fill in every marked place."))

    @property
    def made(self) -> Markup:
        """Of which day and of what a paper was made."""
        warned = " The organisers named here are examples." if self.campaign.example else ""
        return self.says("Made by OpenEar on {made_on} from the configuration of the campaign {slug}." + warned)

    @property
    def _counts(self) -> str:
        return {
            "nhs": "1 to 7 are hidden and all others rounded to the nearest 5",
            "strict10": "fewer than ten are hidden, none included, and all others rounded to the nearest 5",
            "lt5": "1 to 4 are hidden and all others rounded to the nearest 5",
            "exact": "NOTHING IS HIDDEN: this campaign shows exact counts",
        }[self.campaign.disclosure]

    @property
    def _drafts(self) -> str:
        if not self.unapproved:
            return "Every language offered now is approved."
        return f"Offered now without any speaker's approval: {', '.join(self.unapproved)}."

    @property
    def _overwritten(self) -> str:
        if self.postgres:
            return "PostgreSQL keeps deleted rows in its files until they are vacuumed, and in archived logs."
        return "SQLite overwrites deleted rows, and its log is emptied."

    @property
    def _backups(self) -> str:
        if self.postgres:
            return "Made with PostgreSQL's own tools: OpenEar neither encrypts nor checks them."
        return "Encrypted with the keyring, which must be kept apart. One that was changed or cut is refused."


def brief_of(installation: Installation, campaign: Campaign) -> Brief:
    """The brief of `campaign`, as it is configured now."""
    settings, wording = installation.settings, installation.wordings[campaign.slug]
    noticed = notice_of(installation, campaign).languages()
    return Brief(
        campaign=campaign,
        made_on=campaign.local(installation.clock()).date(),
        first=wording.text("first", "en"),
        questions=tuple((step, wording.text(f"step {step.id}", "en")) for step in campaign.steps),
        tongues=tuple(
            _tongue(installation, campaign, code, notice=code in noticed)
            for code in dict.fromkeys((*campaign.wanted_languages, *noticed))
            if code in installation.catalogues.languages
        ),
        sms=settings.twilio is not None,
        telegram=settings.telegram is not None,
        other_sms_api=bool(settings.twilio and settings.twilio.api_url),
        own_bot_server=bool(settings.telegram and settings.telegram.api_url),
        postgres=not installation.database.sqlite,
        drafts_offered=settings.draft_languages,
        public_url=settings.public_url,
    )


def _tongue(installation: Installation, campaign: Campaign, code: str, *, notice: bool) -> Tongue:
    known = installation.catalogues.languages[code]
    found = None if drafted(installation, campaign, code) else approval.read(catalogue.LOCALES, code)
    return Tongue(
        code=code,
        name=known.name,
        english=known.english,
        direction=known.direction,
        offered=code in campaign.languages,
        approved=f"by {found.by}, {found.on}" if found else "",
        notice=notice,
    )


def day(value: date) -> str:
    """`15 November 2027`."""
    return f"{value.day} {value:%B %Y}"


def _pounds(value: float) -> str:
    return f"£{value:,.2f}".removesuffix(".00") if value > 0 else "no limit"
