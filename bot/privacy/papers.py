"""The papers of data protection, drafted from the configuration.

The sentences are in `templates/`: one template for each paper, and as TOML the lists that several papers share.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape
from markupsafe import Markup

from bot.campaigns.translation import approval
from bot.engine.campaign import Campaign, Step
from bot.installation import Installation
from bot.language import catalogue
from bot.language.notice import Notice
from bot.language.sms_parts import count
from bot.operations.backup import KEEP_DAYS
from bot.privacy.complaints import ACKNOWLEDGE_DAYS
from bot.privacy.notice import drafted, notice_of
from bot.store.organisers import TOKEN_DAYS
from bot.stories.redaction import MASKED

TEMPLATES = Path(__file__).with_name("templates")
_PAPERS = ("dpia.html", "record-of-processing.html", "appropriate-policy.html")
_LISTS = ("risks", "measures", "held")


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
    """What the papers of one campaign are written from."""

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
    public_url: str = ""

    @property
    def unapproved(self) -> list[str]:
        """Languages offered now whose texts no speaker has approved."""
        return [tongue.english for tongue in self.tongues if tongue.offered and not tongue.approved]

    @property
    def noticed(self) -> list[Tongue]:
        """Languages with a whole privacy notice."""
        return [tongue for tongue in self.tongues if tongue.notice]


def papers_of(installation: Installation, campaign: Campaign) -> dict[str, str]:
    """All papers of `campaign`: file name -> text."""
    return files(brief_of(installation, campaign), notice_of(installation, campaign))


def files(brief: Brief, notice: Notice) -> dict[str, str]:
    """The papers written from `brief` and `notice`: file name -> text."""
    values = values_of(brief)
    notices = {
        f"privacy-{tongue.code}.html": written(
            "privacy.html",
            values,
            notice=notice,
            tongue=tongue,
            others=[other for other in brief.noticed if other.code != tongue.code],
            language="en-GB" if tongue.code == "en" else tongue.code,
            direction=tongue.direction,
        )
        for tongue in brief.noticed
    }
    short = written("privacy-sms.txt", values, notice=notice, noticed=brief.noticed, count=count)
    return {name: written(name, values) for name in _PAPERS} | {"privacy-sms.txt": short} | notices


def written(template: str, values: Mapping[str, object], **more: object) -> str:
    """One paper. Raises jinja2.UndefinedError if the template names a value that is missing."""
    return _environment().get_template(template).render(values, **more)


def values_of(brief: Brief) -> dict[str, object]:
    """What the templates may name: the figures of the campaign and of the software, and the lists, filled."""
    one, limits = brief.campaign, brief.campaign.limits
    carriers = " and ".join(name for name, used in (("Twilio", brief.sms), ("Telegram", brief.telegram)) if used)
    configured, kind = listed("configured"), "postgresql" if brief.postgres else "sqlite"
    values = {
        "name": one.name, "slug": one.slug, "telephone": one.telephone, "controllers": one.controllers,
        "example": one.example, "age": one.minimum_age, "made_on": day(brief.made_on), "opens": day(one.opens),
        "closes": day(one.closes) if one.closes else blank("closing day; none is set"),
        "assembly": day(one.assembly), "report_back": day(one.report_back),
        "story_months": one.story_months, "contact_days": one.contact_days, "flag_days": one.flag_days,
        "backup_days": KEEP_DAYS, "complaint_days": ACKNOWLEDGE_DAYS, "token_days": TOKEN_DAYS,
        "per_hour": limits.per_person_hour, "per_day": limits.per_person_day,
        "spend_day": _pounds(limits.spend_per_day), "spend": _pounds(limits.spend), "masked": MASKED,
        "first": brief.first, "questions_asked": brief.questions,
        "tongues": brief.tongues, "unapproved": brief.unapproved,
        "sms": brief.sms, "telegram": brief.telegram,
        "carriers": carriers or blank("carrier: no channel is configured yet"),
        "other_sms_api": brief.other_sms_api, "own_bot_server": brief.own_bot_server,
        "address": f"{brief.public_url}/privacy/{one.slug}/" if brief.public_url else "",
        "counts": configured["counts"][one.disclosure],
        **{name: configured[name][kind] for name in ("database", "overwritten", "backups")},
    }  # fmt: skip
    lists = {name: _filled(listed(name)[name], values) for name in _LISTS}
    return {**values, **lists, "levels": listed("risks")["levels"], "tests": listed("tests")["tests"]}


def blank(what: str) -> Markup:
    """A marked place where people write what only they know."""
    return Markup("<mark>{}: ________</mark>").format(what)


@cache
def listed(name: str) -> dict[str, Any]:
    """The data of `templates/<name>.toml`."""
    return tomllib.loads((TEMPLATES / f"{name}.toml").read_text(encoding="utf-8"))


def _filled(rows: list[dict[str, Any]], values: dict[str, object]) -> list[dict[str, Any]]:
    """`rows` with their sentences filled. A filled sentence is HTML: a template does not escape it again."""
    return [
        {key: _sentence(value).make_module(values) if isinstance(value, str) else value for key, value in row.items()}
        for row in rows
    ]


@cache
def _sentence(text: str) -> Template:
    return _environment().from_string(text)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["blank"] = blank
    return environment


def brief_of(installation: Installation, campaign: Campaign) -> Brief:
    """The brief of `campaign`, as it is configured now."""
    settings, wording = installation.settings, installation.wordings[campaign.slug]
    noticed = notice_of(installation, campaign).languages()
    return Brief(
        campaign=campaign,
        made_on=campaign.day(installation.clock()),
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
