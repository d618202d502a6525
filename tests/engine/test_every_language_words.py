"""In every language, a word means one thing, and every word that a text names works where it is named."""

import itertools
import re
import string
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import pytest
from kit.dialogues import MIDDAY
from kit.languages import (
    LANGUAGES,
    WORDING,
    answer,
    at_story,
    decisions,
    granted,
    keys,
)
from kit.states import in_state, say
from kit.words import phrases, word

from bot.engine.folding import folded
from bot.engine.model import (
    Conversation,
    Erased,
    Stage,
    Stopped,
    Turn,
)
from bot.language.campaign_texts import campaign_texts
from bot.language.texts import TEXTS

#: (list, folded phrase) pairs of one language where two lists share a phrase on purpose. DESIGN knows one exception
#: between languages, the unsure words (Polish "no" is "well, yes"); they are in neither list of their own language.
SHARED: frozenset[str] = frozenset()


def listed(code: str, *names: str) -> dict[str, str]:
    """The folded phrases of several lists, each with the list it is from."""
    return {folded(phrase): name for name in names for phrase in phrases(name, code)}


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_word_for_stop_or_delete_is_a_yes_no_or_help_elsewhere(code: str) -> None:
    leaving = listed(code, "stop", "delete")
    for other in LANGUAGES:
        if other != code:
            staying = listed(other, "yes", "no", "help", "start")
            assert sorted(leaving.keys() & staying.keys()) == [], other


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_word_stands_in_two_lists_of_its_language(code: str) -> None:
    names = ("yes", "no", "stop", "start", "help", "delete", "my_story", "language", "skip", "back", "done", "refuse")
    for one, other in itertools.combinations(names, 2):
        shared = listed(code, one).keys() & listed(code, other).keys()
        assert sorted(shared - SHARED) == [], (one, other)


@pytest.mark.parametrize("code", LANGUAGES)
def test_an_unsure_word_is_neither_yes_nor_no(code: str) -> None:
    for text in phrases("unsure", code):
        turn = answer(code, text)
        assert decisions(turn) == [], text
        assert turn.conversation.stage is Stage.CONSENT, text


# Every word that we name works where we name it

#: A text that names words -> the states in which it has just been said, or stands open.
WHERE: Mapping[str, tuple[str, ...]] = {
    "first": ("asked for consent", "perhaps another person"),
    "nudge": ("asked for consent", "words held"),
    "wiped": (),  # tells of the yes that did not come; it asks for the words again
    "no": ("refused",),
    "crisis_again": ("in danger",),
    "help": ("asked for consent", "asked the question", "thanked"),
    "my_story": ("telling", "thanked"),
    "delete": ("asked whether to delete",),
    "stop": ("stopped",),
    "unclear": ("asked for quoting", "asked for contact"),
    "unclear_number": ("asked for the area", "asked for the groups"),
    "closed": ("closed",),
    "which": ("telling",),
    "tap": ("asked for the groups",),
    "who": ("asked for consent",),
    "thanks": ("thanked",),
    "thanks_contact": ("thanked",),
    "step may_quote": ("asked for quoting",),
    "step may_recontact": ("asked for contact",),
}


#: Words that no text names but every phone may send, as Telegram's menu does.
ANYWHERE = {"my_story": "telling", "language": "telling", "back": "saved", "skip": "saved", "done": "saved"}
NAMES = ("yes", "no", "stop", "start", "delete", "skip", "back", "done", "language", "my_story", "help")
_NAMED = re.compile(r"\{(" + "|".join(NAMES) + r")\}")
_FULL_WIDTH = {ord(letter): chr(ord(letter) + 0xFEE0) for letter in string.ascii_letters + string.digits}
_UNMARKED = ("LATIN", "GREEK", "CYRIL", "ARABI")  # scripts whose marks people leave out when typing
_ALIKE = ("يىی", "كک", "ةه", "اأإآ", "ہه")
_INVISIBLE = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff")
_ENDS = (".", "!", "!!!", "…", " .", "。", "！", "۔", "।", "։", "።", ")", "\n", "\u00a0", " 🙏", " ❤️")


