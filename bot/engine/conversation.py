"""`step(conversation, inbound, campaign) -> Turn`: the whole conversation, as a pure function.

What happened comes back as events, what to say as keys. The order of precedence is the order of the laws: danger and
stop first, then silence, deletion, twelve hours of care, the campaign's dates, commands, a phone that may have changed
hands, and last the stage of the conversation.
"""

from copy import copy
from datetime import timedelta

from bot.engine.buttons import tap
from bot.engine.campaign import Campaign
from bot.engine.care import give_abuse_line, give_helplines, stay_in_care
from bot.engine.leaving import delete, stay_silent, stop
from bot.engine.model import Channel, Conversation, Edited, Flagged, Inbound, Kind, Stage, Turn
from bot.engine.opening import answer_first, choose_language, list_languages, open_up, opens, settle, switch
from bot.engine.reading import read
from bot.engine.safety import ABUSE, DANGER, Concern
from bot.engine.steps import after_the_end, answer_step, change_answer
from bot.engine.timeouts import expire, pass_time
from bot.engine.turn import CARE, QUIET, OpenTurn
from bot.engine.vocabulary import Command

#: After this long without a message the phone may be in other hands (law 10).
OTHER_HANDS = timedelta(days=7)
#: A greeting after this long is a late hello, answered alike with and without a story (law 11).
LATE = timedelta(hours=1)


def step(conversation: Conversation, inbound: Inbound, campaign: Campaign) -> Turn:
    """Answer one inbound: any text in any state gives a turn (law 1). The caller's `conversation` stays as it was."""
    reading = read(inbound.text, inbound.words, conversation.language or inbound.guess, campaign.vocabulary)
    turn = OpenTurn(copy(conversation), inbound, campaign, reading)
    if inbound.kind is not Kind.TIME:
        expire(turn)
    match inbound.kind:
        case Kind.TIME:
            pass_time(turn)
        case Kind.BLOCKED:
            stop(turn, confirm=False)
        case Kind.EDIT:
            _edit(turn)
        case Kind.BUTTON:
            if conversation.stage is not Stage.SILENT:
                tap(turn)
        case Kind.TEXT | Kind.MEDIA:
            _hear(turn)
    if inbound.kind is not Kind.TIME:
        turn.conversation.last_in = inbound.at
    if inbound.kind in {Kind.TEXT, Kind.BUTTON}:
        turn.conversation.media_at = None
    return turn.close()


def _hear(turn: OpenTurn) -> None:
    """Answer a text, or a picture with or without words."""
    concern = turn.campaign.vocabulary.safety.find(turn.reading.tokens, turn.inbound.text)
    if concern:
        turn.happened(Flagged(concern.tier, concern.rule, turn.inbound.text))
        turn.concern_language = concern.language
    if turn.inbound.carrier_stop or (turn.reading.command is Command.STOP and not concern):
        stop(turn, confirm=not turn.inbound.carrier_stop)
    elif concern and concern.tier == DANGER:
        give_helplines(turn)
    elif turn.conversation.stage is Stage.SILENT:
        stay_silent(turn)
    elif not (delete(turn) or stay_in_care(turn) or _closed(turn) or _command(turn)):
        _stages(turn, concern)


def _stages(turn: OpenTurn, concern: Concern | None) -> None:
    """Answer a message that belongs to the open stage."""
    if turn.inbound.kind is Kind.MEDIA and not turn.reading.tokens:
        _media(turn)
        return
    if concern and concern.tier == ABUSE and not turn.conversation.abuse_told:
        give_abuse_line(turn)
        return
    if _perhaps_another_person(turn):
        _first_again(turn)
        return
    if turn.conversation.stage is Stage.LANGUAGE and choose_language(turn):
        return
    match turn.conversation.stage:
        case Stage.CONSENT:
            answer_first(turn)
        case Stage.STEPS:
            answer_step(turn)
        case Stage.FINISHED:
            after_the_end(turn)
        case _:
            open_up(turn)
    if turn.inbound.kind is Kind.MEDIA and turn.unanswered:
        _media(turn)


