"""The first messages: which language, who asks, and whether we may keep the story (LANGUAGES, FIRST).

No text is a story before a yes; until then it is held.
"""

from bot.engine.consent import Judgement, Verdict, judge
from bot.engine.model import Begun, Choice, Decided, Released, Stage
from bot.engine.reading import letters
from bot.engine.turn import OpenTurn, yes_no
from bot.engine.vocabulary import Command

#: Letters before a yes that are a story; after fewer the question is still asked.
_A_STORY = 37
_MENU_UNITS = 134  # UTF-16 units in two parts of a UCS-2 SMS


def open_up(turn: OpenTurn) -> None:
    """Answer a first message: settle the language, hold a story, say FIRST."""
    named = turn.reading.language_named
    if _worth_holding(turn):
        turn.hold()
    if named:
        turn.conversation.language = named
        turn.conversation.settled = True
    elif not settle(turn):
        if turn.conversation.menu:
            turn.conversation.language = turn.campaign.default_language
        else:
            list_languages(turn)
            return
    turn.ask_consent()


def settle(turn: OpenTurn) -> bool:
    """Choose the language from what is known; False when nothing is.

    The order: explicit choice, confident own words, the link's or keyword's language, the app's.
    """
    conversation, inbound, reading = turn.conversation, turn.inbound, turn.reading
    if conversation.settled:
        return True
    offered = turn.campaign.vocabulary.lexicons
    if inbound.guess in offered and not reading.greeting and not turn.concern_language:
        conversation.language = inbound.guess
        conversation.settled = True
        return True
    greeting = "" if inbound.opening else reading.greeting_language
    known = (inbound.hub_language, conversation.language, inbound.hint)
    for weak in (greeting, turn.concern_language, *known, reading.command_language):
        if weak in offered:
            conversation.language = weak
            return True
    return False


def list_languages(turn: OpenTurn) -> None:
    """Say LANGUAGES: own names with numbers, as many as two SMS parts hold, the hub's language first."""
    first = turn.inbound.hub_language
    codes = sorted(turn.campaign.vocabulary.languages, key=lambda code: code != first)
    menu: list[str] = []
    units = 40  # the last line, in most languages
    for number, code in enumerate(codes, 1):
        name = turn.campaign.vocabulary.lexicon(code).own_name
        units += len(f"{number} {name}\n".encode("utf-16-le")) // 2
        if units > _MENU_UNITS:
            break
        menu.append(code)
    if turn.conversation.stage is not Stage.LANGUAGE:
        turn.conversation.interrupted = turn.conversation.stage
    turn.conversation.stage = Stage.LANGUAGE
    turn.conversation.menu = tuple(menu)
    turn.say(
        "languages",
        choices=tuple(Choice(f"languages:{code}", f"name {code}") for code in codes),
        menu=tuple(menu),
    )


def choose_language(turn: OpenTurn) -> bool:
    """Take the answer to LANGUAGES: a number, a name, or words in any language.

    False when LANGUAGES interrupted another stage and this message does not answer it: that stage is open again.
    """
    number, menu = turn.reading.number, turn.conversation.menu
    if number is not None and 1 <= number <= len(menu):
        switch(turn, menu[number - 1])
        return True
    if turn.conversation.interrupted is Stage.NEW:
        open_up(turn)
        return True
    if turn.reading.language_named:
        switch(turn, turn.reading.language_named)
        return True
    turn.conversation.stage = turn.conversation.interrupted or Stage.NEW
    if _other_language(turn):
        turn.conversation.language = turn.inbound.guess
        turn.conversation.settled = True
        if turn.conversation.stage is Stage.CONSENT:
            turn.hold()
            turn.ask_consent()
            return True
    return False


def switch(turn: OpenTurn, language: str) -> None:
    """Change the language by the resident's own choice, and repeat the open question in it."""
    conversation = turn.conversation
    conversation.language = language
    conversation.settled = True
    if conversation.stage is Stage.LANGUAGE:
        conversation.stage = conversation.interrupted or Stage.NEW
    if conversation.stage is Stage.STEPS:
        turn.ask_again()
    elif conversation.stage is Stage.FINISHED:
        turn.say("who")
    else:
        turn.ask_consent()


