"""The steps of a campaign, one open question at a time: story, follow-up, permissions, lists.

An answer of another kind is kept: a story where a number was asked joins the story, other words there are coded and
kept. A question without an answer is asked once more, never twice.
"""

from bot.engine.ages import age_told
from bot.engine.campaign import Campaign, Step, StepKind
from bot.engine.choices import read_choices, read_labels
from bot.engine.consent import Verdict, judge, plain_answer
from bot.engine.leaving import which
from bot.engine.model import Coded, Decided, Edited, Erased
from bot.engine.turn import OpenTurn, yes_no
from bot.engine.vocabulary import Command

_MOST_POLITE = 5  # words of an answer to a permission that need not be kept


def answer_step(turn: OpenTurn) -> None:
    """Take a text while a step is open."""
    step = turn.step
    if _moved(turn, step):
        return
    if turn.reading.may_stop or (turn.reading.refusal and step.free):
        which(turn)
    elif turn.reading.who:
        turn.ask_again("who")
    elif step.free:
        _own_words(turn, step)
    elif step.kind is StepKind.PERMISSION:
        _permission(turn, step)
    else:
        _list(turn, step)


def after_the_end(turn: OpenTurn) -> None:
    """Take a text within seven days after the thanks: it joins the story, and thanks come again after the burst."""
    if turn.reading.command is Command.BACK:
        turn.conversation.story_open = True
        turn.ask(turn.step)
    elif turn.reading.who:
        turn.say("who")
    elif turn.reading.greeting:
        turn.ask_consent()
    elif (
        turn.reading.command is None
        and not turn.reading.small_talk
        and turn.reading.number is None
        and not _too_young(turn)
    ):
        turn.tell(turn.campaign.story_step.id, turn.inbound.text)
        turn.conversation.quiet_since = turn.now


def change_answer(turn: OpenTurn) -> bool:
    """Change the answer that an edited message gave; False when the message answered no question."""
    entry = next((one for one in turn.conversation.answered if one.startswith(f"{turn.inbound.message} ")), "")
    question = entry.partition(" ")[2]
    step = turn.campaign.step(question)
    if question == "first":
        judgement = judge(turn.reading, turn.language, turn.campaign.vocabulary, turn.campaign.minimum_age)
        turn.happened(Edited(turn.inbound.message, judgement.story or turn.inbound.text))
    elif step is None:
        return False
    elif step.kind is StepKind.PERMISSION:
        if turn.reading.yes is not turn.reading.no:
            decide(turn, step, yes=turn.reading.yes)
    elif (codes := read_choices(turn.reading, step, turn.language, turn.campaign.vocabulary)) is not None:
        code(turn, step, codes, turn.inbound.text)
    return True


def decide(turn: OpenTurn, step: Step, *, yes: bool) -> None:
    """Enter a permission."""
    turn.decide(step.id, "granted" if yes else "refused", f"step {step.id}")
    turn.conversation.decided = (*(one for one in turn.conversation.decided if one != step.id), step.id)
    if step.id == "may_recontact":
        turn.conversation.may_recontact = yes


def code(turn: OpenTurn, step: Step, codes: tuple[str, ...], text: str) -> None:
    """Record the answer to a list."""
    turn.happened(Coded(step.id, codes, text, turn.inbound.message))


def _moved(turn: OpenTurn, step: Step) -> bool:
    """Move through the steps by DONE, SKIP, BACK or 1; False when the message is none of these."""
    command, number = turn.reading.command, turn.reading.number
    if command is Command.DONE or (number == 1 and step.free):
        if step.kind is StepKind.STORY and not turn.conversation.told:
            turn.finish() if command is Command.DONE else _again(turn, step)
        elif step.kind is StepKind.STORY or number == 1:
            turn.go_on()
        else:
            turn.finish()
        return True
    if command is Command.SKIP:
        turn.finish() if step.kind is StepKind.STORY and not turn.conversation.told else turn.go_on()
        return True
    if command is Command.BACK:
        turn.ask(turn.campaign.before(step.id) or step)
        return True
    return False


