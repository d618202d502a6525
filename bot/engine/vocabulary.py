"""What residents' words mean, in every offered language: commands, yes and no, greetings, names of languages.

Pure. Built once by `bot/language/catalogue.py` from the catalogues; read by `reading.py`. Stop, start, help, delete
and the like work in every language at once; yes and no only in the conversation's own language and, where that does
not clash, English.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.engine.alarms import Alarms
from bot.engine.fold import folded, words


class Command(StrEnum):
    """What a resident can ask for at any time. The values name the word lists of the catalogues."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    DELETE = "delete"
    MY_STORY = "my_story"
    LANGUAGE = "language"
    SKIP = "skip"
    BACK = "back"
    DONE = "done"


#: Word lists beside the commands.
LISTS = ("yes", "no", "greeting", "thanks", "polite", "hedge", "refuse", "who", "age", "unsure")
Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's word lists, folded, and the labels of its choices."""

    code: str
    own_name: str = ""
    lists: Mapping[str, frozenset[Phrase]] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)  # the word we advertise, by list
    labels: Mapping[str, Mapping[str, tuple[Phrase, ...]]] = field(default_factory=dict)  # step -> choice -> phrases

    @classmethod
    def build(
        cls,
        code: str,
        own_name: str,
        lists: Mapping[str, Iterable[str]],
        labels: Mapping[str, Mapping[str, str]],
    ) -> "Lexicon":
        """From the entries of a catalogue; `-` stands for an empty list, `/` divides the words of one label."""
        entries = {name: [one for one in found if one.strip(" -")] for name, found in lists.items()}
        return cls(
            code,
            own_name,
            {name: frozenset(filter(None, map(_phrase, found))) for name, found in entries.items()},
            {name: found[0] for name, found in entries.items() if found},
            {
                step: {
                    choice: tuple(filter(None, (words(part) for part in (label, *label.split("/")))))
                    for choice, label in found.items()
                }
                for step, found in labels.items()
            },
        )

    def has(self, name: str, phrase: Phrase) -> bool:
        """Whether `phrase` stands in the list `name`."""
        return phrase in self.lists.get(name, frozenset())

    def phrases(self, name: str) -> frozenset[Phrase]:
        """The folded phrases of the list `name`."""
        return self.lists.get(name, frozenset())


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The lexicons of the offered languages and what can be looked up over all of them."""

    lexicons: Mapping[str, Lexicon]
    commands: Mapping[Phrase, tuple[Command, str]]  # folded -> what, and in which language
    greetings: Mapping[Phrase, str]
    names: Mapping[str, str]  # a language's name as people write it, folded -> code
    alarms: Alarms
    english: Lexicon

    @classmethod
    def build(cls, lexicons: Iterable[Lexicon], names: Mapping[str, Iterable[str]], alarms: Alarms) -> "Vocabulary":
        """Over `lexicons`, the default language first: where two languages share a word, the first one owns it."""
        by_code = {one.code: one for one in lexicons}
        commands: dict[Phrase, tuple[Command, str]] = {}
        greetings: dict[Phrase, str] = {}
        shared: set[Phrase] = set()
        for lexicon in by_code.values():
            for command in Command:
                for phrase in lexicon.phrases(command.value):
                    commands.setdefault(phrase, (command, lexicon.code))
            for phrase in lexicon.phrases("greeting"):
                if greetings.setdefault(phrase, lexicon.code) != lexicon.code:
                    shared.add(phrase)
        return cls(
            by_code,
            commands,
            {phrase: "" if phrase in shared else code for phrase, code in greetings.items()},
            {folded(name): code for code in by_code for name in names.get(code, ())},
            alarms,
            by_code.get("en", Lexicon("en")),
        )

    def lexicon(self, language: str) -> Lexicon:
        """The lexicon of `language`; English where there is none."""
        return self.lexicons.get(language, self.english)

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of the offered languages, in the campaign's order."""
        return tuple(self.lexicons)


def _phrase(entry: str) -> Phrase:
    """Folded words; `#` (a number) and `.` (nothing may follow) of the age patterns stay."""
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
