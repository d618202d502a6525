"""Buttons: a tap names the question it answers, so an old button never answers a newer question.

Pure stage of `conversation.step`. A tap on YES is consent, because its label says YES (law 3).
"""

from bot.engine.campaign import RATHER_NOT, Step, StepKind
from bot.engine.consent import Judgement, Verdict
from bot.engine.leaving import DELETE_OPEN, erase
from bot.engine.model import Stage
from bot.engine.opening import grant, refuse, switch
from bot.engine.steps import code, decide
from bot.engine.turn import Progress


def tap(p: Progress) -> None:
    """Answer one tap; what it means no longer, or never meant, is ignored."""
    question, _, answer = p.inbound.button.partition(":")
    step = p.campaign.step(question)
    if question == "delete":
        _delete(p, answer)
    elif p.in_care():
        p.say("crisis_again", urgent=True)
    elif p.campaign.closed(p.now):
        p.say("closed")
    elif question == "languages" and answer in p.campaign.vocabulary.lexicons:
        switch(p, answer)
    elif question == "consent" and p.conversation.stage is Stage.CONSENT:
        if answer == "yes":
            grant(p, Judgement(Verdict.YES))
        elif answer == "no":
            refuse(p)
    elif step is not None and p.conversation.stage in {Stage.STEPS, Stage.FINISHED} and p.conversation.told:
        _answer(p, step, answer)


def _delete(p: Progress, answer: str) -> None:
    asked = p.conversation.delete_asked
    if asked is None or p.now - asked > DELETE_OPEN:
        return
    p.set(delete_asked=None)
    if answer == "yes":
        erase(p)
    elif p.in_care():
        p.say("crisis_again", urgent=True)
    else:
        p.ask_again()


def _answer(p: Progress, step: Step, answer: str) -> None:
    """A tap on a step's button: the open one, or an earlier one whose answer changes."""
    is_open = p.conversation.stage is Stage.STEPS and p.conversation.step == step.id
    if answer == ".skip":
        if is_open:
            p.go_on()
    elif step.kind is StepKind.PERMISSION and answer in {"yes", "no"}:
        decide(p, step, yes=answer == "yes")
        if is_open:
            p.go_on()
    elif step.listed:
        _pick(p, step, answer, is_open=is_open)


def _pick(p: Progress, step: Step, answer: str, *, is_open: bool) -> None:
    known = {one for one, _label in step.choices} | ({RATHER_NOT} if step.rather_not else set())
    if answer == ".done":
        if is_open:
            p.go_on()
    elif answer in known and (step.kind is StepKind.ONE or answer == RATHER_NOT):
        code(p, step, (answer,), "")
        if is_open:
            p.go_on()
    elif answer in known and is_open:
        picked = p.conversation.picked
        picked = tuple(one for one in picked if one != answer) if answer in picked else (*picked, answer)
        p.set(picked=picked)
        code(p, step, picked, "")
