"""`step(conversation, inbound, campaign) -> Turn`: the whole conversation, pure.

It
reads no clock, draws no lots and touches no store: what happened comes back as events, what to say as keys.

The order of precedence is the order of the laws: danger and stop first, silence is kept, deletion, twelve hours of
care, then the campaign's dates, commands, a phone that may have changed hands, and last the stage that the
conversation is in.
"""

from datetime import timedelta

from bot.engine.buttons import tap
from bot.engine.campaign import Campaign
from bot.engine.care import give_helplines, stay_in_care, tell_of_abuse_line
from bot.engine.leaving import delete, stay_silent, stop
from bot.engine.model import Conversation, Edited, Flagged, Inbound, Kind, Stage, Turn
from bot.engine.opening import answer_first, choose_language, list_languages, open_up, opens, settle, switch
from bot.engine.reading import read
from bot.engine.safety import ABUSE, DANGER, Alarm
from bot.engine.steps import after_the_end, answer_step, change_answer
from bot.engine.timeouts import expire, pass_time
from bot.engine.turn import CARE, QUIET, Progress
from bot.engine.vocabulary import Command

#: After so long the phone may be in other hands (law 10).
OTHER_HANDS = timedelta(days=7)
#: A greeting after so long is a late hello, answered alike with and without a story (law 11).
LATE = timedelta(hours=1)


def step(conversation: Conversation, inbound: Inbound, campaign: Campaign) -> Turn:
    """Answer one inbound. Total: any text in any state gives a turn, and nothing raises (law 1)."""
    reading = read(inbound.text, conversation.language or inbound.guess, campaign.vocabulary)
    p = Progress(conversation, inbound, campaign, reading)
    if inbound.kind is not Kind.TIME:
        expire(p)
    match inbound.kind:
        case Kind.TIME:
            pass_time(p)
        case Kind.BLOCKED:
            stop(p, confirm=False)
        case Kind.EDIT:
            _edit(p)
        case Kind.BUTTON:
            if conversation.stage is not Stage.SILENT:
                tap(p)
        case Kind.TEXT | Kind.MEDIA:
            _hear(p)
    if inbound.kind is not Kind.TIME:
        p.set(last_in=inbound.at)
    if inbound.kind in {Kind.TEXT, Kind.BUTTON}:
        p.set(media_at=None)
    return p.turn()


def _hear(p: Progress) -> None:
    """A text, or a picture with or without words."""
    alarm = p.campaign.vocabulary.alarms.find(p.reading.tokens)
    if alarm:
        p.happened(Flagged(alarm.tier, alarm.rule, p.inbound.text))
        p.alarm_language = alarm.rule.partition(":")[0]
    if p.inbound.carrier_stop or (p.reading.command is Command.STOP and not alarm):
        stop(p, confirm=not p.inbound.carrier_stop)
    elif alarm and alarm.tier == DANGER:
        give_helplines(p)
    elif p.conversation.stage is Stage.SILENT:
        stay_silent(p)
    elif not (delete(p) or stay_in_care(p) or _closed(p) or _command(p)):
        _stages(p, alarm)


def _stages(p: Progress, alarm: Alarm | None) -> None:
    """What is none of the above belongs to the stage that is open."""
    if p.inbound.kind is Kind.MEDIA and not p.reading.tokens:
        _media(p)
        return
    if alarm and alarm.tier == ABUSE and not p.conversation.abuse_told:
        tell_of_abuse_line(p)
        return
    if _perhaps_another_person(p):
        _first_again(p)
        return
    if p.conversation.stage is Stage.LANGUAGE and choose_language(p):
        return
    match p.conversation.stage:
        case Stage.CONSENT:
            answer_first(p)
        case Stage.STEPS:
            answer_step(p)
        case Stage.FINISHED:
            after_the_end(p)
        case _:
            open_up(p)
    if p.inbound.kind is Kind.MEDIA and p.silent:
        _media(p)


def _closed(p: Progress) -> bool:
    if not p.campaign.closed(p.now):
        return False
    settle(p)
    if p.reading.command is Command.HELP:
        p.say("help", urgent=True)
    elif not p.in_burst():
        p.say("closed")
    return True


def _command(p: Progress) -> bool:
    """What a resident can ask for at any time; True when it has been answered."""
    if p.inbound.carrier_help:
        return True
    if opens(p):
        _open(p)
        return True
    language = p.reading.language_named
    if language and p.conversation.stage not in {Stage.NEW, Stage.LANGUAGE}:
        switch(p, language)
        return True
    match p.reading.command:
        case Command.HELP:
            settle(p)
            p.say("help", urgent=True)
        case Command.MY_STORY:
            settle(p)
            p.say("my_story")
        case Command.LANGUAGE:
            list_languages(p)
        case _:
            return False
    return True


def _open(p: Progress) -> None:
    """START, or a hub's link or keyword: begin, or go on where we were; after a while it may be another person."""
    conversation = p.conversation
    if p.inbound.hub and not conversation.story_open:
        p.set(hub=p.inbound.hub)
    if conversation.stage is Stage.STEPS and not p.away_for(LATE):
        p.ask_again()
    elif conversation.stage in {Stage.NEW, Stage.LANGUAGE} and not conversation.wording:
        p.set(stage=Stage.NEW)
        open_up(p)
    else:
        if p.inbound.hub_language in p.campaign.vocabulary.lexicons and not conversation.settled:
            p.set(language=p.inbound.hub_language)
        p.ask_consent()


def _perhaps_another_person(p: Progress) -> bool:
    """After seven quiet days, or with a late hello, nothing is taken for granted."""
    if p.conversation.stage not in {Stage.CONSENT, Stage.STEPS, Stage.FINISHED}:
        return False
    if p.away_for(OTHER_HANDS):
        return True
    return p.reading.greeting and p.conversation.stage is not Stage.CONSENT and p.away_for(LATE)


def _first_again(p: Progress) -> None:
    """FIRST once more; the text waits, and on yes it joins the open story or begins a new one."""
    if not (p.reading.small_talk or p.reading.number is not None or p.reading.command or p.reading.who):
        p.hold()
    p.set(abuse_told=False, nudged=False, wiped=False)
    p.ask_consent()


def _media(p: Progress) -> None:
    """A kind decline, once for an album; FIRST beside it where this is the first contact."""
    said = "media_telegram" if p.inbound.channel == "telegram" else "media"
    if p.conversation.stage is Stage.NEW:
        if settle(p):
            p.ask_consent(said)
        else:
            list_languages(p)
    elif p.conversation.media_at is None or p.now - p.conversation.media_at >= QUIET[p.inbound.channel]:
        p.say(said)
    p.set(media_at=p.now)


def _edit(p: Progress) -> None:
    """A message was changed after sending: the stored answer follows. Danger and stop in it count as in any other."""
    alarm = p.campaign.vocabulary.alarms.find(p.reading.tokens)
    if alarm:
        p.happened(Flagged(alarm.tier, alarm.rule, p.inbound.text))
    if p.reading.command is Command.STOP:
        stop(p, confirm=True)
        return
    if p.conversation.stage is not Stage.SILENT and not change_answer(p):
        p.happened(Edited(p.inbound.message, p.inbound.text))
    if alarm and alarm.tier == DANGER:
        settle(p)
        p.say("crisis", urgent=True)
        p.set(care_until=p.now + CARE, quiet_since=None)
    elif p.conversation.quiet_since and p.now - p.conversation.quiet_since < QUIET[p.inbound.channel]:
        p.set(quiet_since=p.now)
