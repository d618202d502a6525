"""Plays a transcript through receive, store and outbox, and holds it to what is written in it.

The state is saved to the database and read back between any two turns. A transcript is a TOML file:

    title = "A person stops half way, in Spanish"
    channel = "sms"                # or "telegram"; sms when left out
    at = 2026-11-21T12:00:00Z      # when it begins; midday when left out
    hint = "es"                    # the language of the Telegram app
    hubs = ["LRMN"]                # hubs that exist, of the transcript's campaign; "LRMN so" gives it a language

    [[turn]]
    in = "hola"                    # or: tap = "consent:yes", media = "a caption", edit = "new words" (of the last
    out = ["first"]                #     message; back = 2 for the one before), wait = "3m",
    language = "es"                #     start = "LRMN" (a Telegram link), carrier = "STOP" (Twilio answered already)
    says = "YES or NO"             # words that stand in the reply

    [end]                          # what the organiser would download at the end
    stories = [{ pressure = ["…"], area = ["southwark"], may_quote = "yes" }]
    flags = ["danger"]             # tiers, in order
    drafts = 0                     # texts that still wait for a yes
    consents = ["take_part granted"]
"""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot.demo.rehearsal import Heard, Rehearsal
from bot.engine.model import Channel, Kind
from bot.language.sms_parts import count
from bot.language.texts import BUDGET, BUDGETS
from bot.store import hubs, turns
from bot.store.tables import answers, consents, flags, stories
from kit.moments import NOON
from kit.sandbox import Sandbox

TURN = {"in", "tap", "media", "edit", "back", "wait", "start", "carrier", "out", "language", "says"}


def play(path: Path) -> None:
    """Fails at the first turn that is answered otherwise than written."""
    transcript = tomllib.loads(path.read_text(encoding="utf-8"))
    assert set(transcript) <= {"title", "channel", "at", "hint", "hubs", "turn", "end"}, "unknown settings"
    rehearsal = _opened(transcript)
    try:
        for number, turn in enumerate(transcript["turn"], 1):
            assert set(turn) <= TURN, f"turn {number}: unknown settings"
            heard = _play(rehearsal, turn)
            where = f"turn {number}, {turn}"
            assert [one.key for one in heard] == turn["out"], where
            for one in heard:
                _within_budget(one, rehearsal.channel, where)
                assert turn.get("says", "") in one.text, where
            if "language" in turn:
                assert heard, where
                _in_language(rehearsal, heard[0], turn["language"], where)
        _check_end(rehearsal, transcript.get("end", {}))
    finally:
        rehearsal.close()


def record(path: Path) -> None:
    """Rewrite what each turn is answered; everything else in the file stays as it is."""
    text = path.read_text(encoding="utf-8")
    transcript = tomllib.loads(text)
    rehearsal = _opened(transcript)
    answers = iter([[one.key for one in _play(rehearsal, turn)] for turn in transcript["turn"]])
    rehearsal.close()
    text = re.sub(r"(?m)^out = \[.*\]$", lambda _old: f"out = {json.dumps(next(answers), ensure_ascii=False)}", text)
    path.write_text(text, encoding="utf-8")


def _opened(transcript: dict[str, Any]) -> Sandbox:
    sandbox = Sandbox(Channel(transcript.get("channel", "sms")), at=transcript.get("at", NOON))
    sandbox.hint = transcript.get("hint", "")
    _add_hubs(sandbox, transcript.get("hubs", []))
    return sandbox


def _play(rehearsal: Rehearsal, turn: dict[str, Any]) -> list[Heard]:
    if "wait" in turn:
        return rehearsal.wait(turn["wait"])
    if "tap" in turn:
        return rehearsal.tap(turn["tap"])
    if "edit" in turn:
        return rehearsal.edit(turn.get("back", 1), turn["edit"])
    if "media" in turn:
        return rehearsal.say(turn["media"], kind=Kind.MEDIA)
    return rehearsal.say(turn.get("in", ""), start=turn.get("start"), carrier=turn.get("carrier", ""))


def _within_budget(heard: Heard, channel: Channel, where: str) -> None:
    if channel is not Channel.SMS:
        return
    allowed = 0
    parts = count(heard.text)
    for key in heard.key.split(" + "):
        allowed += BUDGETS.get(key, BUDGET)[0 if parts.encoding == "GSM-7" else 1]
    assert parts.parts <= allowed, f"{where}: {parts} for {heard.text!r}"


def _in_language(rehearsal: Rehearsal, heard: Heard, language: str, where: str) -> None:
    wording = rehearsal.installation.wordings["thrive"]
    first = heard.key.split(" + ")[0]
    assert heard.text.startswith(wording.text(first, language)[:20]), f"{where}: {heard.text!r}"


def _add_hubs(rehearsal: Rehearsal, wanted: list[str]) -> None:
    with rehearsal.installation.write() as tx:
        for entry in wanted:
            code, _, language = entry.partition(" ")
            hubs.add(tx, hubs.Hub(code, "thrive", f"Hub {code}", language))


def _check_end(rehearsal: Rehearsal, end: dict[str, Any]) -> None:
    assert set(end) <= {"stories", "flags", "drafts", "consents"}
    with rehearsal.installation.database.read() as connection:
        if "stories" in end:
            told = connection.execute(
                select(stories).where(stories.c.told_at.is_not(None)).order_by(stories.c.id)
            ).all()
            assert len(told) == len(end["stories"])
            for row, wanted in zip(told, end["stories"], strict=True):
                have = _answers(rehearsal, connection, row.id)
                facts = {
                    "may_quote": row.may_quote,
                    "may_recontact": row.may_recontact,
                    "language": row.language,
                    "hub": row.hub,
                }
                for name, value in wanted.items():
                    assert (facts[name] if name in facts else have.get(name, [])) == value, name
        if "flags" in end:
            assert list(connection.execute(select(flags.c.tier).order_by(flags.c.id)).scalars()) == end["flags"]
        if "drafts" in end:
            waiting = select(func.count()).select_from(answers).where(answers.c.story.is_(None))
            assert connection.execute(waiting).scalar() == end["drafts"]
        if "consents" in end:
            rows = connection.execute(select(consents.c.purpose, consents.c.decision).order_by(consents.c.id))
            assert [f"{row.purpose} {row.decision}" for row in rows] == end["consents"]


def _answers(rehearsal: Rehearsal, connection: Any, story: int) -> dict[str, list[str]]:
    """Step -> its texts, or the codes of a list."""
    found: dict[str, list[str]] = {}
    for row in connection.execute(select(answers).where(answers.c.story == story).order_by(answers.c.id)):
        text, codes = turns.read_body(rehearsal.installation.keys, row.id, row.body)
        found.setdefault(row.step, []).extend(codes or [text])
    return found
