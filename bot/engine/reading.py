"""Reads what one message is: a command, a plain yes or no, a greeting, a question back, or own words."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.engine.echoes import echoes
from bot.engine.folding import words
from bot.engine.signatures import unsigned
from bot.engine.vocabulary import Command, Phrase, Tongue, Vocabulary
from bot.engine.wishes import wished

_QUESTION_ENDS = ("?", "؟", "？", "՞", "፧")
_MOST_LETTERS = 8  # of a word typed with a space after each letter
_SHORT = 6  # words: a longer message is a resident's own words, whatever it contains


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message is; it may be several things at once. `tokens` are its folded words."""

    text: str
    tokens: tuple[str, ...]
    command: Command | None = None
    command_language: str = ""
    yes: bool = False
    no: bool = False
    unsure: bool = False
    greeting: bool = False
    greeting_language: str = ""
    thanks: bool = False
    who: bool = False
    refusal: bool = False
    language_named: str = ""
    agrees: bool = False  # half a yes: "ok", "fine by me"
    echo: bool = False  # a phone's reaction: it quotes us
    may_stop: bool = False  # may mean stop: "enough", "leave it"

    @property
    def number(self) -> int | None:
        """The number of a message that is a number alone, of four digits at most."""
        return (
            int(self.tokens[0])
            if len(self.tokens) == 1 and self.tokens[0].isdecimal() and len(self.tokens[0]) < 5
            else None
        )

    @property
    def wordless(self) -> bool:
        """Whether it is emoji or punctuation alone."""
        return not self.tokens

    @property
    def long(self) -> bool:
        """Whether it is long enough to be a story wherever it is sent."""
        return not self.echo and (size(self.tokens) > _SHORT or len(self.text) > 60 or "\n" in self.text.strip())

    @property
    def small_talk(self) -> bool:
        """Whether it has nothing that belongs in a story."""
        return (
            self.wordless
            or self.echo
            or self.yes
            or self.no
            or self.unsure
            or self.greeting
            or self.thanks
            or self.agrees
        )


def read(text: str, tokens: Phrase, language: str, vocabulary: Vocabulary) -> Reading:
    """Read `text`, with its folded words, in a conversation held in `language` (empty: not yet known).

    What a phone adds below the words, such as a signature, is left out.
    """
    if (said := unsigned(text)) != text:
        text, tokens = said, words(said)
    if echoes(text, vocabulary.openings):
        return Reading(text, tokens, echo=True)
    if not tokens or size(tokens) > 2 * _SHORT:
        return Reading(text, tokens)
    tongue = vocabulary.tongue(language)
    if wish := wished(tokens, tongue.grammar):
        return Reading(text, tokens, command=Command(wish), command_language=tongue.code)
    forms = _forms(tokens, tongue)
    if tongue.known.isdisjoint(forms) and tokens[0] not in vocabulary.first_words and not asks(text):
        return Reading(text, tokens)
    command, command_language = _command(forms, tongue)
    greeting = _greeting(forms, tongue, vocabulary)
    agrees = tokens in tongue.agree and tokens not in tongue.yes | tongue.no
    yes, no = (not agrees and any(form in known for form in forms) for known in (tongue.yes, tongue.no))
    return Reading(
        text,
        tokens,
        command=command,
        command_language=command_language,
        yes=yes,
        no=no,
        unsure=tokens in tongue.unsure,
        greeting=greeting is not None,
        greeting_language=greeting or "",
        thanks=tokens in tongue.thanks or _twice("thanks", tokens, tongue),
        who=_who(text, forms, tongue),
        refusal=tokens in tongue.refuse,
        language_named=vocabulary.names.get(" ".join(tokens), ""),
        agrees=agrees or (not yes and not no and any(form in tongue.agree for form in forms)),
        may_stop=any(form in tongue.grammar.unsure_stop for form in forms),
    )


