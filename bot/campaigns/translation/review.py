"""What is wrong with a catalogue: gaps, unsure texts, placeholders, SMS budgets, words with two meanings.

It changes nothing: a translation is a speaker's to change.
"""

import re
from collections.abc import Iterator

from bot.campaigns import load_campaigns
from bot.engine.folding import words
from bot.engine.model import Channel, Reply, Say
from bot.language.campaign_texts import campaign_texts
from bot.language.catalogue import Catalogues
from bot.language.notice import missing
from bot.language.sms_parts import count, outside_gsm7
from bot.language.texts import BUDGET, BUDGETS, PLURALS, TEXTS
from bot.language.wording import Wording

_FIELD = re.compile(r"{\w+}")
#: Typography that turns a GSM-7 text into UCS-2 and means no more than its plain form.
_TYPOGRAPHY = re.compile("[\u2018-\u201f\u2010-\u2015\u2026\u00a0\u202f\u2009\u00ab\u00bb]")
#: Lists that may not share a word: what is a stop in one may not be a yes in another.
_APART = ("yes", "no", "stop", "start", "help", "delete")
_UNSURE = "is unsure: its English changed; read it again and remove the mark 'fuzzy'"
#: Texts that no SMS carries.
_NEVER_SMS = ("media_telegram", "tap", "group", "invite", "invite_sms")


def problems_of(code: str, catalogues: Catalogues) -> list[str]:
    """Every mistake in the catalogues of `code`: the system's and the shipped campaigns'."""
    if code not in catalogues.system:
        return ["has no catalogue; make one with: openear locales update " + code]
    wordings, _catalogues = load_campaigns(drafts=True)
    found = [*_gaps(code, catalogues), *_words(code, catalogues)]
    why = "is missing, unsure, of another English, or without the same placeholders"
    found += [f"privacy.po: {key} {why}" for key in missing(code)]
    for wording in wordings.values():
        found += [*_campaign_gaps(code, wording), *_budgets(code, wording)]
    return found


def _gaps(code: str, catalogues: Catalogues) -> Iterator[str]:
    have = catalogues.system[code]
    for key, english in TEXTS.items():
        if key not in have.texts:
            yield f"{key} is missing"
        elif key in have.unsure:
            yield f"{key} {_UNSURE}"
        elif not key.startswith("words "):
            yield from _compare(key, english, have.texts[key])
    for key in PLURALS:
        if key not in have.plurals:
            yield f"{key} is missing"


def _campaign_gaps(code: str, wording: Wording) -> Iterator[str]:
    own = wording.own.get(code)
    for key, english in campaign_texts(wording.campaign):
        translated = own.texts.get(key) if own else None
        if code == "en":
            translated = english
        if not translated:
            yield f"{wording.campaign.slug}: {key} is missing"
        elif own and key in own.unsure:
            yield f"{wording.campaign.slug}: {key} {_UNSURE}"
        else:
            yield from _compare(key, english, translated)


def _compare(key: str, english: str, translated: str) -> Iterator[str]:
    wanted, found = set(_FIELD.findall(english)), set(_FIELD.findall(translated))
    if wanted != found:
        yield f"{key}: its placeholders must be {_listed(wanted)}, not {_listed(found)}"
    if marks := _TYPOGRAPHY.findall(translated):
        yield f"{key}: {' '.join(sorted(set(marks)))!r} makes an SMS cost more; use plain quotes, dashes and spaces"


def _listed(names: set[str]) -> str:
    return " ".join(sorted(names)) or "none"


def _budgets(code: str, wording: Wording) -> Iterator[str]:
    slug = wording.campaign.slug
    for key, text in rendered(code, wording).items():
        found = count(text)
        allowed = BUDGETS.get(key, BUDGET)[0 if found.encoding == "GSM-7" else 1]
        if found.parts > allowed:
            why = f" because of {outside_gsm7(text)[:10]!r}" if found.encoding == "UCS-2" else ""
            yield f"{slug}: {key} takes {found.parts} parts ({found.units} units, {found.encoding}{why}), not {allowed}"


def rendered(code: str, wording: Wording) -> dict[str, str]:
    """Every text as an SMS would carry it, by key."""
    keys = [key for key in TEXTS if not key.startswith(("words ", "command ")) and key not in _NEVER_SMS]
    campaign = wording.campaign
    keys += [key for key, _ in campaign_texts(campaign) if key.startswith("step ") or key in campaign.texts]
    return {key: wording.render(Reply(says=(Say(key, code),)), Channel.SMS) for key in dict.fromkeys(keys)}


def _words(code: str, catalogues: Catalogues) -> Iterator[str]:
    """Words of this language that stand in two lists that may not share one, of this language or of any."""
    mine = {name: _phrases(catalogues, code, name) for name in _APART}
    for name, phrases in mine.items():
        for other in _APART:
            if other > name and (both := phrases & mine[other]):
                yield f"words {name} and words {other} share {_shown(both)}"
    for other_code in catalogues.system:
        if other_code == code:
            continue
        for name in ("stop", "delete"):
            theirs = _phrases(catalogues, other_code, name)
            for other in _APART:
                if other != name and (both := theirs & mine[other]):
                    yield f"words {other}: {_shown(both)} means {name} in {other_code}"


def _phrases(catalogues: Catalogues, code: str, name: str) -> set[tuple[str, ...]]:
    entries = catalogues.system[code].texts.get(f"words {name}", "").split("|")
    return {phrase for entry in entries if (phrase := words(entry))}


def _shown(phrases: set[tuple[str, ...]]) -> str:
    return ", ".join(repr(" ".join(phrase)) for phrase in sorted(phrases))
