"""What residents' own words are taken for, in replies that nobody who wrote the rules has seen.

`tests/unseen_replies.toml` was written apart. The table is the honest figure: no list may be mended by it. A line is
heard when the answer is one that its kind must bring, whatever the act is called.
"""

import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import click

from bot.campaigns import load_campaigns
from bot.campaigns.load import SHIPPED_SLUG
from bot.engine.acts import Act
from bot.hearing.trial import Heard, Question, hear

UNSEEN = Path(__file__).resolve().parents[2] / "tests" / "unseen_replies.toml"
_ASKED = {"nudge", "first", "who", "unclear", "quote", "which", "languages", "what_happens"}


def _brings(*keys: str) -> Callable[[Heard], bool]:
    return lambda heard: not set(keys).isdisjoint(heard.replies)


def _is(*acts: Act) -> Callable[[Heard], bool]:
    return lambda heard: heard.act in acts


def _asked(heard: Heard) -> bool:
    return heard.act is not Act.YES and not _ASKED.isdisjoint(heard.replies)


#: Each kind of reply: the question, what it must bring, and in words.
KINDS: Mapping[str, tuple[Question, Callable[[Heard], bool], str]] = {
    "first_yes": (Question.FIRST, _is(Act.YES), "a yes to FIRST, taken"),
    "first_no": (Question.FIRST, _brings("no", "stop"), "a no to FIRST, taken"),
    "first_half": (Question.FIRST, _asked, "half a yes, asked again"),
    "first_question": (Question.FIRST, _brings("who", "what_happens"), "a question about us, answered"),
    "first_greeting": (Question.FIRST, _is(Act.GREETING), "a greeting, no story"),
    "first_young": (Question.FIRST, _brings("under_age"), "an age under 16, heard"),
    "first_story": (Question.FIRST, _is(Act.STORY, Act.DANGER, Act.ABUSE), "own words, held"),
    "story_stop": (Question.STORY, _brings("stop", "which", "delete"), "no more texts, done or asked"),
    "story_delete": (Question.STORY, _brings("delete", "which", "stop"), "words to wipe, asked"),
    "story_plea": (Question.STORY, _brings("help", "support", "advice", "crisis"), "a plea, answered"),
    "story_question": (Question.STORY, _brings("who", "what_happens"), "a question about us, answered"),
    "story_thanks": (Question.STORY, _is(Act.THANKS, Act.GREETING), "thanks, no story"),
    "story_reaction": (Question.STORY, _is(Act.ECHO, Act.THANKS), "a phone's reaction, no story"),
    "story_story": (Question.STORY, _is(Act.STORY, Act.DANGER, Act.ABUSE), "a story, kept"),
    "quote_yes": (Question.QUOTE, _is(Act.YES), "a yes to QUOTE, taken"),
    "quote_no": (Question.QUOTE, _is(Act.NO), "a no to QUOTE, taken"),
    "quote_half": (Question.QUOTE, _asked, "half a yes to QUOTE, asked again"),
}
#: Kinds that must never be taken for a yes.
_NO_CONSENT = frozenset(KINDS) - {"first_yes", "quote_yes", "story_story"}


@cache
def replies() -> dict[str, dict[str, list[str]]]:
    """The replies, by language and kind."""
    return tomllib.loads(UNSEEN.read_text(encoding="utf-8"))


def measure() -> tuple[dict[tuple[str, str], float], dict[str, int]]:
    """The share heard, by language and kind; and how many were dangerously wrong, by what is wrong."""
    wording = load_campaigns(drafts=True)[0][SHIPPED_SLUG]
    shares: dict[tuple[str, str], float] = {}
    wrong: Counter[str] = Counter()
    for code, kinds in replies().items():
        for kind, texts in kinds.items():
            at, holds, _what = KINDS[kind]
            found = [hear(wording, text, code, at) for text in texts]
            shares[code, kind] = sum(map(holds, found)) / len(found)
            if kind in _NO_CONSENT and at is not Question.STORY:
                wrong["false consents"] += sum(one.act is Act.YES for one in found)
            if kind in {"story_story", "first_story"}:
                wrong["stories taken for stop or delete"] += sum(one.act in {Act.STOP, Act.DELETE} for one in found)
    return shares, dict(wrong)


def report() -> None:
    """Print the shares by kind, with the weakest languages, and the counts that must be 0."""
    shares, wrong = measure()
    click.echo(f"{sum(len(one) for kinds in replies().values() for one in kinds.values())} unseen replies")
    for kind, (_at, _holds, what) in KINDS.items():
        found = {code: share for (code, one), share in shares.items() if one == kind}
        weakest = sorted(found, key=lambda code: found[code])[:4]
        low = ", ".join(f"{code} {found[code]:.0%}" for code in weakest)
        click.echo(f"{kind:16} {sum(found.values()) / len(found):6.1%}  {what:36} weakest: {low}")
    for what, count in wrong.items():
        click.echo(f"{what}: {count}")
