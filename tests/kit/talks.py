"""Invents talks between a resident and the engine, and plays them: used by `test_laws.py` only.

A talk is a beginning, which leads into one of the states that a conversation can be in, and then moves drawn at random:
words from every list of every language, stories, numbers, junk, taps, edits, pictures, hubs, and time that passes.
"""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from bot.campaigns import load_campaigns
from bot.engine.campaign import RATHER_NOT, Campaign
from bot.engine.conversation import step
from bot.engine.model import (
    Channel,
    Conversation,
    Decided,
    Erased,
    Held,
    Inbound,
    Kind,
    Released,
    Stage,
    Stopped,
    Turn,
    Wiped,
)
from bot.language.wording import Wording

WORDINGS, CATALOGUES = load_campaigns(drafts=True)
WORDINGS = {**WORDINGS, **load_campaigns(Path(__file__).parents[1] / "campaigns", drafts=True)[0]}
CAMPAIGNS = {slug: wording.campaign for slug, wording in WORDINGS.items()}
THRIVE = CAMPAIGNS["thrive"]
LANGUAGES = THRIVE.languages
#: The languages in which the tables of the laws hold their conversations; their words are from all of LANGUAGES.
SPOKEN = ("en", "es", "pl", "so", "ar", "ta")
#: Stands in every text that is somebody's own words: it must never be found in the state.
CANARY = "zebrafish"
MIDDAY = datetime(2026, 11, 21, 12, tzinfo=UTC)
#: From when talks begin: at midday, late in the evening, the day the campaign closes, after it has closed.
BEGINNINGS_AT = (
    MIDDAY,
    datetime(2026, 12, 1, 22, 30, tzinfo=UTC),
    datetime(2027, 10, 31, 16, tzinfo=UTC),
    datetime(2028, 1, 5, 9, tzinfo=UTC),
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that happens after some time. `tag` says what it means: the list its words are from, or `story` …"""

    after: timedelta
    inbound: Inbound
    tag: str = ""
    language: str = ""  # of the list
    back: int = 0  # which earlier message an edit changes


@dataclass(frozen=True, slots=True, repr=False)
class Talk:
    """One invented conversation. Without `waking`, the machine sleeps: nobody says that time has passed."""

    campaign: Campaign
    channel: Channel
    at: datetime
    moves: tuple[Move, ...]
    waking: bool = True

    def __repr__(self) -> str:
        """What to read when a law is broken."""
        lines = [f"+{move.after} {_shown(move.inbound)}" for move in self.moves]
        return "\n    ".join([f"{self.campaign.slug}, {self.channel}, {self.at}, waking={self.waking}", *lines])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """The same, for Hypothesis."""
        printer.text(repr(self))


@dataclass(slots=True)
class Past:
    """What an onlooker remembers of the turns before, told by events alone."""

    consent: bool = False
    held: int = 0
    danger_at: datetime | None = None  # the last danger, since START
    turns: int = 0


@dataclass(frozen=True, slots=True)
class Scene:
    """One turn: what was, what came, what the engine made of it."""

    campaign: Campaign
    before: Conversation
    move: Move
    inbound: Inbound
    turn: Turn
    past: Past = field(default_factory=Past)

    @property
    def wording(self) -> Wording:
        """The texts of the campaign."""
        return WORDINGS[self.campaign.slug]

    @property
    def said(self) -> list[str]:
        """The keys of all that is said."""
        return [say.key for reply in self.turn.replies for say in reply.says]

    @property
    def stops(self) -> bool:
        """Whether the message is a stop word of a language that the campaign offers, alone."""
        return self.move.tag == "stop" and self.move.language in self.campaign.languages

    @property
    def opens(self) -> bool:
        """Whether the resident opens the conversation again: START, or a hub's link or keyword."""
        start = self.move.tag == "start" and self.inbound.kind in {Kind.TEXT, Kind.MEDIA}
        return start or self.inbound.opening or self.inbound.carrier_start


class Count:
    """How many turns were played: each is stepped twice."""

    turns = 0


def play(talk: Talk) -> Iterator[Scene]:
    """Every turn of the talk, with those that time brings; the state is saved and read back between any two."""
    conversation, past, now = Conversation(campaign=talk.campaign.slug), Past(), talk.at
    messages: list[str] = []
    for number, move in enumerate(talk.moves):
        then, now = now, now + move.after
        while talk.waking and conversation.wake_at is not None and conversation.wake_at <= now:
            at = max(conversation.wake_at, then)
            wake = Move(timedelta(), Inbound(kind=Kind.TIME, at=at, channel=talk.channel), "time")
            scene = _scene(talk.campaign, conversation, wake, wake.inbound, past)
            yield scene
            conversation = scene.turn.conversation
        message = sha256(str(number).encode()).hexdigest()
        messages.append(message)
        if move.back:
            message = messages[-1 - min(move.back, number)]
        digest = sha256(move.inbound.text.encode("utf-8", "replace")).hexdigest()[:16] if move.inbound.text else ""
        inbound = replace(move.inbound, at=now, channel=talk.channel, message=message, digest=digest)
        scene = _scene(talk.campaign, conversation, move, inbound, past)
        yield scene
        conversation = scene.turn.conversation


def _scene(campaign: Campaign, before: Conversation, move: Move, inbound: Inbound, past: Past) -> Scene:
    """One turn, stepped twice, saved and read back."""
    was_before = replace(before)
    turn = step(before, inbound, campaign)
    assert before == was_before, "a turn makes a new state and leaves the old one alone"
    assert turn == step(before, inbound, campaign), "the same in must give the same out"
    again = Conversation.from_json(json.loads(json.dumps(turn.conversation.to_json())))
    assert again == turn.conversation, "the state must survive a save and a reload"
    Count.turns += 1
    was = replace(past)
    scene = Scene(campaign, before, move, inbound, replace(turn, conversation=again), was)
    _remember(past, scene)
    return scene


def _remember(past: Past, scene: Scene) -> None:
    past.turns += 1
    for event in scene.turn.events:
        match event:
            case Decided(purpose="take_part"):
                past.consent = event.decision == "granted"
            case Held():
                past.held += 1
            case Released() | Wiped():
                past.held = 0
            case Erased():
                past.consent, past.held = False, 0
    fell_silent = scene.before.stage is not Stage.SILENT and scene.turn.conversation.stage is Stage.SILENT
    if scene.opens or fell_silent or any(isinstance(event, Stopped | Erased) for event in scene.turn.events):
        past.danger_at = None
    if scene.move.tag == "danger":
        past.danger_at = scene.inbound.at


def state_after(talk: Talk) -> tuple[Conversation, datetime]:
    """Where the talk ends, and when."""
    conversation, at = Conversation(campaign=talk.campaign.slug), talk.at
    for scene in play(talk):
        conversation, at = scene.turn.conversation, scene.inbound.at
    return conversation, at


def _shown(inbound: Inbound) -> str:
    extra = [
        f"{name}={value!r}" for name in ("button", "guess", "hub", "hub_language") if (value := getattr(inbound, name))
    ]
    text = inbound.text if len(inbound.text) < 80 else f"{inbound.text[:40]}… ({len(inbound.text)} letters)"
    return " ".join([inbound.kind, repr(text), *extra, "opening" if inbound.opening else ""])


# Words


def _text(text: str, guess: str = "", kind: Kind = Kind.TEXT) -> Inbound:
    return Inbound(kind=kind, at=_EPOCH, text=text, guess=guess)


def phrases(name: str, language: str) -> list[str]:
    """A list of words, as its catalogue writes it."""
    template = WORDINGS["thrive"].template(f"words {name}", language)
    return [entry.strip() for entry in template.split("|") if entry.strip(" -")]


def word(name: str, language: str) -> str:
    """The word that we advertise."""
    return WORDINGS["thrive"].text(f"word {name}", language)


DIGITS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "௦௧௨௩௪௫௬௭௮௯", "০১২৩৪৫৬৭৮৯", "０１２３４５６７８９")
THUMBS = ("👍", "👍🏿", "👌", "🙏", "✅", "✔️", "☑", "🆗", "👍👍👍", "👎")
STORIES = {
    "en": "The rent on our flat went up again and the {} damp is on every wall",
    "es": "La renta subió otra vez y hay {} humedad en todas las paredes de la casa",
    "pl": "Czynsz znowu wzrósł, a na każdej ścianie {} jest wilgoć i pleśń",
    "so": "Kirada gurigu mar kale ayay korodhay, {} derbi kastana qoyaan baa ku jira",
    "ar": "ارتفع ايجار البيت مرة اخرى والرطوبة {} على كل جدار",
    "ta": "வீட்டு வாடகை மீண்டும் உயர்ந்தது, ஒவ்வொரு சுவரிலும் {} ஈரம் உள்ளது",
}
OTHER_TEXTS = (
    "?", "...", "!!!", "😀", "❤️❤️", "\n\n", " ", "\u200b", "\ufffd\ufffd", "a\ufffdb", "½", "²", "①", "9" * 20,
    "2 7", "2 and 7", "٢ و٧", "0", "lewisham or southwark", "yes stop", "stop yes", "no yes", "yes no", "ok",
    "ok thanks", "I am 14", "14", "yes 14", "i'm 34 yes", "yes I am over 16", "who is this?", "hello hello",
    "I want to stop the damp", "please do not stop me telling", "#", "&amp;", "{yes}", "%s %d", "=1+1", "' OR 1=1 --",
    "x" * 5000, "ha " * 2000, "الرطوبة " * 500, "🙂" * 300, "\u202eيمين", "I\u0307\u0301\u0302" * 50,
)  # fmt: skip
LISTS = ("yes", "no", "stop", "start", "help", "delete", "my_story", "language", "skip", "back", "done", "greeting",
         "thanks", "polite", "hedge", "refuse", "who", "unsure", "half")  # fmt: skip


