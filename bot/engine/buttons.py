"""Taps on buttons. A tap names the question it answers, so an old button never answers a newer question.

A tap on YES is consent, because its label says YES (law 3).
"""

from bot.engine.campaign import RATHER_NOT, Step, StepKind
from bot.engine.consent import Judgement, Verdict
from bot.engine.leaving import DELETE_OPEN, erase
from bot.engine.model import Stage
from bot.engine.opening import grant, refuse, switch
from bot.engine.steps import code, decide
from bot.engine.turn import OpenTurn


def tap(turn: OpenTurn) -> None:
    """Answer one tap. A tap that answers no question, or one that is over, is ignored."""
    question, _, answer = turn.inbound.button.partition(":")
    step = turn.campaign.step(question)
    if question == "delete":
        _delete(turn, answer)
    elif turn.in_care():
        turn.say("crisis_again", urgent=True)
    elif turn.campaign.closed(turn.now):
        turn.say("closed")
    elif question == "languages" and answer in turn.campaign.vocabulary.lexicons:
        switch(turn, answer)
    elif question == "consent" and turn.conversation.stage is Stage.CONSENT:
        if answer == "yes":
            grant(turn, Judgement(Verdict.YES))
        elif answer == "no":
            refuse(turn)
    elif step is not None and turn.conversation.stage in {Stage.STEPS, Stage.FINISHED} and turn.conversation.told:
        _answer(turn, step, answer)


def _delete(turn: OpenTurn, answer: str) -> None:
    asked = turn.conversation.delete_asked
    if asked is None or turn.now - asked > DELETE_OPEN:
        return
    turn.conversation.delete_asked = None
    if answer == "yes":
        erase(turn)
    elif turn.in_care():
        turn.say("crisis_again", urgent=True)
    else:
        turn.ask_again()


def _answer(turn: OpenTurn, step: Step, answer: str) -> None:
    """Take a tap on a step's button: it answers the open step, or changes the answer to an earlier one."""
    is_open = turn.conversation.stage is Stage.STEPS and turn.conversation.step == step.id
    if answer == ".skip":
        if is_open:
            turn.go_on()
    elif step.kind is StepKind.PERMISSION and answer in {"yes", "no"}:
        decide(turn, step, yes=answer == "yes")
        if is_open:
            turn.go_on()
    elif step.listed:
        _pick(turn, step, answer, is_open=is_open)


def _pick(turn: OpenTurn, step: Step, answer: str, *, is_open: bool) -> None:
    known = {one for one, _label in step.choices} | ({RATHER_NOT} if step.rather_not else set())
    if answer == ".done":
        if is_open:
            turn.go_on()
    elif answer in known and (step.kind is StepKind.ONE or answer == RATHER_NOT):
        code(turn, step, (answer,), "")
        if is_open:
            turn.go_on()
    elif answer in known and is_open:
        picked = turn.conversation.picked
        picked = tuple(one for one in picked if one != answer) if answer in picked else (*picked, answer)
        turn.conversation.picked = picked
        code(turn, step, picked, "")
