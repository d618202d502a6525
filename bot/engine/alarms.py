"""Finds explicit danger and abuse in a message: the phrase lists of every language on every message.

Pure. Called by `conversation.step` before anything else looks at the text. A hit never edits, blocks or drops the
words; it only adds helplines and a flag. Negation never suppresses a hit: a needless text costs a penny, a missed one
a life. Lists: `locales/<code>/safety.toml`. They see no irony, no hints and no spelling that nobody listed; the
README says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.engine.fold import words

DANGER = "danger"
ABUSE = "abuse"
_STEM = 3  # letters by which `word*` rules are looked up


@dataclass(frozen=True, slots=True)
class Alarm:
    """One hit: its tier, and the rule (`language:number`) that raised it. Never the words."""

    tier: str
    rule: str


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: tuple[str, ...]
    alarm: Alarm
    last: bool = False  # nothing may follow: "I don't want to live", but not "… to live in this damp"

    def matches(self, tokens: tuple[str, ...], at: int) -> bool:
        stop = at + len(self.pattern)
        if stop > len(tokens) or (self.last and stop != len(tokens)):
            return False
        return all(
            token.startswith(wanted[:-1]) if wanted.endswith("*") else token == wanted
            for wanted, token in zip(self.pattern, tokens[at:stop], strict=True)
        )


@dataclass(frozen=True, slots=True)
class Alarms:
    """All phrase lists, ordered for looking up by first word."""

    exact: Mapping[str, tuple[_Rule, ...]] = field(default_factory=dict)
    begins: Mapping[str, tuple[_Rule, ...]] = field(default_factory=dict)  # by the first letters of the first word
    joined: tuple[_Rule, ...] = ()  # scripts without spaces: looked for inside the words

    @classmethod
    def build(cls, lists: Mapping[str, Mapping[str, Iterable[str]]]) -> "Alarms":
        """From language -> tier -> phrases.

        `word*` stands for every word that begins so; " ." ends a phrase that nothing may follow.
        """
        exact: dict[str, list[_Rule]] = {}
        begins: dict[str, list[_Rule]] = {}
        joined: list[_Rule] = []
        for language, tiers in lists.items():
            for tier, phrases in tiers.items():
                for number, phrase in enumerate(phrases, 1):
                    pattern = _pattern(phrase)
                    if not pattern:
                        continue
                    rule = _Rule(pattern, Alarm(tier, f"{language}:{tier}:{number}"), phrase.rstrip().endswith(" ."))
                    if language.startswith("zh"):
                        joined.append(rule)
                    elif pattern[0].endswith("*"):
                        begins.setdefault(pattern[0][:_STEM].rstrip("*"), []).append(rule)
                    else:
                        exact.setdefault(pattern[0], []).append(rule)
        frozen = [{first: tuple(rules) for first, rules in index.items()} for index in (exact, begins)]
        return cls(frozen[0], frozen[1], tuple(joined))

    def find(self, text: str) -> Alarm | None:
        """The gravest alarm in `text`, danger before abuse, or None."""
        tokens = words(text)
        found: Alarm | None = None
        for at, token in enumerate(tokens):
            for rule in self._starting(token):
                if rule.matches(tokens, at):
                    if rule.alarm.tier == DANGER:
                        return rule.alarm
                    found = found or rule.alarm
        if self.joined:
            run = "".join(tokens)
            for rule in self.joined:
                if "".join(rule.pattern) in run:
                    if rule.alarm.tier == DANGER:
                        return rule.alarm
                    found = found or rule.alarm
        return found

    def _starting(self, token: str) -> tuple[_Rule, ...]:
        rules = self.exact.get(token, ())
        for size in range(1, _STEM + 1):
            if more := self.begins.get(token[:size]) if size <= len(token) else None:
                rules += more
        return rules


def _pattern(phrase: str) -> tuple[str, ...]:
    out: list[str] = []
    for word in phrase.split():
        tokens = words(word)
        if tokens and word.endswith("*"):
            tokens = (*tokens[:-1], tokens[-1] + "*")
        out.extend(tokens)
    return tuple(out)
