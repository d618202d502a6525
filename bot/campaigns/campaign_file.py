"""A campaign's TOML file as a value, before anybody knows in which languages it can be offered."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.engine.campaign import Campaign, Disclosure, Limits, Step, StepKind
from bot.engine.safety import SafetyPhrases
from bot.engine.vocabulary import Vocabulary

_NO_WORDS = Vocabulary.build((), {}, SafetyPhrases({}))


def campaign_of(raw: Mapping[str, Any]) -> Campaign:
    """The campaign in the table of a valid file. It offers no language and understands no word yet."""
    organisers, keeping = raw["organisers"], raw["keeping"]
    return Campaign(
        slug=raw["slug"],
        opens=raw["opens"],
        closes=raw.get("closes"),
        assembly=raw["assembly"],
        report_back=raw["report_back"],
        zone=ZoneInfo(raw["timezone"]),
        nation=raw["nation"],
        minimum_age=raw["minimum_age"],
        default_language=raw["default_language"],
        languages=(),
        wanted_languages=tuple(raw["languages"]),
        example=organisers["example"],
        name=organisers["name"],
        short_name=organisers["short_name"],
        controllers=tuple(organisers["controllers"]),
        telephone=organisers["telephone"],
        story_months=keeping["story_months"],
        contact_days=keeping["contact_days"],
        flag_days=keeping.get("flag_days", 90),
        limits=_limits(raw.get("limits", {})),
        disclosure=Disclosure(raw.get("disclosure", "nhs")),
        steps=tuple(_step(step) for step in raw["step"]),
        themes=tuple((theme["id"], theme["text"]) for theme in raw.get("theme", ())),
        texts=raw["texts"],
        vocabulary=_NO_WORDS,
    )


def _limits(raw: Mapping[str, Any]) -> Limits:
    values: dict[str, Any] = {**raw, "countries": tuple(raw.get("countries", ()))}
    return Limits(**values)


def _step(raw: Mapping[str, Any]) -> Step:
    choices = tuple((choice["id"], choice["text"]) for choice in raw.get("choices", ()))
    return Step(raw["id"], StepKind(raw["kind"]), raw["text"], choices, bool(raw.get("rather_not")))
