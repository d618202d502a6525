"""The values of a turn: what arrived, where the conversation stands, what to say, what happened.

All are frozen but `Conversation`, which a turn changes in a copy of its own.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.engine.folding import words


class Channel(StrEnum):
    """How a resident reaches us. The values are stored and exported: do not change them."""

    SMS = "sms"
    TELEGRAM = "telegram"


class Kind(StrEnum):
    """What arrived. BLOCKED: the resident has blocked the bot."""

    TEXT = "text"
    BUTTON = "button"
    MEDIA = "media"
    EDIT = "edit"
    TIME = "time"
    BLOCKED = "blocked"


class Stage(StrEnum):
    """How far a conversation is. The values are stored: do not change them."""

    NEW = "new"
    LANGUAGE = "language"
    CONSENT = "consent"
    STEPS = "steps"
    FINISHED = "finished"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One message that arrived, or "time has passed".

    `at` is aware. `words` are the folded words of `text`; without them they are folded here. `message` is an opaque id
    by which the store finds the text when it is edited, `digest` an opaque fingerprint of the text. `guess` is the
    language of the words when that is certain enough, `hint` what the app says. `hub` and `hub_language` come from a
    link or keyword, which also makes the message an `opening`. `carrier_stop` says that the carrier has already
    confirmed the stop, `carrier_help` that it has answered HELP.
    """

    kind: Kind
    at: datetime
    channel: Channel = Channel.SMS
    text: str = ""
    words: tuple[str, ...] = ()
    button: str = ""
    message: str = ""
    digest: str = ""
    guess: str = ""
    hint: str = ""
    hub: str = ""
    hub_language: str = ""
    opening: bool = False
    carrier_stop: bool = False
    carrier_start: bool = False
    carrier_help: bool = False

    def __post_init__(self) -> None:
        if self.text and not self.words:
            object.__setattr__(self, "words", words(self.text))


@dataclass(slots=True, kw_only=True)
class Conversation:
    """Where one resident stands in one campaign. It never holds a resident's words.

    `conversation.step` leaves its caller's value unchanged: it works on a copy.
    """

    campaign: str
    stage: Stage = Stage.NEW
    silence: str = ""  # why SILENT: stop, no, deleted, under_age
    step: str = ""  # the open step, in STEPS; the last one, in FINISHED
    language: str = ""
    settled: bool = False  # the resident chose the language, or wrote enough words in it
    menu: tuple[str, ...] = ()  # the languages last listed, in their order
    interrupted: Stage | None = None  # the stage that the list of languages interrupted
    hub: str = ""
    wording: str = ""  # the language in which FIRST was last said
    story_open: bool = False  # consented, and not yet thanked
    told: int = 0  # texts in the open story
    drafts: int = 0  # texts that wait for a yes
    draft_letters: int = 0  # their length together
    draft_since: datetime | None = None
    wiped: bool = False  # the drafts expired while FIRST was open
    nudged: bool = False
    asked_again: tuple[str, ...] = ()  # steps whose question was repeated because the answer was unclear
    granted_at: datetime | None = None
    nothing_yet: bool = False  # reminded after a yes without a story
    quiet_since: datetime | None = None  # the last text of a burst that may go on
    delete_asked: datetime | None = None
    which_at: datetime | None = None  # when WHICH was asked last
    care_until: datetime | None = None  # twelve hours after explicit danger
    abuse_told: bool = False
    picked: tuple[str, ...] = ()  # what was tapped so far in a list that takes several
    may_recontact: bool = False
    decided: tuple[str, ...] = ()  # the permissions that have an answer in the open story
    digests: tuple[str, ...] = ()  # of the texts kept last
    answered: tuple[str, ...] = ()  # "<message> <step>": which message answered a permission, a list or FIRST
    media_at: datetime | None = None  # when a picture was last declined
    last_in: datetime | None = None
    last_out: datetime | None = None
    wake_at: datetime | None = None  # when the worker should say that time has passed

    def to_json(self) -> dict[str, Any]:
        """The fields that differ from a new conversation, as JSON values; `from_json` reads them back."""
        out: dict[str, Any] = {"campaign": self.campaign}
        for name, default in _DEFAULTS.items():
            value = getattr(self, name)
            if value != default:
                out[_STORED_AS.get(name, name)] = value.isoformat() if isinstance(value, datetime) else value
        return out

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> "Conversation":
        """Read what `to_json` of this or an earlier version wrote. Raises TypeError for an unknown field."""
        values: dict[str, Any] = {}
        for stored, value in raw.items():
            name = _FIELD_OF.get(stored, stored)
            values[name] = _READ[name](value) if name in _READ else value
        return cls(**values)


