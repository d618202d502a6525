"""Leaving: STOP, the silence that follows, and DELETE (laws 2 and 7).

Pure part of `conversation.step`. What is said last here is the last that the resident hears until START.
"""

from datetime import timedelta

from bot.engine.model import Conversation, Decided, Erased, Reopened, Stage, Stopped
from bot.engine.opening import open_up, opens, settle
from bot.engine.reading import asks
from bot.engine.turn import Progress, yes_no
from bot.engine.vocabulary import Command

#: A YES to DELETE counts for so long.
DELETE_OPEN = timedelta(hours=24)


def stop(p: Progress, *, confirm: bool) -> None:
    """No more texts: what is queued is dropped, one confirmation, then silence (law 2)."""
    already = p.conversation.silence == "stop"
    settle(p)
    p.wipe("stop")
    p.happened(Stopped("stop"))
    if confirm and not already:
        p.say("stop")
    p.fall_silent("stop")


def stay_silent(p: Progress) -> None:
    """After STOP, NO or DELETE: only START or a hub's keyword opens again; DELETE still erases, without an answer."""
    if p.reading.command is Command.DELETE:
        wipe_all(p)
    elif p.in_care() and not opens(p):
        p.say("crisis_again", urgent=True)
    elif opens(p) and not p.campaign.closed(p.now):
        p.happened(Reopened())
        p.set(silence="", stage=Stage.NEW, hub=p.inbound.hub or p.conversation.hub, care_until=None, menu=())
        open_up(p)


def delete(p: Progress) -> bool:
    """DELETE, and the one YES that does it (law 7)."""
    asked = p.conversation.delete_asked
    p.set(delete_asked=None)
    if p.reading.command is Command.DELETE:
        settle(p)
        p.set(delete_asked=p.now)
        p.say("delete", choices=yes_no("delete"))
        return True
    if asked is None or p.now - asked > DELETE_OPEN:
        return False
    if _plain_yes(p):
        erase(p)
        return True
    if p.reading.no and not p.in_care():
        p.ask_again()
        return True
    return False


def erase(p: Progress) -> None:
    """Wipe everything, confirm once, and say no more (law 7)."""
    wipe_all(p)
    p.say("deleted")


def wipe_all(p: Progress) -> None:
    """Everything of this resident is to go; the conversation forgets all but its language."""
    if p.conversation.granted_at:
        p.happened(Decided("take_part", "withdrawn", "delete", p.language, "", "delete"))
    p.happened(Erased())
    silence = p.conversation.silence or "deleted"
    p.conversation = Conversation(
        campaign=p.conversation.campaign, language=p.conversation.language, settled=p.conversation.settled
    )
    p.fall_silent(silence)


def _plain_yes(p: Progress) -> bool:
    """A yes to DELETE: in any offered language, since DELETE too works in every one."""
    if p.reading.no or asks(p.inbound.text):
        return False
    return p.reading.yes or any(p.reading.tokens in tongue.yes for tongue in p.campaign.vocabulary.tongues.values())
