"""The first messages: which language, who asks, and may we keep it (LANGUAGES, FIRST).

Pure stage of `conversation.step`. No text is a story before a yes; until then it is held.
"""

from bot.engine.consent import Judgement, Verdict, judge
from bot.engine.model import Begun, Choice, Decided, Released, Stage
from bot.engine.turn import Progress, yes_no
from bot.engine.vocabulary import Command

_MENU_UNITS = 134  # UTF-16 units in two parts of a UCS-2 SMS


def open_up(p: Progress) -> None:
    """Answer a first message: settle the language, hold what is a story, say FIRST."""
    named = p.reading.language_named
    if _worth_holding(p):
        p.hold()
    if named:
        p.set(language=named, settled=True)
    elif not settle(p):
        if p.conversation.menu:
            p.set(language=p.campaign.default_language)
        else:
            list_languages(p)
            return
    p.ask_consent()


def settle(p: Progress) -> bool:
    """Choose the language from what is known; False when there is nothing to go by.

    The order: explicit choice, confident own words, the link's or keyword's language, the app's.
    """
    conversation, inbound, reading = p.conversation, p.inbound, p.reading
    if conversation.settled:
        return True
    offered = p.campaign.vocabulary.lexicons
    if inbound.guess in offered and not reading.greeting and not p.alarm_language:
        p.set(language=inbound.guess, settled=True)
        return True
    greeting = "" if inbound.opening else reading.greeting_language
    known = (inbound.hub_language, conversation.language, inbound.hint)
    for weak in (greeting, p.alarm_language, *known, reading.command_language):
        if weak in offered:
            p.set(language=weak)
            return True
    return False


def list_languages(p: Progress) -> None:
    """Say LANGUAGES: own names with numbers, as many as two parts of an SMS hold, the commonest first."""
    first = p.inbound.hub_language
    codes = sorted(p.campaign.vocabulary.languages, key=lambda code: code != first)
    menu: list[str] = []
    units = 40  # the last line, in most languages
    for number, code in enumerate(codes, 1):
        name = p.campaign.vocabulary.lexicon(code).own_name
        units += len(f"{number} {name}\n".encode("utf-16-le")) // 2
        if units > _MENU_UNITS:
            break
        menu.append(code)
    if p.conversation.stage is not Stage.LANGUAGE:
        p.set(left=p.conversation.stage.value)
    p.set(stage=Stage.LANGUAGE, menu=tuple(menu))
    p.say(
        "languages",
        choices=tuple(Choice(f"languages:{code}", f"name {code}") for code in codes),
        menu=tuple(menu),
    )


def choose_language(p: Progress) -> bool:
    """The answer to LANGUAGES: a number, a name, or words in whatever language.

    False when LANGUAGE had interrupted something else and this message is no answer to it: the stage is then as it was.
    """
    number, menu = p.reading.number, p.conversation.menu
    if number is not None and 1 <= number <= len(menu):
        switch(p, menu[number - 1])
        return True
    if p.conversation.left == Stage.NEW:
        open_up(p)
        return True
    if p.reading.language_named:
        switch(p, p.reading.language_named)
        return True
    p.set(stage=Stage(p.conversation.left))
    if _other_language(p):
        p.set(language=p.inbound.guess, settled=True)
        if p.conversation.stage is Stage.CONSENT:
            p.hold()
            p.ask_consent()
            return True
    return False


def switch(p: Progress, language: str) -> None:
    """Change the language by the resident's own choice; the open question comes again in it, nothing is lost."""
    stage = Stage(p.conversation.left) if p.conversation.stage is Stage.LANGUAGE else p.conversation.stage
    p.set(language=language, settled=True, stage=stage)
    if stage is Stage.STEPS:
        p.ask_again()
    elif stage is Stage.FINISHED:
        p.say("who")
    else:
        p.ask_consent()


