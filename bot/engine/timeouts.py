"""What time alone changes: a burst ends, a reminder is due, words that waited for a yes are wiped.

Pure stage of `conversation.step`. The worker sends "time has passed" when `Conversation.wake_at` has come; late or
repeated wake-ups are harmless, since each thing is due only once.
"""

from bot.engine.campaign import StepKind
from bot.engine.model import Stage
from bot.engine.turn import DRAFT_LIFE, NOTHING_AFTER, QUIET, Progress, nudge_at, yes_no


def pass_time(p: Progress) -> None:
    """Do what is due at `p.now`; one reply at most."""
    if p.conversation.care_until and p.now >= p.conversation.care_until:
        p.set(care_until=None)
    _burst_over(p)
    if not expire(p):
        _nudge(p)
    _nothing_yet(p)


def expire(p: Progress) -> bool:
    """Wipe what has waited a day for a yes, also when the machine slept over it; True when it did (law 3)."""
    since = p.conversation.draft_since
    if since is None or p.now - since < DRAFT_LIFE:
        return False
    p.wipe("expired")
    p.set(wiped=True)
    return True


def _burst_over(p: Progress) -> None:
    since = p.conversation.quiet_since
    if since is None or p.now - since < QUIET[p.inbound.channel]:
        return
    p.set(quiet_since=None)
    if p.conversation.care_until or p.campaign.closed(p.now):
        return
    if p.conversation.stage is Stage.FINISHED:
        p.finish()
    elif p.conversation.stage is Stage.STEPS and p.step.free:
        p.go_on()


def _nudge(p: Progress) -> None:
    since = p.conversation.draft_since
    if since is None:
        return
    due = p.conversation.stage is Stage.CONSENT and not p.conversation.nudged and not p.conversation.care_until
    if due and p.now >= nudge_at(since, p.campaign) and not p.campaign.closed(p.now):
        p.set(nudged=True)
        p.say("nudge", choices=yes_no("consent"))


def _nothing_yet(p: Progress) -> None:
    granted, conversation = p.conversation.granted_at, p.conversation
    waiting = conversation.stage is Stage.STEPS and not conversation.told and not conversation.nothing_yet
    if waiting and granted and p.now - granted >= NOTHING_AFTER:
        p.set(nothing_yet=True)
        if p.step.kind is StepKind.STORY and not conversation.care_until and not p.campaign.closed(p.now):
            p.say("nothing_yet")