def _own_words(turn: OpenTurn, step: Step) -> None:
    """Keep a text of the story or the follow-up; the reply comes after the burst."""
    if turn.reading.small_talk:
        if step.kind is StepKind.TEXT and turn.reading.no:
            turn.go_on()
        return
    if _too_young(turn):
        return
    turn.tell(step.id, turn.inbound.text)
    turn.conversation.quiet_since = turn.now


def _permission(turn: OpenTurn, step: Step) -> None:
    vocabulary, minimum_age = turn.campaign.vocabulary, turn.campaign.minimum_age
    if _too_young(turn):
        return
    answer = plain_answer(turn.reading, turn.language, vocabulary, minimum_age)
    if answer is not None:
        decide(turn, step, yes=answer)
        turn.answered(step.id)
        if len(turn.reading.tokens) > _MOST_POLITE:
            turn.tell(_follow_up(turn.campaign).id, turn.inbound.text)
        turn.go_on()
    else:
        _not_an_answer(turn, step, "unclear")


def _follow_up(campaign: Campaign) -> Step:
    """Where words go that come beside another answer: the first step for words of one's own, else the story's."""
    return next((step for step in campaign.steps if step.kind is StepKind.TEXT), campaign.story_step)


def _list(turn: OpenTurn, step: Step) -> None:
    codes = read_choices(turn.reading, step, turn.language, turn.campaign.vocabulary)
    if codes is None:
        _not_an_answer(turn, step, "unclear_number")
        return
    code(turn, step, codes, turn.inbound.text)
    turn.answered(step.id)
    turn.go_on()


def _not_an_answer(turn: OpenTurn, step: Step, unclear: str) -> None:
    """Take a text that does not answer: thanks get silence, a story joins the story; the question comes again once."""
    reading = turn.reading
    if not reading.agrees and (reading.thanks or reading.greeting or reading.wordless):
        return
    if _too_young(turn):
        return
    near = step.listed and read_labels(reading, step, turn.language, turn.campaign.vocabulary)
    near = near or any(token.isdecimal() for token in reading.tokens)
    near = near or reading.echo or (step.kind is StepKind.PERMISSION and _hedged(turn))
    story = reading.long or (not reading.yes and not reading.no and not near and len(reading.tokens) > 4)
    if story:
        turn.tell(turn.campaign.story_step.id, turn.inbound.text)
    if step.id not in turn.conversation.asked_again:
        turn.conversation.asked_again = (*turn.conversation.asked_again, step.id)
        if story:
            turn.ask_again()
        else:
            turn.say(unclear, choices=yes_no(step.id) if step.kind is StepKind.PERMISSION else ())
    elif not story and not turn.in_burst():
        turn.go_on()


def _hedged(turn: OpenTurn) -> bool:
    """Whether the message is half a yes: "yes but who reads it"."""
    judgement = judge(turn.reading, turn.language, turn.campaign.vocabulary, turn.campaign.minimum_age)
    return judgement.verdict is Verdict.UNPLAIN


def _again(turn: OpenTurn, step: Step) -> None:
    if step.id not in turn.conversation.asked_again:
        turn.ask(step)
        turn.conversation.asked_again = (*turn.conversation.asked_again, step.id)


def _too_young(turn: OpenTurn) -> bool:
    """Erase the story of a resident who gives an age under the limit; False for anybody else."""
    age = age_told(turn.reading.tokens, turn.campaign.vocabulary.tongue(turn.language), alone=True)
    if age is None or age >= turn.campaign.minimum_age:
        return False
    turn.happened(
        Decided("take_part", "withdrawn", "first", turn.conversation.wording or turn.language, "", "under_age")
    )
    turn.happened(Erased())
    turn.conversation.told = 0
    turn.conversation.story_open = False
    turn.conversation.granted_at = None
    turn.conversation.may_recontact = False
    turn.conversation.digests = ()
    turn.say("under_age")
    turn.fall_silent("under_age")
    return True
