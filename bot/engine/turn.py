"""One open turn: the conversation as it changes, what is said, what happened.

It lives inside one call of `conversation.step`. It holds one reply at most, helplines apart (law 1).
"""

from datetime import datetime, timedelta

from bot.engine.campaign import RATHER_NOT, Campaign, Step, StepKind
from bot.engine.model import (
    Channel,
    Choice,
    Conversation,
    Decided,
    Event,
    Held,
    Inbound,
    Reply,
    Say,
    Stage,
    Told,
    Turn,
    Wiped,
)
from bot.engine.reading import Reading, letters

#: A burst of messages ends after this much quiet. The parts of a long SMS can arrive minutes apart.
QUIET = {Channel.SMS: timedelta(minutes=3), Channel.TELEGRAM: timedelta(seconds=60)}
#: How long a text waits for a yes (law 3).
DRAFT_LIFE = timedelta(hours=24)
#: One reminder of FIRST comes this long after the first waiting text.
NUDGE_AFTER = timedelta(hours=4)
#: One reminder comes this long after a yes without a story.
NOTHING_AFTER = timedelta(minutes=30)
#: No question is asked for this long after explicit danger (law 6).
CARE = timedelta(hours=12)
_MOST_KEPT = 12  # digests, and answered messages, that a conversation remembers


class OpenTurn:
    """The working state of one turn. Stages change `conversation`, a copy that belongs to this turn."""

    def __init__(self, conversation: Conversation, inbound: Inbound, campaign: Campaign, reading: Reading) -> None:
        self.conversation = conversation
        self.inbound = inbound
        self.campaign = campaign
        self.reading = reading
        self.concern_language = ""  # the language of the safety phrase in the text
        self._replies: list[Reply] = []
        self._events: list[Event] = []

    # What is known

    @property
    def now(self) -> datetime:
        """When the inbound arrived."""
        return self.inbound.at

    @property
    def language(self) -> str:
        """The language to answer in."""
        return self.conversation.language or self.campaign.default_language

    @property
    def step(self) -> Step:
        """The open step; before the first one, the story's."""
        return self.campaign.step(self.conversation.step) or self.campaign.story_step

    @property
    def unanswered(self) -> bool:
        """Whether this turn has no reply yet."""
        return not self._replies

    def in_burst(self) -> bool:
        """Whether our last reply or the resident's last message is so recent that this one joins its burst."""
        said, heard = self.conversation.last_out, self.conversation.last_in
        quiet = QUIET[self.inbound.channel]
        return said is not None and (self.now - said < quiet or (heard is not None and self.now - heard < quiet))

    def away_for(self, period: timedelta) -> bool:
        """Whether the resident had been silent for longer than `period` before this message."""
        last = self.conversation.last_in
        return last is not None and self.now - last > period

    def in_care(self) -> bool:
        """Whether a text spoke of explicit danger within the last twelve hours."""
        until = self.conversation.care_until
        return until is not None and self.now < until

    # What changes

    def happened(self, event: Event) -> None:
        """Record an event."""
        self._events.append(event)

    def say(
        self, *keys: str, choices: tuple[Choice, ...] = (), menu: tuple[str, ...] = (), urgent: bool = False
    ) -> None:
        """Answer with one message. A second answer in the same turn is dropped, unless it is `urgent`: a helpline."""
        if self._replies and not urgent:
            return
        says = tuple(Say(key, self.language) for key in keys)
        self._replies.append(Reply(says=says, choices=choices, menu=menu, urgent=urgent))
        if not urgent or len(self._replies) == 1:
            self.conversation.last_out = self.now

    def decide(self, purpose: str, decision: str, wording: str) -> None:
        """Enter a decision into the consent ledger, with the exact reply as evidence."""
        method = "button" if self.inbound.button else "text"
        evidence = self.inbound.text or self.inbound.button
        language = self.conversation.wording if wording == "first" else self.language
        self.happened(Decided(purpose, decision, wording, language or self.language, evidence, method))

    def hold(self) -> None:
        """Keep the text until a yes (law 3)."""
        if self._seen_before():
            return
        self.conversation.drafts += 1
        self.conversation.draft_letters += letters(self.inbound.text)
        self.conversation.draft_since = self.conversation.draft_since or self.now
        self.happened(Held(self.inbound.text, self.inbound.message))

    def wipe(self) -> None:
        """Wipe all held texts."""
        if self.conversation.drafts:
            self.happened(Wiped())
        self.conversation.drafts = 0
        self.conversation.draft_letters = 0
        self.conversation.draft_since = None
        self.conversation.nudged = False

    def tell(self, step: str, text: str) -> None:
        """Add a text to the open story; the same text twice is kept once."""
        if not text.strip() or self._seen_before():
            return
        self.happened(Told(step, text, self.inbound.message))
        self.conversation.told += 1

    def answered(self, step: str) -> None:
        """Remember which message answered `step`, so that an edit of it changes that answer."""
        if self.inbound.message:
            entry = f"{self.inbound.message} {step}"
            self.conversation.answered = (*self.conversation.answered, entry)[-_MOST_KEPT:]

    def _seen_before(self) -> bool:
        """Whether this text was kept before; from now on it was."""
        digest = self.inbound.digest
        if digest and digest in self.conversation.digests:
            return True
        if digest:
            self.conversation.digests = (*self.conversation.digests, digest)[-_MOST_KEPT:]
        return False

    # What is asked

    def ask_consent(self, *before: str) -> None:
        """Say FIRST; everything waits for the answer."""
        self.conversation.stage = Stage.CONSENT
        self.conversation.wording = self.language
        self.conversation.asked_again = ()
        self.conversation.quiet_since = None
        self.say(*before, "first", choices=yes_no("consent"))

    def ask(self, step: Step) -> None:
        """Put the question of `step`."""
        self.conversation.stage = Stage.STEPS
        self.conversation.step = step.id
        self.conversation.asked_again = tuple(one for one in self.conversation.asked_again if one != step.id)
        self.conversation.quiet_since = None
        self.conversation.picked = ()
        self.say(f"step {step.id}", choices=choices_of(step))

    def ask_again(self, *before: str) -> None:
        """Repeat the open question, after `before`."""
        stage = self.conversation.stage
        if stage is Stage.CONSENT:
            if before and self.conversation.wording == self.language:
                self.say(*before, "nudge", choices=yes_no("consent"))
            else:
                self.ask_consent(*before)
        elif stage is Stage.STEPS:
            self.say(*before, f"step {self.step.id}", choices=choices_of(self.step))
        elif before:
            self.say(*before)

    def go_on(self) -> None:
        """Ask the next step; after the last one, give thanks."""
        following = self.campaign.after(self.step.id)
        if following is None:
            self.finish()
        else:
            self.ask(following)

    def finish(self) -> None:
        """Give thanks and say when leaders hear the story; to those who agreed to it, also when we text."""
        self.conversation.stage = Stage.FINISHED
        self.conversation.step = self.step.id
        self.conversation.story_open = False
        self.conversation.quiet_since = None
        self.conversation.picked = ()
        self.say("thanks_contact" if self.conversation.may_recontact else "thanks")

    def fall_silent(self, why: str) -> None:
        """Say no more until START."""
        self.conversation.stage = Stage.SILENT
        self.conversation.silence = why
        self.conversation.quiet_since = None
        self.conversation.care_until = None
        self.conversation.delete_asked = None

    def close(self) -> Turn:
        """The finished turn."""
        self.conversation.wake_at = wake_at(self.conversation, self.inbound.channel, self.campaign)
        return Turn(conversation=self.conversation, replies=tuple(self._replies), events=tuple(self._events))