_FIELDS = dataclasses.fields(Conversation)
_DEFAULTS = {one.name: one.default for one in _FIELDS if one.default is not dataclasses.MISSING}
#: How each type comes back from JSON; the others are JSON values already.
_READ_TYPE: dict[object, Callable[[Any], Any]] = {
    Stage: Stage,
    Stage | None: Stage,
    datetime | None: datetime.fromisoformat,
    tuple[str, ...]: tuple,
}
_READ = {one.name: _READ_TYPE[one.type] for one in _FIELDS if one.type in _READ_TYPE}
#: Fields that are stored under an earlier name, which the version before this one can read as well.
_STORED_AS = {"interrupted": "left"}
_FIELD_OF = {stored: name for name, stored in _STORED_AS.items()}


@dataclass(frozen=True, slots=True)
class Say:
    """One text, by its key: `first`, `thanks`, or `step <id>`. A reply may say two, the second on a new line."""

    key: str
    language: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One button: `data` comes back when it is tapped; `key` names its label, in the reply's language."""

    data: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One message to the resident. `urgent` marks a helpline: no cap, no quiet hours, and STOP does not drop it."""

    says: tuple[Say, ...]
    choices: tuple[Choice, ...] = ()
    menu: tuple[str, ...] = ()  # languages to list, by their own names
    urgent: bool = False

    @property
    def key(self) -> str:
        """The keys of what is said, as transcripts write them: `who + nudge`."""
        return " + ".join(say.key for say in self.says)


@dataclass(frozen=True, slots=True)
class Held:
    """A text that came before consent: it waits, encrypted, and is never exported."""

    text: str
    message: str


@dataclass(frozen=True, slots=True)
class Released:
    """The held texts become part of the open story, under `step`."""

    step: str


@dataclass(frozen=True, slots=True)
class Wiped:
    """The held texts are gone: after a no, a stop, a day without a yes, or an age under the limit."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A new story begins, in this language, brought by this hub."""

    language: str
    hub: str


@dataclass(frozen=True, slots=True)
class Told:
    """A text of the open story, under the step that asked for it."""

    step: str
    text: str
    message: str


@dataclass(frozen=True, slots=True)
class Coded:
    """The answer to a list: the ids chosen, and the resident's own words. Replaces an earlier answer to the step."""

    step: str
    codes: tuple[str, ...]
    text: str
    message: str


@dataclass(frozen=True, slots=True)
class Edited:
    """The resident changed a message after sending it."""

    message: str
    text: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A consent decision: `take_part`, `may_quote`, `may_recontact`; granted, refused or withdrawn.

    `wording` is the key of the text that asked, `language` the one it was asked in, `evidence` the exact reply.
    """

    purpose: str
    decision: str
    wording: str
    language: str
    evidence: str
    method: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """No more messages: the queue is dropped, helplines apart."""


@dataclass(frozen=True, slots=True)
class Reopened:
    """The resident opened the conversation again."""


@dataclass(frozen=True, slots=True)
class Erased:
    """All that is stored of this resident must go, at once."""


@dataclass(frozen=True, slots=True)
class Flagged:
    """A safeguarding flag, with the words that raised it as its evidence."""

    tier: str
    rule: str
    text: str


Event = Held | Released | Wiped | Begun | Told | Coded | Edited | Decided | Stopped | Reopened | Erased | Flagged


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The result of one inbound: the new state, the replies, and what happened."""

    conversation: Conversation
    replies: tuple[Reply, ...] = ()
    events: tuple[Event, ...] = ()