def _closed(turn: OpenTurn) -> bool:
    if not turn.campaign.closed(turn.now):
        return False
    settle(turn)
    if turn.reading.command is Command.HELP:
        turn.say("help", urgent=True)
    elif not turn.in_burst():
        turn.say("closed")
    return True


def _command(turn: OpenTurn) -> bool:
    """Answer what a resident can ask for at any time; False when the message is no such command."""
    if turn.inbound.carrier_help:
        return True
    if opens(turn):
        _open(turn)
        return True
    language = turn.reading.language_named
    if language and turn.conversation.stage not in {Stage.NEW, Stage.LANGUAGE}:
        switch(turn, language)
        return True
    match turn.reading.command:
        case Command.HELP:
            settle(turn)
            turn.say("help", urgent=True)
        case Command.MY_STORY:
            settle(turn)
            turn.say("my_story")
        case Command.LANGUAGE:
            list_languages(turn)
        case _:
            return False
    return True


def _open(turn: OpenTurn) -> None:
    """START, or a hub's link or keyword: begin, or go on; after a while ask for consent again."""
    conversation = turn.conversation
    if turn.inbound.hub and not conversation.story_open:
        conversation.hub = turn.inbound.hub
    if conversation.stage is Stage.STEPS and not turn.away_for(LATE):
        turn.ask_again()
    elif conversation.stage in {Stage.NEW, Stage.LANGUAGE} and not conversation.wording:
        conversation.stage = Stage.NEW
        open_up(turn)
    else:
        if turn.inbound.hub_language in turn.campaign.vocabulary.lexicons and not conversation.settled:
            conversation.language = turn.inbound.hub_language
        turn.ask_consent()


def _perhaps_another_person(turn: OpenTurn) -> bool:
    """Whether the phone may have changed hands: after seven quiet days, or with a late hello."""
    if turn.conversation.stage not in {Stage.CONSENT, Stage.STEPS, Stage.FINISHED}:
        return False
    if turn.away_for(OTHER_HANDS):
        return True
    return turn.reading.greeting and turn.conversation.stage is not Stage.CONSENT and turn.away_for(LATE)


def _first_again(turn: OpenTurn) -> None:
    """Say FIRST again and hold the text; on a yes it joins the open story or begins a new one."""
    if not (turn.reading.small_talk or turn.reading.number is not None or turn.reading.command or turn.reading.who):
        turn.hold()
    turn.conversation.abuse_told = False
    turn.conversation.nudged = False
    turn.conversation.wiped = False
    turn.ask_consent()


def _media(turn: OpenTurn) -> None:
    """Decline a picture, once for an album; at first contact together with FIRST."""
    said = "media_telegram" if turn.inbound.channel is Channel.TELEGRAM else "media"
    if turn.conversation.stage is Stage.NEW:
        if settle(turn):
            turn.ask_consent(said)
        else:
            list_languages(turn)
    elif turn.conversation.media_at is None or turn.now - turn.conversation.media_at >= QUIET[turn.inbound.channel]:
        turn.say(said)
    turn.conversation.media_at = turn.now


def _edit(turn: OpenTurn) -> None:
    """Change the answer of an edited message. Danger and stop in it count as in any message."""
    concern = turn.campaign.vocabulary.safety.find(turn.reading.tokens, turn.inbound.text)
    if concern:
        turn.happened(Flagged(concern.tier, concern.rule, turn.inbound.text))
    if turn.reading.command is Command.STOP:
        stop(turn, confirm=True)
        return
    if turn.conversation.stage is not Stage.SILENT and not change_answer(turn):
        turn.happened(Edited(turn.inbound.message, turn.inbound.text))
    if concern and concern.tier == DANGER:
        settle(turn)
        turn.say("crisis", urgent=True)
        turn.conversation.care_until = turn.now + CARE
        turn.conversation.quiet_since = None
    elif turn.conversation.quiet_since and turn.now - turn.conversation.quiet_since < QUIET[turn.inbound.channel]:
        turn.conversation.quiet_since = turn.now