def yes_no(step: str) -> tuple[Choice, ...]:
    """The buttons YES and NO."""
    return (Choice(f"{step}:yes", "word yes"), Choice(f"{step}:no", "word no"))


def choices_of(step: Step) -> tuple[Choice, ...]:
    """The buttons below the question of `step`."""
    match step.kind:
        case StepKind.STORY:
            return ()
        case StepKind.TEXT:
            return (Choice(f"{step.id}:.skip", "word skip"),)
        case StepKind.PERMISSION:
            return (*yes_no(step.id), Choice(f"{step.id}:.skip", "word skip"))
    listed = tuple(Choice(f"{step.id}:{one}", f"choice {step.id} {one}") for one, _label in step.choices)
    if step.rather_not:
        listed += (Choice(f"{step.id}:{RATHER_NOT}", "rather_not"),)
    if step.kind is StepKind.SEVERAL:
        listed += (Choice(f"{step.id}:.done", "word done"),)
    return listed


def nudge_at(since: datetime, campaign: Campaign) -> datetime:
    """When to remind of FIRST: in daytime, and before the held texts are wiped."""
    wanted = since + NUDGE_AFTER
    return wanted if campaign.daytime(wanted) else campaign.morning_after(wanted)


def wake_at(conversation: Conversation, channel: Channel, campaign: Campaign) -> datetime | None:
    """The first moment at which time alone changes something."""
    due: list[datetime] = []
    if conversation.draft_since and conversation.drafts:
        due.append(conversation.draft_since + DRAFT_LIFE)
        nudge = nudge_at(conversation.draft_since, campaign)
        waiting = conversation.stage is Stage.CONSENT and not conversation.nudged and not conversation.care_until
        if waiting and not campaign.closed(nudge):
            due.append(nudge)
    if conversation.quiet_since:
        due.append(conversation.quiet_since + QUIET[channel])
    waiting = conversation.stage is Stage.STEPS and not conversation.told and not conversation.nothing_yet
    if waiting and conversation.granted_at:
        due.append(conversation.granted_at + NOTHING_AFTER)
    return min(due, default=None)
