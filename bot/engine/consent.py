"""Judges the answer to FIRST: is it consent? Only a whole yes is, or a yes with the story after it.

Pure. Called by the consent stage. Law 3: "yes but", "yes?", a digit, a thumb or an age under the limit is not
consent. When in doubt it is not: to ask once more costs a text, a false consent costs trust. UK GDPR Art. 4(11): an
unambiguous indication.
"""

from dataclasses import dataclass
from enum import StrEnum

import regex

from bot.engine.fold import words
from bot.engine.reading import Reading, asks, says, without, years_told
from bot.engine.vocabulary import Lexicon, Vocabulary


class Verdict(StrEnum):
    """What the answer to FIRST is."""

    YES = "yes"
    NO = "no"
    UNDER_AGE = "under_age"
    UNPLAIN = "unplain"  # meant as an answer, but not a plain one: ask once more
    QUESTION = "question"
    NOTHING = "nothing"  # thanks, an emoji: needs no answer
    WORDS = "words"  # somebody's own words


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict, and with a yes the story that follows it, exactly as sent."""

    verdict: Verdict
    story: str = ""


_FIRST_WORD = regex.compile(r"^[^\p{L}\p{N}]*([\p{L}\p{M}\p{N}'’]+)")
_THUMBS = regex.compile(r"[👍👌🙏✅✔☑🆗👎]")
_MOST_YES = 4  # words of the longest phrase in a list of yes


def judge(reading: Reading, language: str, vocabulary: Vocabulary, minimum_age: int) -> Judgement:
    """Judge the answer to FIRST, said in `language`."""
    own, english = vocabulary.lexicon(language), vocabulary.english
    age = years_told(reading.tokens, own, english) if len(reading.tokens) <= 40 else None
    if age is None:
        age = _bare_age(reading, own, english)
    if age is not None and age < minimum_age:
        return Judgement(Verdict.UNDER_AGE)
    if asks(reading.text) and reading.yes:
        return Judgement(Verdict.UNPLAIN)
    if reading.yes and reading.no:
        return Judgement(Verdict.UNPLAIN)
    if reading.yes:
        return Judgement(Verdict.YES)
    if reading.no or reading.refusal or _no_and_polite(reading, own, english):
        return Judgement(Verdict.NO)
    if reading.who:
        return Judgement(Verdict.QUESTION)
    if reading.unsure or reading.number is not None or (reading.wordless and _THUMBS.search(reading.text)):
        return Judgement(Verdict.UNPLAIN)
    if reading.wordless or reading.thanks:
        return Judgement(Verdict.NOTHING)
    return _yes_and_more(reading, own, english)


def _yes_and_more(reading: Reading, own: Lexicon, english: Lexicon) -> Judgement:
    """A message that begins with a yes: consent with a story, or less than a yes."""
    rest = _after_yes(reading.text, own, english)
    if rest is None:
        if asks(reading.text) and len(reading.tokens) <= 8:
            return Judgement(Verdict.QUESTION)
        return Judgement(Verdict.WORDS)
    lead = rest[: len(rest) - len(rest.lstrip(" \t\n,.;:!-"))]
    tokens = words(rest)
    hedges = own.phrases("hedge") | english.phrases("hedge")
    if rest.lstrip().startswith(("?", "؟", "？")) or any(tokens[:size] in hedges for size in range(1, 4)):
        return Judgement(Verdict.UNPLAIN)
    bare = without(tokens, own, english)
    if any(bare[:size] in hedges for size in range(1, 4)):
        return Judgement(Verdict.UNPLAIN)
    if says("no", bare[:1], own, english) or (asks(rest) and len(tokens) <= 8):
        return Judgement(Verdict.UNPLAIN)
    if all(token.isdecimal() for token in bare):  # "yes 34", "yes I am over 16"
        return Judgement(Verdict.YES)
    story = rest[len(lead) :].strip()
    return Judgement(Verdict.YES, story)


def _after_yes(text: str, own: Lexicon, english: Lexicon) -> str | None:
    """What follows a leading yes, with its punctuation; None when the message does not begin with one."""
    ends: list[int] = []
    at = 0
    while len(ends) < _MOST_YES and (found := _FIRST_WORD.match(text[at:])):
        at += found.end()
        ends.append(at)
    best: int | None = None
    for end in ends:
        tokens = words(text[:end])
        if own.has("unsure", tokens):
            continue
        if own.has("yes", tokens) or (english.has("yes", tokens) and not own.has("no", tokens)):
            best = end
    return None if best is None else text[best:]


def _bare_age(reading: Reading, own: Lexicon, english: Lexicon) -> int | None:
    """An age as the whole answer, "14", or beside the yes or no, "yes 14".

    A single digit is taken for a menu number.
    """
    numbers = [int(token) for token in reading.tokens if token.isdecimal() and len(token) == 2]
    if len(numbers) != 1 or sum(token.isdecimal() for token in reading.tokens) != 1:
        return None
    others = tuple(token for token in reading.tokens if not token.isdecimal())
    bare = without(others, own, english)
    if not bare or says("yes", bare, own, english) or says("no", bare, own, english):
        return numbers[0]
    return None


def _no_and_polite(reading: Reading, own: Lexicon, english: Lexicon) -> bool:
    """A short message that begins with a plain no: "no thank you", "No, I don't want to"; "no heating" is a story."""
    tokens = reading.tokens
    if not tokens or len(tokens) > 5 or asks(reading.text) or not says("no", tokens[:1], own, english):
        return False
    first = _FIRST_WORD.match(reading.text)
    comma = first is not None and reading.text[first.end() :].lstrip()[:1] in {
        ",",
        ".",
        "!",
        ";",
        "،",
        "。",
        "，",
    }
    return comma or not without(tokens[1:], own, english)