def answer_first(p: Progress) -> None:
    """The answer to FIRST."""
    judgement = judge(p.reading, p.language, p.campaign.vocabulary, p.campaign.minimum_age)
    if judgement.verdict is Verdict.WORDS and not p.conversation.settled and _speaks_another_language(p):
        return
    match judgement.verdict:
        case Verdict.YES:
            grant(p, judgement)
        case Verdict.NO:
            refuse(p)
        case Verdict.UNDER_AGE:
            too_young(p)
        case Verdict.QUESTION:
            p.say("who", "nudge", choices=yes_no("consent"))
        case Verdict.UNPLAIN:
            if p.reading.long:
                p.hold()
            _once_more(p)
        case Verdict.WORDS:
            _words(p)
        case Verdict.NOTHING:
            pass


def _speaks_another_language(p: Progress) -> bool:
    """Own words, or a greeting, in another offered language: FIRST comes again, in that one."""
    if _other_language(p):
        p.set(language=p.inbound.guess, settled=True)
        p.hold()
    elif p.reading.greeting and p.reading.greeting_language not in {"", p.language}:
        p.set(language=p.reading.greeting_language)
    else:
        return False
    p.ask_consent()
    return True


def grant(p: Progress, judgement: Judgement) -> None:
    """A yes: what was held becomes the story, or QUESTION is asked."""
    p.decide("take_part", "granted", "first")
    if p.conversation.language:
        p.set(settled=True)
    story = p.campaign.story_step
    held, gone = p.conversation.drafts, p.conversation.wiped
    if p.conversation.story_open:
        _ask_permissions_afresh(p)
    else:
        p.happened(Begun(p.language, p.conversation.hub))
        p.set(told=0, nothing_yet=False)
    p.set(
        stage=Stage.STEPS, step=story.id, story_open=True, granted_at=p.now, drafts=0, draft_since=None, wiped=False,
        nudged=False, asked_again=(), may_recontact=False, decided=(),
        digests=() if not held else p.conversation.digests,
    )  # fmt: skip
    if held:
        p.happened(Released(story.id))
        p.set(told=p.conversation.told + held)
    if judgement.story:
        p.answered("first")
        p.tell(story.id, judgement.story)
        p.set(quiet_since=p.now)
    elif held:
        p.go_on()
    elif gone:
        p.say("wiped")
    else:
        p.ask(story)


def _ask_permissions_afresh(p: Progress) -> None:
    """The phone may have changed hands: what was allowed before is open again (law 10)."""
    for step in p.conversation.decided:
        p.happened(Decided(step, "expired", f"step {step}", p.language, "", "asked_afresh"))


def refuse(p: Progress) -> None:
    """A no: nothing is kept, and we are silent."""
    p.decide("take_part", "refused", "first")
    p.wipe("no")
    p.say("no")
    p.fall_silent("no")


def too_young(p: Progress) -> None:
    """Under the campaign's age: no story is kept, Childline is named."""
    p.happened(Decided("take_part", "refused", "first", p.conversation.wording or p.language, "", "under_age"))
    p.wipe("under_age")
    p.say("under_age")
    p.fall_silent("under_age")


def _words(p: Progress) -> None:
    """Own words where a yes was asked: held, and asked once more unless they belong to a burst."""
    if p.reading.greeting:
        if not p.in_burst():
            p.ask_consent()
        return
    p.hold()
    if not p.in_burst():
        _once_more(p)


def _once_more(p: Progress) -> None:
    if "consent" in p.conversation.asked_again:
        return
    p.set(asked_again=(*p.conversation.asked_again, "consent"), nudged=True)
    p.say("nudge", choices=yes_no("consent"))


def _worth_holding(p: Progress) -> bool:
    reading = p.reading
    if p.inbound.opening or reading.command is Command.START or reading.language_named:
        return False
    return not (reading.small_talk or reading.who or reading.number is not None or reading.command)


def _other_language(p: Progress) -> bool:
    guess = p.inbound.guess
    return bool(guess) and guess != p.language and guess in p.campaign.vocabulary.lexicons and len(p.reading.tokens) > 2


def opens(p: Progress) -> bool:
    """Whether the message opens a conversation: START, a hub's link or keyword."""
    return p.inbound.opening or p.inbound.carrier_start or p.reading.command is Command.START
