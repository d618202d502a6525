"""Every mistake in a campaign's file, at once, each with its mend.

It looks at one table of TOML, and builds nothing.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any
from zoneinfo import available_timezones

import phonenumbers

from bot.campaigns.helplines import helplines
from bot.engine.campaign import Disclosure, Limits, StepKind
from bot.engine.folding import words
from bot.errors import CampaignError
from bot.language.catalogue import Catalogues
from bot.language.texts import TEXTS

_SLUG = re.compile(r"[a-z][a-z0-9-]{0,62}")
_ID = re.compile(r"[a-z][a-z0-9_]{0,40}")
_RESERVED = {"story_id", "campaign", "hub", "channel", "language", "day", "consent_version", "themes", "messages"}
_FIELDS = {
    "slug": str, "opens": date, "assembly": date, "report_back": date, "timezone": str, "nation": str,
    "minimum_age": int, "default_language": str, "languages": list, "organisers": dict,
    "keeping": dict, "texts": dict, "step": list,
}  # fmt: skip
_OPTIONAL = {"closes": date, "theme": list, "limits": dict, "disclosure": str}
_ORGANISERS = {"example": bool, "name": str, "short_name": str, "controllers": list, "telephone": str}
_OWN_TEXTS = ("who", "thanks", "thanks_contact")


def read_file(path: Path, catalogues: Catalogues) -> tuple[dict[str, Any], list[str]]:
    """The table in a campaign's file, and its mistakes."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        return {}, [f"cannot be read: {problem.strerror}"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        return {}, [f"is not valid TOML: {problem}"]
    found = _shape(raw)
    if not found:
        found = [*_values(raw, catalogues), *_steps(raw["step"]), *_placeholders(raw), *_lengths(raw)]
    return raw, found


def _shape(raw: Mapping[str, Any]) -> list[str]:
    found = [f"{name} is missing" for name in _FIELDS if name not in raw]
    known = _FIELDS | _OPTIONAL
    found += [f"{name} is not a setting of a campaign" for name in raw if name not in known]
    found += [
        f"{name} must be {kind.__name__}, not {type(raw[name]).__name__}"
        for name, kind in known.items()
        if name in raw and type(raw[name]) is not kind
    ]
    organisers = raw.get("organisers")
    if isinstance(organisers, dict):
        found += [
            f"organisers.{name} is missing or not {kind.__name__}"
            for name, kind in _ORGANISERS.items()
            if type(organisers.get(name)) is not kind or organisers[name] in ("", [])
        ]
    keeping = raw.get("keeping")
    if isinstance(keeping, dict):
        for name in ("story_months", "contact_days"):
            if type(keeping.get(name)) is not int or keeping[name] < 1:
                found.append(f"keeping.{name} must be a whole number from 1")
        if type(keeping.get("flag_days", 90)) is not int or keeping.get("flag_days", 90) < 1:
            found.append("keeping.flag_days must be a whole number from 1")
    if raw.get("disclosure", "nhs") not in list(Disclosure):
        found.append(f"disclosure must be one of {', '.join(Disclosure)}")
    return [*found, *_limits(raw.get("limits", {}))]


def _limits(limits: object) -> list[str]:
    """Mistakes in `[limits]`: what is sent at most."""
    if not isinstance(limits, dict):
        return []
    names = [field.name for field in fields(Limits)]
    found = [f"limits.{name} is none; there are {', '.join(names)}" for name in limits if name not in names]
    for name, value in limits.items():
        if name == "countries":
            known = phonenumbers.SUPPORTED_REGIONS
            if not isinstance(value, list) or not all(isinstance(one, str) and one in known for one in value):
                found.append('limits.countries must be a list of codes like ["GB", "IE"]')
            continue
        whole = name.startswith("per_person")
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float) or value < int(whole):
            found.append(f"limits.{name} must be a {'whole number from 1' if whole else 'number from 0'}")
    return found


def _values(raw: Mapping[str, Any], catalogues: Catalogues) -> list[str]:
    found = []
    if not _SLUG.fullmatch(raw["slug"]):
        found.append(f"slug {raw['slug']!r} must be small letters, digits and '-', as it stands in addresses")
    if raw["timezone"] not in available_timezones():
        found.append(f"timezone {raw['timezone']!r} is unknown; use one like Europe/London")
    if raw.get("closes") and raw["closes"] <= raw["opens"]:
        found.append("closes must be after opens")
    if raw["report_back"] < raw["assembly"]:
        found.append("report_back must not be before assembly")
    if not 13 <= raw["minimum_age"] <= 25:
        found.append("minimum_age must be from 13 to 25 (UK GDPR Art. 8 knows no consent of a child under 13)")
    try:
        helplines(raw["nation"])
    except CampaignError as problem:
        found += problem.problems
    for code in raw["languages"]:
        if code not in catalogues.languages and not _known_later(code):
            found.append(f"languages: {code!r} is not in locales/languages.toml")
    if raw["default_language"] not in raw["languages"]:
        found.append("default_language must be one of languages")
    elif missing := catalogues.missing(raw["default_language"]):
        found.append(f"default_language {raw['default_language']!r} lacks the texts {', '.join(missing)}")
    found += [f"texts.{key} is missing" for key in _OWN_TEXTS if not isinstance(raw["texts"].get(key), str)]
    found += [
        f"texts.{key} is no text of the system" for key in raw["texts"] if key not in TEXTS and key not in _OWN_TEXTS
    ]
    for at, theme in enumerate(raw.get("theme", []), 1):
        if not isinstance(theme, dict) or not _ID.fullmatch(str(theme.get("id", ""))) or not theme.get("text"):
            found.append(f"theme {at} needs an id of small letters and a text")
    return found