def _keywords() -> list[Move]:
    now = timedelta()
    found = [
        Move(now, _text(phrase), name, language)
        for name in LISTS
        for language in LANGUAGES
        for phrase in phrases(name, language)
    ]
    for language in LANGUAGES:
        known = CATALOGUES.languages[language]
        found += [Move(now, _text(name), "name", language) for name in (known.name, known.english, *known.aliases)]
        for pattern in phrases("age", language):
            age = pattern.replace("#", "15").removesuffix(".")
            found.append(Move(now, _text(age), "age", language))
        found += [Move(now, _text(f"{yes}?"), "half-yes", language) for yes in phrases("yes", language)]
        first = phrases("yes", language)[0]
        found += [
            Move(now, _text(f"{first} {hedge} {CANARY}"), "half-yes", language) for hedge in phrases("hedge", language)
        ]
    return found


def _stories() -> list[Move]:
    return [
        Move(timedelta(), _text(text.format(f"{CANARY} {number}"), guess), "story", language)
        for language, text in STORIES.items()
        for guess in (language, "")
        for number in range(4)
    ]


def _alarms() -> list[Move]:
    found = []
    for language, tiers in CATALOGUES.safety.items():
        for tier, entries in tiers.items():
            for entry in entries:
                phrase = entry.removesuffix(" .").replace("*", "")
                found.append(Move(timedelta(), _text(phrase), tier, language))
                found.append(Move(timedelta(), _text(f"{CANARY} {phrase}"), tier, language))
                if not entry.endswith(" ."):
                    found.append(Move(timedelta(), _text(f"{CANARY}, {phrase}. {CANARY}"), tier, language))
    return found


