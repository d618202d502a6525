"""What residents' words mean, in every offered language: commands, yes and no, greetings, names of languages.

Stop, start, help, delete and the like work in every language at once; yes and no in the conversation's own language
and, where the two do not clash, in English.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.engine.folding import folded, words
from bot.engine.safety import SafetyPhrases
from bot.engine.wishes import Grammar


class Command(StrEnum):
    """What a resident can ask for by a word. The values name the word lists of the catalogues."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    DELETE = "delete"
    MY_STORY = "my_story"
    LANGUAGE = "language"
    SKIP = "skip"
    BACK = "back"
    DONE = "done"


#: Commands that work in every language at once; the others only in the conversation's language and English.
EVERYWHERE = (Command.STOP, Command.START, Command.HELP, Command.DELETE, Command.MY_STORY, Command.LANGUAGE)
_ENDING = 3  # letters, at most, of an ending after a "/"
#: Word lists beside the commands.
LISTS = (
    "yes",
    "no",
    "greeting",
    "thanks",
    "polite",
    "hedge",
    "condition",
    "refuse",
    "who",
    "age",
    "unsure",
    "half",
)
Phrase = tuple[str, ...]


def _ways(label: str) -> tuple[str, ...]:
    """The spellings of a label: all of it, and each side of "/"; a short ending ("Migrant/ka") makes another word."""
    first, *more = label.split("/")
    return (label, first, *(first + part if len(part) <= _ENDING and part.islower() else part for part in more))


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's word lists, folded, and the labels of its choices."""

    code: str
    own_name: str = ""
    lists: Mapping[str, frozenset[Phrase]] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)  # the word we advertise, by list
    labels: Mapping[str, Mapping[str, tuple[Phrase, ...]]] = field(default_factory=dict)  # step -> choice -> phrases
    half: frozenset[str] = frozenset()  # as listed, not folded: here an accent tells two words apart
    endings: tuple[str, ...] = ()  # of words that make a condition: Turkish "-sa" in "evet, gizli kalırsa"
    grammar: Grammar = field(default_factory=Grammar)

    @classmethod
    def build(
        cls,
        code: str,
        own_name: str,
        lists: Mapping[str, Iterable[str]],
        labels: Mapping[str, Mapping[str, str]],
        grammar: Grammar | None = None,
    ) -> "Lexicon":
        """From the entries of a catalogue: `-` is an empty list, `/` divides the words of one label."""
        entries = {name: [one for one in found if one.strip(" -")] for name, found in lists.items()}
        return cls(
            code,
            own_name,
            {name: frozenset(filter(None, map(_phrase, _whole(found)))) for name, found in entries.items()},
            {name: found[0] for name, found in entries.items() if found},
            {
                step: {choice: tuple(filter(None, map(words, _ways(label)))) for choice, label in found.items()}
                for step, found in labels.items()
            },
            frozenset(one.strip().casefold() for one in entries.get("half", ())),
            tuple(folded(one) for one in entries.get("condition", ()) if one.strip().startswith("*")),
            grammar or Grammar(),
        )

    def phrases(self, name: str) -> frozenset[Phrase]:
        """The folded phrases of the list `name`."""
        return self.lists.get(name, frozenset())


