"""Leaving: STOP, the silence that follows, and DELETE (laws 2 and 7)."""

from datetime import timedelta

from bot.engine.model import Conversation, Decided, Erased, Reopened, Stage, Stopped
from bot.engine.opening import open_up, opens, settle
from bot.engine.reading import asks
from bot.engine.turn import OpenTurn, yes_no
from bot.engine.vocabulary import Command

#: How long a YES to DELETE counts.
DELETE_OPEN = timedelta(hours=24)
#: WHICH is asked once in this time.
WHICH_OPEN = timedelta(hours=12)


def stop(turn: OpenTurn, *, confirm: bool) -> None:
    """Stop: drop the queue, confirm once, then silence (law 2)."""
    already = turn.conversation.silence == "stop"
    settle(turn)
    turn.wipe()
    turn.happened(Stopped())
    if confirm and not already:
        turn.say("stop")
    turn.fall_silent("stop")


def which(turn: OpenTurn) -> None:
    """Ask once whether words that only sound like a stop mean STOP, DELETE or neither; the second time they stop."""
    asked = turn.conversation.which_at
    if asked is not None and turn.now - asked < WHICH_OPEN:
        stop(turn, confirm=True)
        return
    turn.conversation.which_at = turn.now
    if turn.conversation.quiet_since:  # the words before it are a story, and their reply comes after the burst
        turn.conversation.quiet_since = turn.now
    turn.say("which")


def stay_silent(turn: OpenTurn) -> None:
    """After STOP, NO or DELETE only START or a hub's keyword opens again.

    HELP still brings helplines: they are what was asked for. DELETE erases without an answer.
    """
    if turn.reading.command is Command.DELETE:
        wipe_all(turn)
    elif turn.reading.command is Command.HELP and not turn.inbound.carrier_help:
        turn.say("help", urgent=True)
    elif turn.in_care() and not opens(turn):
        turn.say("crisis_again", urgent=True)
    elif opens(turn) and not turn.campaign.closed(turn.now):
        turn.happened(Reopened())
        turn.conversation.silence = ""
        turn.conversation.stage = Stage.NEW
        turn.conversation.hub = turn.inbound.hub or turn.conversation.hub
        turn.conversation.care_until = None
        turn.conversation.menu = ()
        open_up(turn)


def delete(turn: OpenTurn) -> bool:
    """Ask before DELETE, and erase on a YES (law 7); False when the message is about something else."""
    asked = turn.conversation.delete_asked
    turn.conversation.delete_asked = None
    if turn.reading.command is Command.DELETE:
        settle(turn)
        turn.conversation.delete_asked = turn.now
        turn.say("delete", choices=yes_no("delete"))
        return True
    if asked is None or turn.now - asked > DELETE_OPEN:
        return False
    if _plain_yes(turn):
        erase(turn)
        return True
    if turn.reading.no and not turn.in_care():
        turn.ask_again()
        return True
    return False


def erase(turn: OpenTurn) -> None:
    """Erase everything, confirm once, and say no more (law 7)."""
    wipe_all(turn)
    turn.say("deleted")


def wipe_all(turn: OpenTurn) -> None:
    """Erase all that is stored of this resident; the conversation keeps only its language."""
    if turn.conversation.granted_at:
        turn.happened(Decided("take_part", "withdrawn", "delete", turn.language, "", "delete"))
    turn.happened(Erased())
    silence = turn.conversation.silence or "deleted"
    turn.conversation = Conversation(
        campaign=turn.conversation.campaign, language=turn.conversation.language, settled=turn.conversation.settled
    )
    turn.fall_silent(silence)


def _plain_yes(turn: OpenTurn) -> bool:
    """Whether this is a yes to DELETE, in any offered language, since DELETE works in every one."""
    if turn.reading.no or asks(turn.inbound.text):
        return False
    return turn.reading.yes or any(
        turn.reading.tokens in tongue.yes for tongue in turn.campaign.vocabulary.tongues.values()
    )
