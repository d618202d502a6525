"""What a resident wishes in words of their own: no more texts, or their words wiped. By a small grammar, not by lists.

A message is such a wish when it consists of nothing but verbs, objects and little words of one wish, with one verb and
one object at least: "please stop sending me texts", "can you delete what i said". A sentence that holds any other word
is a story.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.engine.folding import words

Phrase = tuple[str, ...]
_MOST_WORDS = 12
#: The lists of a grammar file: `locales/<code>/grammar.toml`.
WISHES = ("stop", "delete")


@dataclass(frozen=True, slots=True)
class Wish:
    """The verbs and objects of one wish, folded."""

    verbs: frozenset[Phrase] = frozenset()
    objects: frozenset[Phrase] = frozenset()

    def __or__(self, other: "Wish") -> "Wish":
        return Wish(self.verbs | other.verbs, self.objects | other.objects)


@dataclass(frozen=True, slots=True)
class Grammar:
    """How people of one language stop, delete, half agree and give their age, beside the lists of the catalogue."""

    wishes: Mapping[str, Wish] = field(default_factory=dict)  # "stop", "delete"
    filler: frozenset[Phrase] = frozenset()  # little words between verbs and objects: "please", "me", "all"
    agree: frozenset[Phrase] = frozenset()  # whole answers that are half a yes: "ok", "fine by me"
    unsure_stop: frozenset[Phrase] = frozenset()  # whole messages that may mean stop: "enough", "leave it"
    ages: Mapping[Phrase, int] = field(default_factory=dict)  # "fourteen" -> 14
    almost: frozenset[Phrase] = frozenset()  # "nearly #": an age that is not reached
    age_end: frozenset[Phrase] = frozenset()  # an age at the end of any sentence: "and im #"
    others: frozenset[Phrase] = frozenset()  # beside an age these make it another: "con" (my child) before, "in" after
    school: frozenset[Phrase] = frozenset()  # "year #": a school year; England's year 10 ends at 15

    @classmethod
    def build(cls, raw: Mapping[str, Iterable[str]]) -> "Grammar":
        """From the lists of a grammar file, as `read` of the catalogues gives them: `stop verbs`, `filler` …"""
        lists = {name: frozenset(filter(None, map(_pattern, found))) for name, found in raw.items()}
        ages = {phrase: age for age in range(6, 16) for phrase in filter(None, map(words, raw.get(f"age {age}", ())))}
        empty: frozenset[Phrase] = frozenset()
        return cls(
            {one: Wish(lists.get(f"{one} verbs", empty), lists.get(f"{one} objects", empty)) for one in WISHES},
            lists.get("filler", empty),
            lists.get("agree", empty),
            lists.get("unsure_stop", empty),
            ages,
            lists.get("almost", empty),
            lists.get("age_end", empty),
            lists.get("others", empty),
            lists.get("school", empty),
        )

    def __or__(self, other: "Grammar") -> "Grammar":
        nothing = Wish()
        return Grammar(
            {one: self.wishes.get(one, nothing) | other.wishes.get(one, nothing) for one in WISHES},
            self.filler | other.filler,
            self.agree | other.agree,
            self.unsure_stop | other.unsure_stop,
            {**other.ages, **self.ages},
            self.almost | other.almost,
            self.age_end | other.age_end,
            self.others | other.others,
            self.school | other.school,
        )


def wished(tokens: Phrase, grammar: Grammar) -> str:
    """The wish that a message consists of: "stop", "delete", or an empty string."""
    if not 1 < len(tokens) <= _MOST_WORDS:
        return ""
    for name, wish in grammar.wishes.items():
        if _consists_of(tokens, wish, grammar.filler):
            return name
    return ""


def with_digits(tokens: Phrase, grammar: Grammar) -> Phrase:
    """`tokens` with the words for 6 to 15 as digits: ("i", "am", "fourteen") -> ("i", "am", "14")."""
    if not grammar.ages or grammar.ages.keys().isdisjoint(_runs(tokens)):
        return tokens
    out: list[str] = []
    at = 0
    while at < len(tokens):
        size = next((size for size in range(3, 0, -1) if tokens[at : at + size] in grammar.ages), 0)
        out.append(str(grammar.ages[tokens[at : at + size]]) if size else tokens[at])
        at += size or 1
    return tuple(out)


def _runs(tokens: Phrase) -> Iterable[Phrase]:
    return (tokens[at : at + size] for size in (1, 2, 3) for at in range(len(tokens) - size + 1))


def _consists_of(tokens: Phrase, wish: Wish, filler: frozenset[Phrase]) -> bool:
    """Whether the words divide into verbs, objects and filler, with a verb and an object among them."""
    reached: list[set[tuple[bool, bool]]] = [set() for _ in range(len(tokens) + 1)]
    reached[0].add((False, False))
    for at in range(len(tokens)):
        for size in range(1, min(6, len(tokens) - at) + 1) if reached[at] else ():
            phrase = tokens[at : at + size]
            for verb, thing in reached[at]:
                if phrase in wish.verbs:
                    reached[at + size].add((True, thing))
                if phrase in wish.objects:
                    reached[at + size].add((verb, True))
                if phrase in filler:
                    reached[at + size].add((verb, thing))
    return (True, True) in reached[-1]


def _pattern(entry: str) -> Phrase:
    """The folded words; `#`, which stands for a number, stays."""
    return tuple(token for word in entry.split() for token in (("#",) if word == "#" else words(word)))
