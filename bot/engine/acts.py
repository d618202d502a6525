"""Acts: what a text can be taken for. The gravest one names it; the order of the enum is that order."""

from enum import StrEnum

from bot.engine.consent import Verdict, judge
from bot.engine.model import Coded, Conversation, Decided, Flagged, Stage, Stopped, Turn
from bot.engine.reading import Reading
from bot.engine.safety import DANGER
from bot.engine.vocabulary import Command, Vocabulary


class Act(StrEnum):
    """One thing that a text can be. `worry` is for the second reader: the rules never name it."""

    DANGER = "danger"
    WORRY = "worry"
    ABUSE = "abuse"
    YOUNG = "young"
    STOP = "stop"
    DELETE = "delete"
    HELP = "help"
    QUESTION = "question"
    LANGUAGE = "language"
    YES = "yes"
    NO = "no"
    UNPLAIN = "unplain"
    GREETING = "greeting"
    THANKS = "thanks"
    ECHO = "echo"
    SKIP = "skip"
    BACK = "back"
    DONE = "done"
    CHOICE = "choice"
    STORY = "story"


_OF_COMMAND = {
    Command.STOP: Act.STOP,
    Command.DELETE: Act.DELETE,
    Command.HELP: Act.HELP,
    Command.MY_STORY: Act.QUESTION,
    Command.LANGUAGE: Act.LANGUAGE,
    Command.SKIP: Act.SKIP,
    Command.BACK: Act.BACK,
    Command.DONE: Act.DONE,
}
_OF_VERDICT = {
    Verdict.YES: Act.YES,
    Verdict.NO: Act.NO,
    Verdict.UNDER_AGE: Act.YOUNG,
    Verdict.UNPLAIN: Act.UNPLAIN,
    Verdict.QUESTION: Act.QUESTION,
    Verdict.NOTHING: Act.THANKS,
}


def act_of(before: Conversation, reading: Reading, turn: Turn, vocabulary: Vocabulary, minimum_age: int) -> Act:
    """What the rules took a text for, given the conversation `before` it and the `turn` that answered it."""
    for event in turn.events:
        match event:
            case Flagged():
                return Act.DANGER if event.tier == DANGER else Act.ABUSE
            case Decided(method="under_age"):
                return Act.YOUNG
            case Decided(decision="granted"):
                return Act.YES
            case Decided(decision="refused"):
                return Act.NO
            case Stopped():
                return Act.STOP
            case _:
                pass
    if reading.echo:
        return Act.ECHO
    if reading.may_stop:
        return Act.STOP
    if reading.command in _OF_COMMAND:
        return _OF_COMMAND[reading.command]
    if before.stage is Stage.CONSENT:
        verdict = judge(reading, before.language, vocabulary, minimum_age).verdict
        if verdict in _OF_VERDICT:
            return _OF_VERDICT[verdict]
    return _plain(reading, turn)


def _plain(reading: Reading, turn: Turn) -> Act:
    if reading.who:
        return Act.QUESTION
    if reading.language_named:
        return Act.LANGUAGE
    if any(isinstance(event, Coded) for event in turn.events) or reading.number is not None:
        return Act.CHOICE
    if reading.agrees or reading.unsure or (reading.yes and reading.no):
        return Act.UNPLAIN
    if reading.yes or reading.no:
        return Act.YES if reading.yes else Act.NO
    if reading.greeting:
        return Act.GREETING
    if reading.thanks or reading.wordless:
        return Act.THANKS
    return Act.STORY