def _taps() -> list[Move]:
    data = [
        "",
        ":",
        "x",
        "consent",
        "consent:maybe",
        "delete:",
        "languages:xx",
        "area:atlantis",
        "nowhere:yes",
        "\0:yes",
    ]
    data += [f"{question}:{answer}" for question in ("consent", "delete") for answer in ("yes", "no")]
    data += [f"languages:{code}" for code in LANGUAGES]
    for campaign in CAMPAIGNS.values():
        for one in campaign.steps:
            answers = ("yes", "no", ".skip", ".done", RATHER_NOT, *(choice for choice, _label in one.choices))
            data += [f"{one.id}:{answer}" for answer in answers]
    return [
        Move(timedelta(), Inbound(kind=Kind.BUTTON, at=_EPOCH, button=one), f"tap {one}") for one in dict.fromkeys(data)
    ]


def _openings() -> list[Move]:
    made = [
        Inbound(kind=Kind.TEXT, at=_EPOCH, hub=hub, hub_language=language, opening=True)
        for language in ("", *LANGUAGES)
        for hub in ("", "LRMN")
    ]
    carried = [
        Inbound(kind=Kind.TEXT, at=_EPOCH, text="STOP", carrier_stop=True),
        Inbound(kind=Kind.TEXT, at=_EPOCH, text="START", carrier_start=True),
        Inbound(kind=Kind.TEXT, at=_EPOCH, text="HELP", carrier_help=True),
        Inbound(kind=Kind.BLOCKED, at=_EPOCH),
    ]
    return [Move(timedelta(), one, "opening") for one in made] + [
        Move(timedelta(), one, tag) for one, tag in zip(carried, ("carrier", "start", "help", "blocked"), strict=True)
    ]


