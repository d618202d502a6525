"""Every mistake in a campaign's file at once. Each message says what is wrong and what to write."""

import re
import tomllib
from collections.abc import Iterator, Mapping
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
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_COLUMNS = ("story_id", "campaign", "hub", "channel", "language", "day", "consent_version", "themes", "messages")
_SETTINGS = {
    "slug": str,
    "opens": date,
    "assembly": date,
    "report_back": date,
    "timezone": str,
    "nation": str,
    "minimum_age": int,
    "default_language": str,
    "languages": list,
    "organisers": dict,
    "keeping": dict,
    "texts": dict,
    "step": list,
}
_OPTIONAL = {"closes": date, "theme": list, "limits": dict, "disclosure": str}
_ORGANISERS = {"example": bool, "name": str, "short_name": str, "controllers": list, "telephone": str}
_STEP_SETTINGS = ("id", "kind", "text", "choices", "rather_not")
_OWN_TEXTS = ("who", "thanks", "thanks_contact")
_PLACEHOLDERS = (
    *("yes", "no", "stop", "start", "delete", "skip", "done", "help", "age", "phone", "campaign", "keeping"),
    *("assembly", "report_back", "emergency", "silent", "urgent", "option", "samaritans", "shout", "abuse_line"),
    "childline",
)
_MOST_CHARACTERS = 1600  # Twilio refuses a longer message (its error 21617)
_IN_WORDS = {
    str: "text in quotes",
    date: "a date like 2026-10-01, without a time",
    int: "a whole number",
    bool: "true or false",
    list: "a list in square brackets, with something in it",
}


