"""The residents of a soak: what each texts, and the outcome that each must have.

Each script is played once in an undisturbed rehearsal, through the same `receive`. During the soak every resident with
this script must have the same outcome.
"""

import random
from dataclasses import dataclass
from functools import cache

from bot.demo.rehearsal import Rehearsal
from bot.store import tables, turns
from scripts.soaks.twilio import Text

_MARK = "000000"  # becomes the resident's own number, so that no two texts are equal
_SCRIPTS: tuple[tuple[str, ...], ...] = (
    (
        "hello",
        "YES",
        f"The rent went up again, letter {_MARK}",
        f"and both bedrooms are damp {_MARK}",
        "DONE",
        f"a landlord who answers {_MARK}",
        "DONE",
    ),
    (f"My landlord will not mend the boiler this winter {_MARK}", "YES", f"nobody answers {_MARK}", "DONE", "DONE"),
    ("hello", f"YES the buses stopped coming to our street {_MARK}", "DONE", "DONE"),
)
_SHORTEST = ("hello",)  # fills up to the exact number of messages


@dataclass(frozen=True, slots=True)
class Outcome:
    """Exactly what one resident must have: replies by key, words, stories, consents."""

    replies: tuple[str, ...]
    words: tuple[str, ...]
    stories: int
    consents: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Resident:
    """One resident: the texts in order, and the outcome."""

    phone: str
    texts: tuple[Text, ...]
    expected: Outcome


def invent(messages: int, seed: int) -> list[Resident]:
    """Residents who write `messages` texts in all."""
    lots = random.Random(seed)  # noqa: S311 (invented ids, the same in every run)
    found: list[Resident] = []
    while messages > 0:
        script = _SCRIPTS[len(found) % len(_SCRIPTS)]
        script = script if len(script) <= messages else _SHORTEST
        found.append(_resident(len(found) + 1, script, lots))
        messages -= len(script)
    return found


def text(phone: str, body: str, lots: random.Random) -> Text:
    """One text with an id of its own."""
    return Text(f"SM{lots.getrandbits(128):032x}", phone, body)


def _resident(number: int, script: tuple[str, ...], lots: random.Random) -> Resident:
    own, phone = f"{number:06}", f"+447911{number:06}"
    outcome = _played(script)
    words = tuple(one.replace(_MARK, own) for one in outcome.words)
    texts = tuple(text(phone, body.replace(_MARK, own), lots) for body in script)
    return Resident(phone, texts, Outcome(outcome.replies, words, outcome.stories, outcome.consents))


@cache
def _played(script: tuple[str, ...]) -> Outcome:
    """The outcome of the script in a rehearsal."""
    rehearsal = Rehearsal()
    replies = tuple(heard.key for body in script for heard in rehearsal.say(body))
    keys = rehearsal.installation.keys
    with rehearsal.installation.read() as tx:
        told = tx.connection.execute(tables.answers.select().order_by(tables.answers.c.id)).all()
        consents = tx.connection.execute(tables.consents.select().order_by(tables.consents.c.id)).all()
        stories = len(tx.connection.execute(tables.stories.select()).all())
    rehearsal.close()
    words = tuple(turns.read_body(keys, row.id, row.body)[0] for row in told)
    return Outcome(replies, words, stories, tuple((row.purpose, row.decision) for row in consents))
