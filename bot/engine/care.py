"""Danger and abuse: helplines first, and no survey question to somebody who may not be safe (law 6).

Pure part of `conversation.step`. The words stay the resident's own; only their place is decided here.
"""

from bot.engine.model import Stage
from bot.engine.opening import settle
from bot.engine.turn import CARE, Progress
from bot.engine.vocabulary import Command


def give_helplines(p: Progress) -> None:
    """Explicit danger: helplines in the same turn, and twelve hours without a question (law 6)."""
    silent = p.conversation.stage is Stage.SILENT
    settle(p)
    again = p.in_care()
    if not silent:
        keep(p)
    p.say("crisis_again" if again else "crisis", urgent=True)
    p.set(care_until=p.now + CARE, quiet_since=None)


def stay_in_care(p: Progress) -> bool:
    """Within twelve hours of danger every further text gets helplines and no question, until START."""
    until = p.conversation.care_until
    if until is None:
        return False
    if p.now >= until:
        p.set(care_until=None)
        return False
    if p.reading.command is Command.START or p.inbound.opening:
        p.set(care_until=None)
        return False
    if not (p.reading.small_talk or p.reading.command or p.reading.number is not None):
        keep(p)
    p.say("help" if p.reading.command is Command.HELP else "crisis_again", urgent=True)
    return True


def tell_of_abuse_line(p: Progress) -> None:
    """Its own line, once; then the survey waits for the resident."""
    settle(p)
    keep(p)
    p.set(abuse_told=True, quiet_since=None)
    p.say("abuse", urgent=True)


def keep(p: Progress) -> None:
    """The words stay the resident's own, wherever they belong: in the story, or waiting for a yes."""
    stage = p.conversation.stage
    if stage is Stage.LANGUAGE and p.conversation.left:
        stage = Stage(p.conversation.left)
    if stage in {Stage.STEPS, Stage.FINISHED} and not p.campaign.closed(p.now):
        p.tell(p.step.id if p.step.free else p.campaign.story_step.id, p.inbound.text)
    elif p.reading.tokens and not p.campaign.closed(p.now):
        p.hold()
