"""The steps of a campaign, one open question at a time: story, follow-up, permissions, lists.

Pure stage of `conversation.step`. Off-script answers keep their worth: a story where a number was asked joins the
story, words where a number was asked are coded and kept, and a question that was not answered is asked once more,
never twice.
"""

from bot.engine.campaign import Step, StepKind
from bot.engine.choices import read_choices, read_labels
from bot.engine.consent import judge
from bot.engine.model import Coded, Decided, Edited, Erased, Stage
from bot.engine.reading import asks, years_told
from bot.engine.turn import Progress, yes_no
from bot.engine.vocabulary import Command


def answer_step(p: Progress) -> None:
    """A text while a step is open."""
    step = p.step
    if _moved(p, step):
        return
    if p.reading.who:
        p.ask_again("who")
    elif step.free:
        _own_words(p, step)
    elif step.kind is StepKind.PERMISSION:
        _permission(p, step)
    else:
        _list(p, step)


def after_the_end(p: Progress) -> None:
    """A text after the thanks, within seven days: it joins the story; thanks come again when the burst is over."""
    if p.reading.command is Command.BACK:
        p.set(story_open=True)
        p.ask(p.step)
    elif p.reading.who:
        p.say("who")
    elif p.reading.greeting:
        p.ask_consent()
    elif p.reading.command is None and not p.reading.small_talk and p.reading.number is None and not _too_young(p):
        p.tell(p.campaign.story_step.id, p.inbound.text)
        p.set(quiet_since=p.now)


def change_answer(p: Progress) -> bool:
    """An edit of a message that answered a question changes that answer; False where it was no such message."""
    entry = next((one for one in p.conversation.answered if one.startswith(f"{p.inbound.message} ")), "")
    question = entry.partition(" ")[2]
    step = p.campaign.step(question)
    if question == "first":
        judgement = judge(p.reading, p.language, p.campaign.vocabulary, p.campaign.minimum_age)
        p.happened(Edited(p.inbound.message, judgement.story or p.inbound.text))
    elif step is None:
        return False
    elif step.kind is StepKind.PERMISSION:
        if p.reading.yes is not p.reading.no:
            decide(p, step, yes=p.reading.yes)
    elif (codes := read_choices(p.reading, step, p.language, p.campaign.vocabulary)) is not None:
        code(p, step, codes, p.inbound.text)
    return True


def decide(p: Progress, step: Step, *, yes: bool) -> None:
    """Enter a permission."""
    p.decide(step.id, "granted" if yes else "refused", f"step {step.id}")
    p.set(decided=(*(one for one in p.conversation.decided if one != step.id), step.id))
    if step.id == "may_recontact":
        p.set(may_recontact=yes)


def code(p: Progress, step: Step, codes: tuple[str, ...], text: str) -> None:
    """Record the answer to a list."""
    p.happened(Coded(step.id, codes, text, p.inbound.message))


def _moved(p: Progress, step: Step) -> bool:
    """DONE, SKIP, BACK and 1: how a resident walks through the steps."""
    command, number = p.reading.command, p.reading.number
    if command is Command.DONE or (number == 1 and step.free):
        if step.kind is StepKind.STORY and not p.conversation.told:
            p.finish() if command is Command.DONE else _again(p, step)
        elif step.kind is StepKind.STORY or number == 1:
            p.go_on()
        else:
            p.finish()
        return True
    if command is Command.SKIP:
        p.finish() if step.kind is StepKind.STORY and not p.conversation.told else p.go_on()
        return True
    if command is Command.BACK:
        p.ask(p.campaign.before(step.id) or step)
        return True
    return False


def _own_words(p: Progress, step: Step) -> None:
    """The story, or the follow-up: kept text by text, answered when the burst is over."""
    if p.reading.small_talk:
        if step.kind is StepKind.TEXT and p.reading.no:
            p.go_on()
        return
    if _too_young(p):
        return
    p.tell(step.id, p.inbound.text)
    p.set(quiet_since=p.now)


def _permission(p: Progress, step: Step) -> None:
    plain = p.reading.yes is not p.reading.no
    if plain and not (p.reading.yes and asks(p.reading.text)):
        decide(p, step, yes=p.reading.yes)
        p.answered(step.id)
        p.go_on()
    else:
        _not_an_answer(p, step, "unclear")


def _list(p: Progress, step: Step) -> None:
    codes = read_choices(p.reading, step, p.language, p.campaign.vocabulary)
    if codes is None:
        _not_an_answer(p, step, "unclear_number")
        return
    code(p, step, codes, p.inbound.text)
    p.answered(step.id)
    p.go_on()


def _not_an_answer(p: Progress, step: Step, unclear: str) -> None:
    """Thanks get silence; a story joins the story; else the question comes once more, and then the next one."""
    reading = p.reading
    if reading.thanks or reading.greeting or reading.wordless:
        return
    if _too_young(p):
        return
    near = step.listed and read_labels(reading, step, p.language, p.campaign.vocabulary)
    near = near or any(token.isdecimal() for token in reading.tokens)
    story = reading.long or (not reading.yes and not reading.no and not near and len(reading.tokens) > 4)
    if story:
        p.tell(p.campaign.story_step.id, p.inbound.text)
    if step.id not in p.conversation.asked_again:
        p.set(asked_again=(*p.conversation.asked_again, step.id))
        if story:
            p.ask_again()
        else:
            p.say(unclear, choices=yes_no(step.id) if step.kind is StepKind.PERMISSION else ())
    elif not story and not p.in_burst():
        p.go_on()


def _again(p: Progress, step: Step) -> None:
    if step.id not in p.conversation.asked_again:
        p.ask(step)
        p.set(asked_again=(*p.conversation.asked_again, step.id))


def _too_young(p: Progress) -> bool:
    """Somebody under the limit tells their age in the middle of it: no story is kept."""
    if len(p.reading.tokens) > 40:
        return False
    age = years_told(p.reading.tokens, p.campaign.vocabulary.tongue(p.language))
    if age is None or age >= p.campaign.minimum_age:
        return False
    p.happened(Decided("take_part", "withdrawn", "first", p.conversation.wording or p.language, "", "under_age"))
    p.happened(Erased())
    p.set(told=0, story_open=False, granted_at=None, may_recontact=False, digests=(), stage=Stage.SILENT)
    p.say("under_age")
    p.fall_silent("under_age")
    return True