def _known_later(code: object) -> bool:
    return isinstance(code, str) and re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", code) is not None


def _steps(steps: list[Any]) -> list[str]:
    found = []
    ids = [step.get("id") for step in steps if isinstance(step, dict)]
    for at, step in enumerate(steps, 1):
        if not isinstance(step, dict):
            found.append(f"step {at} must be a table [[step]]")
            continue
        name = f"step {step.get('id', at)}"
        if not isinstance(step.get("id"), str) or not _ID.fullmatch(step["id"]) or step["id"] in _RESERVED:
            found.append(f"{name}: its id must be small letters, digits and '_', and no other column of the export")
        elif ids.count(step["id"]) > 1:
            found.append(f"{name}: another step has the same id")
        if step.get("kind") not in list(StepKind):
            found.append(f"{name}: kind must be one of {', '.join(StepKind)}")
        if not isinstance(step.get("text"), str) or not step["text"].strip():
            found.append(f"{name}: text is missing")
        if unknown := set(step) - {"id", "kind", "text", "choices", "rather_not"}:
            found.append(f"{name}: {', '.join(sorted(unknown))} is not a setting of a step")
        found += _choices(name, step)
        if step.get("kind") == "permission" and step.get("id") not in {"may_quote", "may_recontact"}:
            found.append(f"{name}: a permission's id is may_quote or may_recontact, the columns of the export")
    if sum(isinstance(step, dict) and step.get("kind") == "story" for step in steps) != 1:
        found.append("one step must be of the kind story, and only one")
    elif steps[0].get("kind") != "story":
        found.append("the story must be the first step: all else is asked after it is saved")
    return found


def _choices(name: str, step: Mapping[str, Any]) -> list[str]:
    listed = step.get("kind") in {"one", "several"}
    choices = step.get("choices", [])
    if not listed:
        return [f"{name}: only the kinds one and several have choices"] if choices else []
    if not isinstance(choices, list) or not 2 <= len(choices) <= 9:
        return [f"{name}: needs 2 to 9 choices, answered by one digit"]
    found = []
    for choice in choices:
        good = (
            isinstance(choice, dict)
            and _ID.fullmatch(str(choice.get("id", "")))
            and str(choice.get("text", "")).strip()
        )
        if not good or not words(str(choice["text"])):
            found.append(f"{name}: each choice needs an id of small letters and a text")
    ids = [choice.get("id") for choice in choices if isinstance(choice, dict)]
    if len(set(ids)) != len(ids):
        found.append(f"{name}: two choices have the same id")
    return found


_PLACEHOLDERS = {
    "yes", "no", "stop", "start", "delete", "skip", "done", "help", "age", "phone", "campaign", "keeping", "assembly",
    "report_back", "emergency", "silent", "urgent", "option", "samaritans", "shout", "abuse_line", "childline",
}  # fmt: skip


def _placeholders(raw: Mapping[str, Any]) -> list[str]:
    texts = {f"texts.{key}": text for key, text in raw["texts"].items()}
    texts |= {f"step {step['id']}": step["text"] for step in raw["step"] if isinstance(step, dict) and step.get("text")}
    found = []
    for name, text in texts.items():
        try:
            used = {field for _, field, _, _ in Formatter().parse(str(text)) if field is not None}
        except ValueError as problem:
            found.append(f"{name}: {problem}")
            continue
        if unknown := used - _PLACEHOLDERS:
            found.append(f"{name}: no placeholder is called {', '.join(sorted(unknown))}")
    return found


def _lengths(raw: Mapping[str, Any]) -> list[str]:
    """Texts that no message holds: Twilio refuses more, and whoever asked would get nothing."""
    texts = {f"texts.{key}": text for key, text in raw["texts"].items()}
    texts |= {f"step {step['id']}": step["text"] for step in raw["step"] if isinstance(step, dict) and step.get("text")}
    return [
        f"{name}: has {len(str(text))} characters; a message holds 1600 at most"
        for name, text in texts.items()
        if len(str(text)) > 1600
    ]