def answer_first(turn: OpenTurn) -> None:
    """Take the answer to FIRST."""
    judgement = judge(turn.reading, turn.language, turn.campaign.vocabulary, turn.campaign.minimum_age)
    if judgement.verdict is Verdict.WORDS and not turn.conversation.settled and _speaks_another_language(turn):
        return
    match judgement.verdict:
        case Verdict.YES:
            grant(turn, judgement)
        case Verdict.NO:
            refuse(turn)
        case Verdict.UNDER_AGE:
            too_young(turn)
        case Verdict.QUESTION:
            turn.say("who", "nudge", choices=yes_no("consent"))
        case Verdict.UNPLAIN:
            if turn.reading.long:
                turn.hold()
            _once_more(turn)
        case Verdict.WORDS:
            _words(turn)
        case Verdict.NOTHING:
            pass


def _speaks_another_language(turn: OpenTurn) -> bool:
    """Own words, or a greeting, in another offered language: say FIRST again in that language."""
    if _other_language(turn):
        turn.conversation.language = turn.inbound.guess
        turn.conversation.settled = True
        turn.hold()
    elif turn.reading.greeting and turn.reading.greeting_language not in {"", turn.language}:
        turn.conversation.language = turn.reading.greeting_language
    else:
        return False
    turn.ask_consent()
    return True


def grant(turn: OpenTurn, judgement: Judgement) -> None:
    """A yes: the held texts become the story, or the question is asked."""
    conversation = turn.conversation
    turn.decide("take_part", "granted", "first")
    if conversation.language:
        conversation.settled = True
    story = turn.campaign.story_step
    held, gone = conversation.drafts, conversation.wiped
    little = not conversation.story_open and max(conversation.draft_letters, letters(judgement.story)) < _A_STORY
    if conversation.story_open:
        _ask_permissions_afresh(turn)
    else:
        turn.happened(Begun(turn.language, conversation.hub))
        conversation.told = 0
        conversation.nothing_yet = False
    conversation.stage = Stage.STEPS
    conversation.step = story.id
    conversation.story_open = True
    conversation.granted_at = turn.now
    conversation.drafts = 0
    conversation.draft_letters = 0
    conversation.draft_since = None
    conversation.wiped = False
    conversation.nudged = False
    conversation.asked_again = ()
    conversation.may_recontact = False
    conversation.decided = ()
    if held:
        turn.happened(Released(story.id))
        conversation.told += held
    else:
        conversation.digests = ()
    if judgement.story:
        turn.answered("first")
        turn.tell(story.id, judgement.story)
    nothing = not held and not judgement.story
    if nothing and gone:
        turn.say("wiped")
    elif nothing or little:  # after a hello, a name or half a sentence the question has still to be asked
        turn.ask(story)
    elif judgement.story:
        conversation.quiet_since = turn.now
    else:
        turn.go_on()


def _ask_permissions_afresh(turn: OpenTurn) -> None:
    """Let the story's permissions expire, since the phone may have changed hands (law 10)."""
    for step in turn.conversation.decided:
        turn.happened(Decided(step, "expired", f"step {step}", turn.language, "", "asked_afresh"))


def refuse(turn: OpenTurn) -> None:
    """A no: wipe the held texts, confirm, and fall silent."""
    turn.decide("take_part", "refused", "first")
    turn.wipe()
    turn.say("no")
    turn.fall_silent("no")


def too_young(turn: OpenTurn) -> None:
    """Under the campaign's age: wipe the held texts, name Childline, and fall silent."""
    turn.happened(Decided("take_part", "refused", "first", turn.conversation.wording or turn.language, "", "under_age"))
    turn.wipe()
    turn.say("under_age")
    turn.fall_silent("under_age")


def _words(turn: OpenTurn) -> None:
    """Own words where a yes was asked: hold them, and ask once more unless they belong to a burst."""
    if turn.reading.greeting:
        if not turn.in_burst():
            turn.ask_consent()
        return
    turn.hold()
    if not turn.in_burst():
        _once_more(turn)


def _once_more(turn: OpenTurn) -> None:
    if "consent" in turn.conversation.asked_again:
        return
    turn.conversation.asked_again = (*turn.conversation.asked_again, "consent")
    turn.conversation.nudged = True
    turn.say("nudge", choices=yes_no("consent"))


def _worth_holding(turn: OpenTurn) -> bool:
    reading = turn.reading
    if turn.inbound.opening or reading.command is Command.START or reading.language_named:
        return False
    return not (reading.small_talk or reading.who or reading.number is not None or reading.command)


def _other_language(turn: OpenTurn) -> bool:
    guess, offered = turn.inbound.guess, turn.campaign.vocabulary.lexicons
    return guess in offered and guess != turn.language and len(turn.reading.tokens) > 2


def opens(turn: OpenTurn) -> bool:
    """Whether the message opens a conversation: START, or a hub's link or keyword."""
    return turn.inbound.opening or turn.inbound.carrier_start or turn.reading.command is Command.START
