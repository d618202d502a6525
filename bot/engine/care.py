"""Helplines after danger or abuse, and no survey question to a resident who may not be safe (law 6).

*Care* is the twelve hours after explicit danger. The words are kept as sent; this module only decides where.
"""

from bot.engine.model import Stage
from bot.engine.opening import settle
from bot.engine.turn import CARE, OpenTurn
from bot.engine.vocabulary import Command


def give_helplines(turn: OpenTurn) -> None:
    """Answer explicit danger: helplines in the same turn, and twelve hours without a question (law 6)."""
    silent = turn.conversation.stage is Stage.SILENT
    settle(turn)
    again = turn.in_care()
    if not silent:
        keep(turn)
    turn.say("crisis_again" if again else "crisis", urgent=True)
    turn.conversation.care_until = turn.now + CARE
    turn.conversation.quiet_since = None


def stay_in_care(turn: OpenTurn) -> bool:
    """Answer a further text in care with helplines and no question; False once care is over, by time or by START."""
    until = turn.conversation.care_until
    if until is None:
        return False
    if turn.now >= until or turn.reading.command is Command.START or turn.inbound.opening:
        turn.conversation.care_until = None
        return False
    if not (turn.reading.small_talk or turn.reading.command or turn.reading.number is not None):
        keep(turn)
    turn.say("help" if turn.reading.command is Command.HELP else "crisis_again", urgent=True)
    return True


def give_abuse_line(turn: OpenTurn) -> None:
    """Answer a first mention of abuse with its own helpline; then the survey waits for the resident."""
    settle(turn)
    keep(turn)
    turn.conversation.abuse_told = True
    turn.conversation.quiet_since = None
    turn.say("abuse", urgent=True)


def keep(turn: OpenTurn) -> None:
    """Keep the words where they belong: in the open story, or held until a yes."""
    stage = turn.conversation.stage
    if stage is Stage.LANGUAGE and turn.conversation.interrupted:
        stage = turn.conversation.interrupted
    if stage in {Stage.STEPS, Stage.FINISHED} and not turn.campaign.closed(turn.now):
        turn.tell(turn.step.id if turn.step.free else turn.campaign.story_step.id, turn.inbound.text)
    elif turn.reading.tokens and not turn.campaign.closed(turn.now):
        turn.hold()
