"""What time alone changes: a burst ends, a reminder is due, held texts are wiped.

The worker says that time has passed when `Conversation.wake_at` has come. Late or repeated wake-ups are harmless,
since each thing is due only once.
"""

from bot.engine.campaign import StepKind
from bot.engine.model import Stage
from bot.engine.turn import DRAFT_LIFE, NOTHING_AFTER, QUIET, OpenTurn, nudge_at, yes_no


def pass_time(turn: OpenTurn) -> None:
    """Do what is due now, with one reply at most."""
    if turn.conversation.care_until and turn.now >= turn.conversation.care_until:
        turn.conversation.care_until = None
    _burst_over(turn)
    if not expire(turn):
        _nudge(turn)
    _nothing_yet(turn)


def expire(turn: OpenTurn) -> bool:
    """Wipe texts that waited a day for a yes, also when the worker slept meanwhile; True when it did (law 3)."""
    since = turn.conversation.draft_since
    if since is None or turn.now - since < DRAFT_LIFE:
        return False
    turn.wipe()
    turn.conversation.wiped = True
    return True


def _burst_over(turn: OpenTurn) -> None:
    since = turn.conversation.quiet_since
    if since is None or turn.now - since < QUIET[turn.inbound.channel]:
        return
    turn.conversation.quiet_since = None
    if turn.conversation.care_until or turn.campaign.closed(turn.now):
        return
    if turn.conversation.stage is Stage.FINISHED:
        turn.finish()
    elif turn.conversation.stage is Stage.STEPS and turn.step.free:
        turn.go_on()


def _nudge(turn: OpenTurn) -> None:
    since = turn.conversation.draft_since
    if since is None:
        return
    due = turn.conversation.stage is Stage.CONSENT and not turn.conversation.nudged and not turn.conversation.care_until
    if due and turn.now >= nudge_at(since, turn.campaign) and not turn.campaign.closed(turn.now):
        turn.conversation.nudged = True
        turn.say("nudge", choices=yes_no("consent"))


def _nothing_yet(turn: OpenTurn) -> None:
    granted, conversation = turn.conversation.granted_at, turn.conversation
    waiting = conversation.stage is Stage.STEPS and not conversation.told and not conversation.nothing_yet
    if waiting and granted and turn.now - granted >= NOTHING_AFTER:
        turn.conversation.nothing_yet = True
        if turn.step.kind is StepKind.STORY and not conversation.care_until and not turn.campaign.closed(turn.now):
            turn.say("nothing_yet")
