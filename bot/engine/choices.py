"""Reads the answer to a numbered list: numbers in any digits, labels, or words that hold a label. It never guesses."""

from bot.engine.campaign import RATHER_NOT, Step, StepKind
from bot.engine.reading import Reading, without
from bot.engine.vocabulary import Lexicon, Phrase, Vocabulary

#: What people put between two numbers, folded.
_LATIN = ("and", "or", "y", "o", "e", "i", "oraz", "lub", "albo", "et", "ou", "u", "iyo", "ama", "w")
_JOINING = frozenset((*_LATIN, "و", "او", "மற்றும்", "அல்லது"))


def read_choices(reading: Reading, step: Step, language: str, vocabulary: Vocabulary) -> tuple[str, ...] | None:
    """The ids chosen; empty for an answer that fits no choice; None for a message that is no answer."""
    lexicons = [vocabulary.lexicon(language), vocabulary.english]
    whole = _labels(reading.tokens, step, lexicons, whole=True)
    if whole:
        return whole[:1] if step.kind is StepKind.ONE else whole
    numbered = _numbers(without(reading.tokens, vocabulary.tongue(language)), step)
    if numbered is not None:
        return numbered or None
    if reading.long or reading.small_talk or any(token.isdecimal() for token in reading.tokens):
        found = _labels(reading.tokens, step, lexicons) if not reading.long and not reading.small_talk else ()
        return found if found and step.kind is StepKind.SEVERAL else None
    found = _labels(reading.tokens, step, lexicons)
    if step.kind is StepKind.ONE and len(found) > 1:
        return None
    return found


def read_labels(reading: Reading, step: Step, language: str, vocabulary: Vocabulary) -> bool:
    """Whether a short message names a choice, plainly or not: "lewisham or southwark"."""
    lexicons = [vocabulary.lexicon(language), vocabulary.english]
    return not reading.long and bool(_labels(reading.tokens, step, lexicons))


def _numbers(tokens: Phrase, step: Step) -> tuple[str, ...] | None:
    """The choices meant by a message of numbers alone; empty for a wrong number; None for other messages."""
    numbers = [token.removeprefix("و") for token in tokens if token not in _JOINING]
    if not numbers or not all(token.isdecimal() for token in numbers):
        return None
    ids = [choice for choice, _label in step.choices]
    chosen: list[str] = []
    for number in numbers:
        value = int(number[:6])
        if value == 0 and step.rather_not:
            chosen.append(RATHER_NOT)
        elif 1 <= value <= len(ids):
            chosen.append(ids[value - 1])
        else:
            return ()
    if step.kind is StepKind.ONE and len(chosen) != 1:
        return ()
    kept = [one for one in dict.fromkeys(chosen) if one != RATHER_NOT]
    return tuple(kept) if kept else (RATHER_NOT,)


def _labels(tokens: Phrase, step: Step, lexicons: list[Lexicon], *, whole: bool = False) -> tuple[str, ...]:
    """The choices whose label is in the message (with `whole`: is the message), in the order of the list."""
    found: list[str] = []
    for choice in (*(choice for choice, _label in step.choices), *((RATHER_NOT,) if step.rather_not else ())):
        phrases = {phrase for lexicon in lexicons for phrase in lexicon.labels.get(step.id, {}).get(choice, ())}
        if any(phrase == tokens if whole else _inside(phrase, tokens) for phrase in phrases):
            found.append(choice)
    return tuple(found)


def _inside(phrase: Phrase, tokens: Phrase) -> bool:
    return any(tokens[at : at + len(phrase)] == phrase for at in range(len(tokens) - len(phrase) + 1))