@dataclass(frozen=True, slots=True)
class Tongue:
    """How words are read in a conversation held in one language: its own lists, and the English ones beside them.

    English yes and no count where they do not clash with the language's own words (Polish "no" is "well, yes").
    """

    code: str
    yes: frozenset[Phrase]
    no: frozenset[Phrase]
    unsure: frozenset[Phrase]
    half: frozenset[str]  # a yes alone, but perhaps another word where more follows: Spanish "si"
    greeting: frozenset[Phrase]
    thanks: frozenset[Phrase]
    polite: frozenset[Phrase]
    polite_words: frozenset[str]  # the first words of polite phrases: most messages have none
    hedge: frozenset[Phrase]
    condition: frozenset[Phrase]  # the last words of a message that make its yes less than one
    endings: tuple[str, ...]
    refuse: frozenset[Phrase]
    who: frozenset[Phrase]
    age: frozenset[Phrase]
    commands: Mapping[Phrase, tuple[Command, str]]
    known: frozenset[Phrase]  # every phrase that means something; any other is own words
    agree: frozenset[Phrase]  # half a yes
    grammar: Grammar

    @classmethod
    def build(cls, own: Lexicon, english: Lexicon, everywhere: Mapping[Phrase, tuple[Command, str]]) -> "Tongue":
        """From the two lexicons and the commands that work in every language."""
        both = {name: own.phrases(name) | english.phrases(name) for name in LISTS}
        unsure = own.phrases("unsure")
        grammar = own.grammar | english.grammar
        yes = (own.phrases("yes") | (english.phrases("yes") - own.phrases("no"))) - unsure
        no = (own.phrases("no") | (english.phrases("no") - own.phrases("yes"))) - unsure
        commands = {phrase: found for phrase, found in everywhere.items() if phrase not in yes and phrase not in no}
        for lexicon in (english, own):
            commands |= {phrase: (one, lexicon.code) for one in Command for phrase in lexicon.phrases(one.value)}
        return cls(
            code=own.code,
            yes=yes,
            no=no,
            unsure=unsure,
            half=own.half,
            greeting=own.phrases("greeting"),
            thanks=both["thanks"],
            polite=both["polite"],
            polite_words=frozenset(phrase[0] for phrase in both["polite"]),
            hedge=both["hedge"],
            condition=both["condition"],
            endings=own.endings,
            refuse=both["refuse"],
            who=both["who"],
            age=both["age"],
            commands=commands,
            known=frozenset(commands).union(
                yes, no, unsure, own.phrases("greeting"), *both.values(), grammar.agree, grammar.unsure_stop
            ),
            agree=grammar.agree - yes - no,
            grammar=grammar,
        )


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The lexicons of the offered languages, and what is looked up over all of them."""

    lexicons: Mapping[str, Lexicon]
    tongues: Mapping[str, Tongue]
    greetings: Mapping[Phrase, str]  # a greeting -> its language, empty where several share it
    names: Mapping[str, str]  # a language's name as people write it, folded -> code
    first_words: frozenset[str]  # of greetings, thanks and names of languages
    safety: SafetyPhrases
    english: Lexicon
    openings: Callable[[], frozenset[Phrase]] = frozenset  # the first words of our own texts; made when first needed

    @classmethod
    def build(
        cls,
        lexicons: Iterable[Lexicon],
        names: Mapping[str, Iterable[str]],
        safety: SafetyPhrases,
        openings: Callable[[], frozenset[Phrase]] = frozenset,
    ) -> "Vocabulary":
        """From `lexicons`, the default language first: where two languages share a command, the first one owns it."""
        by_code = {one.code: one for one in lexicons}
        everywhere: dict[Phrase, tuple[Command, str]] = {}
        greetings: dict[Phrase, str] = {}
        for lexicon in by_code.values():
            for command in EVERYWHERE:
                for phrase in lexicon.phrases(command.value):
                    everywhere.setdefault(phrase, (command, lexicon.code))
            for phrase in lexicon.phrases("greeting"):
                greetings[phrase] = "" if phrase in greetings else lexicon.code
        english = by_code.get("en", Lexicon("en"))
        tongues = {code: Tongue.build(one, english, everywhere) for code, one in by_code.items()}
        tongues[""] = Tongue.build(english, english, everywhere)
        known = {folded(name): code for code in by_code for name in names.get(code, ())}
        first = {phrase[0] for phrase in greetings} | {name.split()[0] for name in known if name}
        first |= {phrase[0] for one in by_code.values() for phrase in one.phrases("thanks")}
        return cls(by_code, tongues, greetings, known, frozenset(first), safety, english, openings)

    def lexicon(self, language: str) -> Lexicon:
        """The lexicon of `language`, or else the English one."""
        return self.lexicons.get(language, self.english)

    def tongue(self, language: str) -> Tongue:
        """How to read words in a conversation held in `language`; as in English while that is unknown."""
        return self.tongues.get(language) or self.tongues[""]

    @property
    def commands(self) -> Mapping[Phrase, tuple[Command, str]]:
        """The commands, as read before a language is known."""
        return self.tongues[""].commands

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of the offered languages, in the campaign's order."""
        return tuple(self.lexicons)


def _whole(entries: Iterable[str]) -> list[str]:
    """The entries that are whole words, not endings of words."""
    return [one for one in entries if not one.strip().startswith("*")]


def _phrase(entry: str) -> Phrase:
    """The folded words; `#` (a number) and `.` (nothing may follow) of the age patterns stay."""
    out: list[str] = []
    for word in entry.split():
        if word in {"#", "."}:
            out.append(word)
        elif "#" in word:
            before, after = word.split("#", 1)
            out.extend((*words(before), "#", *words(after)))
        else:
            out.extend(words(word))
    return tuple(out)