def advertised(code: str) -> Iterator[tuple[str, str]]:
    """(text, word): what any text of this language asks residents to send."""
    sources = [*TEXTS, *dict(campaign_texts(WORDING.campaign))]
    for key in sources:
        if not key.startswith(("words ", "theme ")):
            for name in dict.fromkeys(_NAMED.findall(WORDING.template(key, code))):
                yield key, name


def state_of(state: str, code: str) -> tuple[Conversation, datetime]:
    """A conversation in that state; `closed` is one that goes on after the campaign."""
    if state != "closed":
        return in_state(state, code)
    return at_story(code)[0], datetime(2028, 1, 5, 12, tzinfo=MIDDAY.tzinfo)


def unmarked(text: str) -> str:
    """`text` without the accents that people leave out."""
    out: list[str] = []
    for letter in unicodedata.normalize("NFD", text):
        base = next((one for one in reversed(out) if unicodedata.category(one) != "Mn"), "")
        if unicodedata.category(letter) == "Mn" and unicodedata.name(base or " ", "").startswith(_UNMARKED):
            continue
        out.append(letter)
    return unicodedata.normalize("NFC", "".join(out))


def written(text: str, code: str) -> list[str]:
    """One word as phones, keyboards and thumbs write it."""
    found = [text, text.lower(), text.upper(), text.capitalize(), text.title(), f"  {text} ", f'"{text}"', f"“{text}”"]
    found += [unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")]
    found += [unmarked(text), unmarked(text).lower(), unmarked(text).upper(), text.translate(_FULL_WIDTH)]
    found += [text[:1] + sign + text[1:] for sign in _INVISIBLE] + [f"\u200f{text}\u200e"]
    found += [text + end for end in _ENDS]
    if code == "tr":
        found += [text.lower().replace("i", "ı"), text.lower().replace("ı", "i"), text.replace("İ", "I")]
        found += [text.replace("I", "İ"), text.lower().replace("i", "i\u0307")]
    for alike in _ALIKE:
        found += [text.replace(one, other) for one in alike for other in alike if one in text]
    return list(dict.fromkeys(found))


def worked(name: str, before: Conversation, turn: Turn) -> bool:
    """Whether the word `name` did what it is for."""
    after, decided = turn.conversation, decisions(turn)
    match name:
        case "yes" if before.delete_asked:
            return any(isinstance(event, Erased) for event in turn.events)
        case "yes" | "no":
            asked = "take_part" if before.stage is Stage.CONSENT else before.step
            return decided == [(asked, "granted" if name == "yes" else "refused")] or (
                granted(turn) and name == "yes" and before.stage is Stage.CONSENT
            )
        case "stop":
            return after.silence == "stop" and any(isinstance(event, Stopped) for event in turn.events)
        case "start":
            return after.stage in {Stage.CONSENT, Stage.STEPS} and len(turn.replies) == 1 and not after.care_until
        case "delete":
            return keys(turn) == ["delete"] or any(isinstance(event, Erased) for event in turn.events)
        case "skip":
            return bool(turn.replies) and (after.step != before.step or after.stage is Stage.FINISHED)
        case "done":
            return after.stage is Stage.FINISHED and bool(turn.replies)
        case "back":
            return keys(turn) == [f"step {after.step}"] and after.step != before.step
        case "language":
            return keys(turn) == ["languages"]
    return keys(turn) == [name]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_word_that_a_text_names_works_where_it_is_named_however_it_is_typed(code: str) -> None:
    wanted = {(name, state) for key, name in advertised(code) for state in WHERE[key]} | set(ANYWHERE.items())
    assert {name for name, _state in wanted} == set(NAMES) - ({"help"} - {name for _key, name in advertised(code)})
    for name, state in sorted(wanted):
        before, at = state_of(state, code)
        assert before.language == code
        for text in written(word(name, code), code):
            turn = say(before, text, at + timedelta(minutes=4))
            assert worked(name, before, turn), (name, state, text, keys(turn))


@pytest.mark.parametrize("code", LANGUAGES)
def test_help_works_in_every_state_that_speaks_however_it_is_typed(code: str) -> None:
    for state in ("asked for consent", "words held", "asked the question", "asked for the area", "thanked"):
        before, at = state_of(state, code)
        for text in written(word("help", code), code):
            assert keys(say(before, text, at + timedelta(minutes=4))) == ["help"], (state, text)