def size(tokens: Phrase) -> float:
    """How many words a message has; two Chinese letters count as one."""
    return len(tokens) - sum("\u4e00" <= token <= "\u9fff" for token in tokens) / 2


def letters(text: str) -> int:
    """How long a text is; a Chinese letter says as much as three of an alphabet."""
    return len(text.strip()) + 2 * sum("\u4e00" <= letter <= "\u9fff" for letter in text)


def without(tokens: Phrase, tongue: Tongue) -> Phrase:
    """`tokens` without polite phrases: "yes please thank you" -> "yes"."""
    if tongue.polite_words.isdisjoint(tokens):
        return tokens
    out: list[str] = []
    at = 0
    while at < len(tokens):
        size = _polite_at(tokens, at, tongue)
        if not size:
            out.append(tokens[at])
        at += size or 1
    return tuple(out)


def asks(text: str) -> bool:
    """Whether the message ends as a question."""
    return text.rstrip(" \n!.)\"'").endswith(_QUESTION_ENDS)


def _forms(tokens: Phrase, tongue: Tongue) -> tuple[Phrase, ...]:
    """The message as it is, without its polite words, and once where it repeats itself."""
    found = [tokens, *_spelt(tokens)]
    if (bare := without(tokens, tongue)) != tokens and bare:
        found.append(bare)
    return (*found, *_unrepeated(tokens))


def _spelt(tokens: Phrase) -> Iterator[Phrase]:
    """The word behind letters with spaces, or behind a nought typed for an o: "S T O P", "ST0P"."""
    if 2 < len(tokens) <= _MOST_LETTERS and all(len(token) == 1 and token.isalpha() for token in tokens):
        yield ("".join(tokens),)
    if len(tokens) == 1 and "0" in tokens[0] and not tokens[0].isdecimal():
        yield (tokens[0].replace("0", "o"),)


def _command(forms: tuple[Phrase, ...], tongue: Tongue) -> tuple[Command | None, str]:
    for form in forms:
        if found := tongue.commands.get(form):
            return found
    return None, ""


def _greeting(forms: tuple[Phrase, ...], tongue: Tongue, vocabulary: Vocabulary) -> str | None:
    """The language of a bare greeting, empty where several languages share it; None for any other message."""
    for form in forms:
        found = vocabulary.greetings.get(form, "" if form in tongue.greeting else None)
        if found is not None:
            return found
    for size in range(1, min(4, len(forms[0]))):  # "hola amigo": polite in the greeting's own language
        found = vocabulary.greetings.get(forms[0][:size])
        if found is not None and not without(forms[0][size:], vocabulary.tongue(found)):
            return found
    return None


def _who(text: str, forms: tuple[Phrase, ...], tongue: Tongue) -> bool:
    if any(form in tongue.who for form in forms):
        return True
    tokens = forms[0]
    if len(tokens) > _SHORT + 2 or not asks(text):
        return False
    return any(tokens[:size] in tongue.who for size in range(2, len(tokens)))


def _twice(name: str, tokens: Phrase, tongue: Tongue) -> bool:
    """Whether the message is two phrases of the list in a row: "ok thanks"."""
    known: frozenset[Phrase] = getattr(tongue, name)
    return any(tokens[:at] in known and tokens[at:] in known for at in range(1, min(len(tokens), 5)))


def _polite_at(tokens: Phrase, at: int, tongue: Tongue) -> int:
    """The words of the longest polite phrase at `at`; 0 for none."""
    if tokens[at] not in tongue.polite_words:
        return 0
    longest = min(6, len(tokens) - at)
    return next((size for size in range(longest, 0, -1) if tokens[at : at + size] in tongue.polite), 0)


def _unrepeated(tokens: Phrase) -> Iterator[Phrase]:
    """What a message repeats, the shortest first: "stop stop stop" -> "stop"."""
    for size in range(1, len(tokens) // 2 + 1):
        if len(tokens) % size == 0 and tokens == tokens[:size] * (len(tokens) // size):
            yield tokens[:size]