def _numbers() -> list[Move]:
    return [Move(timedelta(), _text(one), "digit") for digits in DIGITS for one in digits]


KEYWORDS, TOLD, ALARMS, TAPS, OPENINGS, NUMBERS = (
    _keywords(), _stories(), _alarms(), _taps(), _openings(), _numbers()
)  # fmt: skip
LABELS = [
    Move(timedelta(), _text(label), "label")
    for campaign in CAMPAIGNS.values()
    for one in campaign.steps
    for language in LANGUAGES
    for choices in [campaign.vocabulary.lexicon(language).labels.get(one.id, {})]
    for label in [" ".join(words[0]) for words in choices.values() if words]
]
OTHERS = [Move(timedelta(), _text(one), "other") for one in OTHER_TEXTS] + [
    Move(timedelta(), _text(one), "thumb") for one in THUMBS
]
OTHERS.append(Move(timedelta(), _text("Stop stop STOP!"), "stop", "en"))
_TIME = Move(timedelta(), Inbound(kind=Kind.TIME, at=_EPOCH), "time")
#: How often each sort of thing happens, of a hundred.
_SORTS = (
    (22, KEYWORDS), (20, TOLD), (4, ALARMS), (12, TAPS), (4, OPENINGS), (7, NUMBERS), (4, LABELS), (9, OTHERS),
    (4, [_TIME]),
)  # fmt: skip
_DRAWN = {"edit": 6, "media": 4, "junk": 4}
_SORTED = [(weight, st.sampled_from(moves)) for weight, moves in _SORTS] + [(one, sort) for sort, one in _DRAWN.items()]
_TABLE = list(itertools.chain.from_iterable([sort] * weight for weight, sort in _SORTED))
_SECONDS = (10, 10, 10, 15, 25, 40, 59, 75, 120, 181, 240, 600)
_LONG = (1801, 3700, 4 * 3600, 6 * 3600, 11 * 3600, 13 * 3600, 86_399, 86_401, 2 * 86_400, 6 * 86_400, 9 * 86_400)
_WHEN_AND_WHAT = st.sampled_from(
    [(timedelta(seconds=after), sort) for after in (*_SECONDS * 3, *_LONG) for sort in _TABLE]
)
_WORDS = st.sampled_from([*KEYWORDS, *TOLD, *ALARMS])
_WORDS_OR_NONE = st.sampled_from([*[Move(timedelta(), _text(""))] * 3000, *KEYWORDS, *TOLD])
_BACK = st.integers(1, 6)
_GUESSES = st.sampled_from(("", *LANGUAGES))
_JUNK = st.text(st.characters(exclude_categories=()), max_size=40)


@st.composite
def _move(draw: st.DrawFn) -> Move:
    after, sort = draw(_WHEN_AND_WHAT)
    if sort == "junk":
        guess = draw(_GUESSES)
        return Move(after, _text(draw(_JUNK) + (CANARY if guess else ""), guess), "junk")
    if sort == "media":
        worded = draw(_WORDS_OR_NONE)
        return replace(worded, after=after, inbound=replace(worded.inbound, kind=Kind.MEDIA))
    if sort == "edit":
        worded = draw(_WORDS)
        edit = replace(worded.inbound, kind=Kind.EDIT)
        return replace(worded, after=after, inbound=edit, back=draw(_BACK))
    return replace(draw(sort), after=after)


