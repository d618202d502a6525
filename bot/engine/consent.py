"""Judges whether the answer to FIRST is consent: only a whole yes is, or a yes with the story after it (law 3).

"Yes but", "yes?", a digit, a thumb or an age under the limit is not consent: UK GDPR Art. 4(11) asks for an unambiguous
indication. In doubt we ask once more, which costs a text; a false consent costs trust.
"""

from dataclasses import dataclass
from enum import StrEnum

import regex

from bot.engine.ages import age_told
from bot.engine.folding import words
from bot.engine.reading import Reading, asks, without
from bot.engine.vocabulary import Tongue, Vocabulary
from bot.engine.wishes import with_digits


class Verdict(StrEnum):
    """What a reply to FIRST is."""

    YES = "yes"
    NO = "no"
    UNDER_AGE = "under_age"
    UNPLAIN = "unplain"  # an answer, but not a plain one: ask once more
    QUESTION = "question"
    NOTHING = "nothing"  # thanks, an emoji: needs no answer
    WORDS = "words"  # the resident's own words


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict, and the story that follows a yes, exactly as sent."""

    verdict: Verdict
    story: str = ""


_FIRST_WORD = regex.compile(r"^[^\p{L}\p{N}]*(\p{Han}|(?:(?!\p{Han})[\p{L}\p{M}\p{N}'’])+)")
_HAN = regex.compile(r"\p{Han}$")
_THUMBS = regex.compile(r"[👍👌🙏✅✔☑🆗👎]")
_PAUSES = (",", ".", "!", ";", "،", "。", "，")
_MOST_AFTER = 8  # words after a yes: the last of so few may be a condition; more are a story
_MOST_HEDGE = 10  # words of the longest hedge; each Chinese letter is a word
_MOST_ANSWER = 8  # words of an answer to a permission; more are words of their own
_MOST_YES = 6  # words of the longest phrase in a list of yes


def judge(reading: Reading, language: str, vocabulary: Vocabulary, minimum_age: int) -> Judgement:
    """Judge the answer to FIRST, in a conversation held in `language`."""
    tongue = vocabulary.tongue(language)
    age = None if reading.echo else age_told(reading.tokens, tongue)
    if age is None and not reading.echo:
        age = _bare_age(reading, tongue)
    if age is not None and age < minimum_age:
        return Judgement(Verdict.UNDER_AGE)
    if reading.echo or reading.agrees or reading.may_stop or (asks(reading.text) and reading.yes):
        return Judgement(Verdict.UNPLAIN)
    if age is not None and _beside_age(reading, tongue):  # "I'm 34, yes"
        return Judgement(Verdict.YES)
    if reading.unsure or (reading.yes and reading.no) or _laughs(reading.tokens):
        return Judgement(Verdict.UNPLAIN)
    if reading.yes:
        return Judgement(Verdict.YES)
    if reading.no or reading.refusal or _no_and_polite(reading, tongue):
        return Judgement(Verdict.NO)
    if reading.who:
        return Judgement(Verdict.QUESTION)
    if reading.number is not None or (reading.wordless and _THUMBS.search(reading.text)):
        return Judgement(Verdict.UNPLAIN)
    if reading.greeting:
        return Judgement(Verdict.WORDS)
    if reading.command or (reading.tokens and (reading.tokens[0][:2] == "ok" or not without(reading.tokens, tongue))):
        return Judgement(Verdict.UNPLAIN) if not _gratitude(reading) else Judgement(Verdict.NOTHING)
    if reading.wordless or reading.thanks:
        return Judgement(Verdict.NOTHING)
    return _yes_and_more(reading, tongue, minimum_age)


def plain_answer(reading: Reading, language: str, vocabulary: Vocabulary, minimum_age: int) -> bool | None:
    """The answer to a permission: a yes or no that stands first and is not taken back; None for anything less.

    A no with more words after it is still a no: it is the answer that gives nothing away.
    """
    tongue = vocabulary.tongue(language)
    if (
        asks(reading.text)
        or reading.echo
        or reading.agrees
        or reading.may_stop
        or reading.unsure
        or (reading.yes and reading.no)
    ):
        return None
    if reading.yes or reading.no:
        return reading.yes
    tokens = reading.tokens
    if _no_and_pause(reading, tongue):
        return False
    if len(tokens) > _MOST_ANSWER:
        return None
    if any(tokens[:size] in tongue.no for size in range(1, _MOST_YES + 1)):
        return False
    return True if judge(reading, language, vocabulary, minimum_age).verdict is Verdict.YES else None


def _laughs(tokens: tuple[str, ...]) -> bool:
    """Whether the message is laughter: "ha ha ha, very funny". In Gujarati and Somali each "ha" would be a yes."""
    return tokens[:3] == ("ha", "ha", "ha")


def _yes_and_more(reading: Reading, tongue: Tongue, minimum_age: int) -> Judgement:
    """Judge a message of several words: after a leading yes it is consent with a story, or less than a yes."""
    rests = _after_yes(reading.text, tongue)
    if not rests:
        if asks(reading.text) and len(reading.tokens) <= 8:
            return Judgement(Verdict.QUESTION)
        return Judgement(Verdict.WORDS)
    if any(
        _begins_with_hedge(words(one), tongue) for one in rests
    ):  # "yes yes but", cut after the first or the second yes
        return Judgement(Verdict.UNPLAIN)
    rest = rests[-1]
    end = len(reading.text) - len(rest)
    if _half(reading.text[:end], rest, tongue):
        return Judgement(Verdict.UNPLAIN)
    lead = rest[: len(rest) - len(rest.lstrip(" \t\n,.;:!-，。、；：！،؛፡።"))]
    tokens = words(rest)
    if rest.lstrip().startswith(("?", "؟", "？")) or _begins_with_hedge(tokens, tongue):
        return Judgement(Verdict.UNPLAIN)
    bare = without(tokens, tongue)
    if _begins_with_hedge(bare, tongue) or _ends_on_condition(tokens, tongue):
        return Judgement(Verdict.UNPLAIN)
    if bare[:1] in tongue.no or (asks(rest) and len(tokens) <= 8):
        return Judgement(Verdict.UNPLAIN)
    if all(token.isdecimal() for token in bare):  # "yes 34", "yes I am over 16"
        return Judgement(Verdict.YES)
    if _is_age(tokens, tongue, minimum_age):
        return Judgement(Verdict.YES)
    if tokens in tongue.commands:  # "yes stop"
        return Judgement(Verdict.UNPLAIN)
    if len(bare) < 2:  # "yes love", "yes please x": too little for a story; the question will be asked
        return Judgement(Verdict.YES)
    story = rest[len(lead) :].strip()
    return Judgement(Verdict.YES, story)


def _begins_with_hedge(tokens: tuple[str, ...], tongue: Tongue) -> bool:
    return any(tokens[:size] in tongue.hedge for size in range(1, _MOST_HEDGE + 1))


def _ends_on_condition(tokens: tuple[str, ...], tongue: Tongue) -> bool:
    """Whether a short message ends with the condition of its yes, as in Turkish and the Indic languages."""
    if not 0 < len(tokens) <= _MOST_AFTER:
        return False
    return tokens[-1].endswith(tongue.endings) or any(tokens[-size:] in tongue.condition for size in range(1, 5))


def _half(lead: str, rest: str, tongue: Tongue) -> bool:
    """Whether the yes may be another word: "si me suben la renta", typed without accent or comma."""
    if _HAN.search(lead) and rest[:1].isalpha():  # "同意书…" begins with a yes and is another word
        return True
    said = lead.strip(" \t\n'\"!.").casefold()
    plain = said.isascii() and any(words(said) == words(one) for one in tongue.half)
    return (said in tongue.half or plain) and rest[:1].isspace() and "\n" not in rest[:2]


def _is_age(tokens: tuple[str, ...], tongue: Tongue, minimum_age: int) -> bool:
    """Whether the words after the yes give only an age that is old enough: "tengo 40 años", "over 16"."""
    numbers = [int(token) for token in tokens if token.isdecimal() and len(token) < 4]
    if len(numbers) != 1 or len(tokens) > 6 or not minimum_age <= numbers[0] <= 110:
        return False
    return len(tokens) <= 2 or numbers[0] == minimum_age or age_told(tokens, tongue) is not None


def _beside_age(reading: Reading, tongue: Tongue) -> bool:
    """Whether the message is a yes and an age, in either order, and nothing else."""
    bare = tuple(token for token in without(reading.tokens, tongue) if not token.isdecimal())
    return bare in tongue.yes and not asks(reading.text)


def _after_yes(text: str, tongue: Tongue) -> list[str]:
    """What follows each yes that the message begins with, with its punctuation; the longest yes last."""
    rests: list[str] = []
    at = count = 0
    while count < _MOST_YES and (found := _FIRST_WORD.match(text[at:])):
        at += found.end()
        count += 1
        if words(text[:at]) in tongue.yes:
            rests.append(text[at:])
    return rests


def _gratitude(reading: Reading) -> bool:
    """Whether this is thanks, rather than an "ok" or "sure", which could answer FIRST."""
    return reading.thanks and reading.tokens[0][:2] != "ok" and not reading.command


def _bare_age(reading: Reading, tongue: Tongue) -> int | None:
    """An age as the whole answer, "14", or beside a yes or no, "yes 14". A single digit is a menu number instead."""
    tokens = with_digits(reading.tokens, tongue.grammar)
    numbers = [int(token) for token in tokens if token.isdecimal() and len(token) == 2]
    if len(numbers) != 1 or sum(token.isdecimal() for token in tokens) != 1:
        return None
    others = tuple(token for token in tokens if not token.isdecimal())
    bare = without(others, tongue)
    if not bare or bare in tongue.yes or bare in tongue.no:
        return numbers[0]
    return None


def _no_and_polite(reading: Reading, tongue: Tongue) -> bool:
    """Whether a short message begins with a plain no: "no thank you", "No, I don't want to"; not "no heating"."""
    tokens = reading.tokens
    if not tokens or len(tokens) > 5 or asks(reading.text) or tokens[:1] not in tongue.no:
        return False
    rest = without(tokens[1:], tongue)
    return _no_and_pause(reading, tongue) or not rest or rest in tongue.no or tokens[1:] in tongue.no


def _no_and_pause(reading: Reading, tongue: Tongue) -> bool:
    """Whether the message begins with a no that is a clause of its own: "no. leave me alone", not "no heating"."""
    first = _FIRST_WORD.match(reading.text)
    pause = first is not None and reading.text[first.end() :].lstrip().startswith(_PAUSES)
    return pause and reading.tokens[:1] in tongue.no