def read_file(path: Path, catalogues: Catalogues) -> tuple[dict[str, Any], list[str]]:
    """The table in a campaign's file, and its mistakes."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        return {}, [f"cannot be read: {problem.strerror}"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        return {}, [f"is not valid TOML: {problem}"]
    found = [*_shape(raw), *_organisers(raw), *_keeping(raw), *_limits(raw)]
    if not found:
        found = [*_values(raw, path.parent), *_languages(raw, catalogues), *_steps(raw["step"]), *_texts(raw)]
    return raw, found


def _shape(raw: Mapping[str, Any]) -> Iterator[str]:
    known = _SETTINGS | _OPTIONAL
    for name, kind in known.items():
        if name not in raw:
            if name in _SETTINGS:
                yield f"{name} is missing; it must be {_in_words(name, kind)}"
        elif type(raw[name]) is not kind:
            yield f"{name} must be {_in_words(name, kind)}"
    for name in raw:
        if name not in known:
            yield f"{name} is not a setting of a campaign; the settings are: {', '.join(known)}"
    if raw.get("disclosure", "nhs") not in list(Disclosure):
        yield f"disclosure must be one of {', '.join(Disclosure)}"


def _in_words(name: str, kind: type) -> str:
    if kind is dict:
        return f"a table [{name}]"
    return f"tables, each under [[{name}]]" if name in ("step", "theme") else _IN_WORDS[kind]


def _organisers(raw: Mapping[str, Any]) -> Iterator[str]:
    organisers = raw.get("organisers")
    if not isinstance(organisers, dict):
        return
    for name, kind in _ORGANISERS.items():
        value = organisers.get(name)
        if type(value) is not kind or value in ("", []):
            yield f"organisers.{name} must be {_IN_WORDS[kind]}"
        elif isinstance(value, list) and not all(isinstance(one, str) for one in value):
            yield f"organisers.{name} must hold names in quotes"


def _keeping(raw: Mapping[str, Any]) -> Iterator[str]:
    keeping = raw.get("keeping")
    if not isinstance(keeping, dict):
        return
    for name, default in (("story_months", None), ("contact_days", None), ("flag_days", 90)):
        value = keeping.get(name, default)
        if type(value) is not int or value < 1:
            yield f"keeping.{name} must be a whole number, 1 or more"


def _limits(raw: Mapping[str, Any]) -> Iterator[str]:
    limits = raw.get("limits")
    if not isinstance(limits, dict):
        return
    known = [field.name for field in fields(Limits)]
    for name, value in limits.items():
        whole = name.startswith("per_person")
        if name not in known:
            yield f"limits.{name} is not a limit. The limits are: {', '.join(known)}"
        elif name == "countries":
            regions = phonenumbers.SUPPORTED_REGIONS
            if not isinstance(value, list) or not all(isinstance(one, str) and one in regions for one in value):
                yield 'limits.countries must be a list of codes like ["GB", "IE"]'
        elif isinstance(value, bool) or not isinstance(value, int if whole else int | float) or value < int(whole):
            yield f"limits.{name} must be {'a whole number, 1 or more' if whole else 'a number, 0 or more'}"


def _values(raw: Mapping[str, Any], folder: Path) -> Iterator[str]:
    if not _SLUG.fullmatch(raw["slug"]):
        yield f"slug {raw['slug']!r} must be small letters, digits and '-', like 'lewisham': it is part of addresses"
    if raw["timezone"] not in available_timezones():
        yield f"timezone {raw['timezone']!r} is unknown; write one like 'Europe/London'"
    if "closes" in raw and raw["closes"] <= raw["opens"]:
        yield f"closes must be after opens ({raw['opens']})"
    if raw["report_back"] < raw["assembly"]:
        yield f"report_back must be the day of the assembly ({raw['assembly']}) or later"
    if not 13 <= raw["minimum_age"] <= 25:
        yield "minimum_age must be from 13 to 25: under UK GDPR Article 8 a child under 13 cannot consent"
    try:
        helplines(raw["nation"], folder)
    except CampaignError as problem:
        yield from problem.problems
    for at, theme in enumerate(raw.get("theme", []), 1):
        if not _has_id_and_text(theme):
            yield f"theme {at} needs an id of small letters and a text"


def _languages(raw: Mapping[str, Any], catalogues: Catalogues) -> Iterator[str]:
    default = raw["default_language"]
    for code in raw["languages"]:
        if not isinstance(code, str) or not _LANGUAGE.fullmatch(code):
            yield f"languages: {code!r} is not the code of a language; write one like 'es' or 'zh-Hans'"
    if default not in raw["languages"]:
        yield "default_language must be one of languages"
    elif missing := catalogues.missing(default):
        yield f"default_language {default!r} lacks the texts {', '.join(missing)}; choose a language that has them"


def _steps(steps: list[Any]) -> Iterator[str]:
    ids = [step.get("id") for step in steps if isinstance(step, dict)]
    for at, step in enumerate(steps, 1):
        if not isinstance(step, dict):
            yield f"step {at} must be a table [[step]]"
            continue
        name = f"step {step.get('id', at)}"
        if ids.count(step.get("id")) > 1:
            yield f"{name}: another step has the same id; give each its own"
        for problem in (*_step(step), *_choices(step)):
            yield f"{name}: {problem}"
    stories = [at for at, step in enumerate(steps, 1) if isinstance(step, dict) and step.get("kind") == "story"]
    if len(stories) != 1:
        yield 'exactly one step must have kind = "story"'
    elif stories != [1]:
        yield 'the step with kind = "story" must be the first: everything else is asked after the story is saved'


def _step(step: Mapping[str, Any]) -> Iterator[str]:
    code, text = step.get("id"), step.get("text")
    if not isinstance(code, str) or not _ID.fullmatch(code):
        yield "its id must be small letters, digits and '_', like 'area'"
    elif code in _COLUMNS:
        yield f"{code} is a column of the export already; choose another id"
    if step.get("kind") not in list(StepKind):
        yield f"kind must be one of {', '.join(StepKind)}"
    elif step["kind"] == StepKind.PERMISSION and code not in ("may_quote", "may_recontact"):
        yield "a permission's id must be may_quote or may_recontact, the columns of the export"
    if not isinstance(text, str) or not text.strip():
        yield "text is missing; write what residents are asked, in quotes"
    if unknown := sorted(set(step) - set(_STEP_SETTINGS)):
        yield f"{', '.join(unknown)} is not a setting of a step; the settings are: {', '.join(_STEP_SETTINGS)}"


def _choices(step: Mapping[str, Any]) -> Iterator[str]:
    choices = step.get("choices", [])
    if step.get("kind") not in ("one", "several"):
        if choices:
            yield "only the kinds one and several have choices; remove them, or change the kind"
    elif not isinstance(choices, list) or not 2 <= len(choices) <= 9:
        yield "it needs 2 to 9 choices: each is answered by one digit"
    else:
        for at, choice in enumerate(choices, 1):
            if not _has_id_and_text(choice) or not words(choice["text"]):
                yield f"choice {at} needs an id of small letters and a text with letters or digits"
        ids = [choice.get("id") for choice in choices if isinstance(choice, dict)]
        if any(ids.count(code) > 1 for code in ids):
            yield "two choices have the same id; give each its own"


def _has_id_and_text(entry: object) -> bool:
    if not isinstance(entry, dict):
        return False
    code, text = entry.get("id"), entry.get("text")
    return isinstance(code, str) and bool(_ID.fullmatch(code)) and isinstance(text, str) and bool(text.strip())


def _texts(raw: Mapping[str, Any]) -> Iterator[str]:
    for key in _OWN_TEXTS:
        if key not in raw["texts"]:
            yield f"texts.{key} is missing; write it under [texts]"
    for key in raw["texts"]:
        if key not in TEXTS and key not in _OWN_TEXTS:
            yield f"texts.{key} replaces no text; locales/openear.pot lists the keys of all texts"
    for name, text in _english(raw):
        if not isinstance(text, str):
            yield f"{name} must be text in quotes"
            continue
        yield from (f"{name}: {problem}" for problem in _placeholders(text))
        if len(text) > _MOST_CHARACTERS:
            yield f"{name}: has {len(text)} characters; a message holds at most {_MOST_CHARACTERS}: shorten it"


def _english(raw: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Each text that is filled before it is sent, with its name in messages."""
    for key, text in raw["texts"].items():
        yield f"texts.{key}", text
    for step in filter(_has_id_and_text, raw["step"]):
        yield f"step {step['id']}", step["text"]
        choices = step.get("choices", [])
        for choice in filter(_has_id_and_text, choices if isinstance(choices, list) else []):
            yield f"step {step['id']}, choice {choice['id']}", choice["text"]


def _placeholders(text: str) -> Iterator[str]:
    try:
        parsed = list(Formatter().parse(text))
    except ValueError as problem:
        yield f"its curly brackets do not pair: {problem}; write a placeholder like {{phone}}"
        return
    for _, name, spec, conversion in parsed:
        if name is not None and (name not in _PLACEHOLDERS or spec or conversion):
            written = name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
            known = " ".join(f"{{{one}}}" for one in _PLACEHOLDERS)
            yield f"{{{written}}} is not a placeholder; the placeholders are: {known}"