# Beginnings


def _after(span: int, inbound: Inbound, tag: str = "", language: str = "") -> Move:
    return Move(timedelta(seconds=span), inbound, tag, language)


def _beginnings(language: str) -> dict[str, tuple[Move, ...]]:
    """State -> how a resident who writes this language gets there."""

    def says(name: str, seconds: int = 20) -> Move:
        return _after(seconds, _text(word(name, language)), name, language)

    told = STORIES.get(language, STORIES["en"])
    story = _after(20, _text(told.format(f"{CANARY} 99"), language), "story", language)
    later = _after(20, _text(told.format(f"{CANARY} 98"), language), "story", language)
    safety = CATALOGUES.safety.get(language, CATALOGUES.safety["en"])
    danger = _after(20, _text(safety["danger"][0].replace("*", "")), "danger", language)
    first = (_after(20, Inbound(kind=Kind.TEXT, at=_EPOCH, text="😀", hint=language)),)
    question = (*first, says("yes"))
    telling = (*question, story)
    saved = (*telling, _after(240, Inbound(kind=Kind.TIME, at=_EPOCH), "time"))
    quote = (*saved, says("skip"))
    contact = (*quote, says("yes"))
    area = (*contact, says("yes"))
    groups = (*area, _after(20, _text("2"), "digit"))
    thanked = (*groups, says("skip"))
    return {
        "nothing said": (),
        "languages listed": (_after(20, _text("😀")),),
        "asked for consent": first,
        "words held": (story,),
        "words held in a burst": (story, later),
        "asked the question": question,
        "telling": telling,
        "saved": saved,
        "asked for quoting": quote,
        "asked for contact": contact,
        "asked for the area": area,
        "asked for the groups": groups,
        "thanked": thanked,
        "thanked early": (*telling, says("done"), says("done")),
        "a list of languages within the story": (*telling, says("language")),
        "perhaps another person": (*thanked, _after(9 * 86_400, later.inbound, "story", language)),
        "refused": (*first, says("no")),
        "refused by the second person": (*thanked, says("start"), says("no")),
        "stopped": (*telling, says("stop")),
        "stopped before consent": (story, says("stop")),
        "asked whether to delete": (*telling, says("delete")),
        "deleted": (*telling, says("delete"), says("yes")),
        "in danger": (*telling, danger),
        "in danger before consent": (danger,),
        "in danger after a stop": (*telling, says("stop"), danger),
    }


BEGINNINGS = {language: _beginnings(language) for language in LANGUAGES}
STATES = tuple(BEGINNINGS["en"])


@st.composite
def talks(draw: st.DrawFn, most: int = 60, least: int = 30) -> Talk:
    """Any talk: a beginning in some language, then moves at random."""
    beginning = BEGINNINGS[draw(st.sampled_from(LANGUAGES))][draw(st.sampled_from(STATES))]
    moves = draw(st.lists(_move(), min_size=least, max_size=most))
    return Talk(
        CAMPAIGNS[draw(st.sampled_from(sorted(CAMPAIGNS)))],
        draw(st.sampled_from(tuple(Channel))),
        draw(st.sampled_from((MIDDAY, MIDDAY, MIDDAY, *BEGINNINGS_AT))),
        (*beginning, *moves),
    )


@cache
def in_state(state: str, language: str, at: datetime = MIDDAY) -> tuple[Conversation, datetime]:
    """A conversation of the default campaign in `state`, and the moment of its last turn."""
    return state_after(Talk(THRIVE, Channel.SMS, at, BEGINNINGS[language][state]))


def say(conversation: Conversation, text: str, at: datetime, **more: object) -> Turn:
    """What the default campaign answers to one text."""
    digest = sha256(text.encode("utf-8", "replace")).hexdigest()[:16] if text else ""
    values = {"kind": Kind.TEXT, "message": sha256(str(at).encode()).hexdigest(), "digest": digest} | more
    return step(conversation, Inbound(at=at, text=text, **values), THRIVE)  # type: ignore[arg-type]
