"""Reads one message as a person would: a command, a plain yes or no, a greeting, a question back, or own words.

Pure. Called by the stages of the conversation. It decides what the words are, never what to answer.
"""

import re
from dataclasses import dataclass

from bot.engine.fold import words
from bot.engine.vocabulary import Command, Lexicon, Phrase, Vocabulary

#: Commands that work in every language at once; the others only in the conversation's language and English.
_EVERYWHERE = frozenset({Command.STOP, Command.START, Command.HELP, Command.DELETE, Command.MY_STORY, Command.LANGUAGE})
_QUESTION_ENDS = ("?", "؟", "？", "՞", "፧")
_SHORT = 6  # words: longer messages are somebody's own words, whatever they contain


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message is. Several may hold: "thanks" is `thanks`; "yes" is `yes`."""

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

    @property
    def number(self) -> int | None:
        """The number, when the message is nothing but one."""
        return (
            int(self.tokens[0])
            if len(self.tokens) == 1 and self.tokens[0].isdecimal() and len(self.tokens[0]) < 5
            else None
        )

    @property
    def wordless(self) -> bool:
        """Emoji or punctuation alone."""
        return not self.tokens

    @property
    def long(self) -> bool:
        """Long enough to be a story wherever it is sent."""
        return len(self.tokens) > _SHORT or len(self.text) > 60 or "\n" in self.text.strip()

    @property
    def small_talk(self) -> bool:
        """Nothing that belongs into a story."""
        return self.wordless or self.yes or self.no or self.unsure or self.greeting or self.thanks


def read(text: str, language: str, vocabulary: Vocabulary) -> Reading:
    """Read `text` in a conversation held in `language` (empty: not yet known)."""
    tokens = words(text)
    if not tokens or len(tokens) > 2 * _SHORT:
        return Reading(text, tokens)
    own = vocabulary.lexicon(language)
    english = vocabulary.english
    command, command_language = _command(tokens, own, vocabulary)
    greeting_language = _greeting(tokens, own, vocabulary)
    return Reading(
        text,
        tokens,
        command=command,
        command_language=command_language,
        yes=says("yes", tokens, own, english),
        no=says("no", tokens, own, english),
        unsure=own.has("unsure", tokens),
        greeting=greeting_language is not None,
        greeting_language=greeting_language or "",
        thanks=own.has("thanks", tokens) or english.has("thanks", tokens) or _only("thanks", tokens, own, english),
        who=_who(text, tokens, own, english),
        refusal=own.has("refuse", tokens) or english.has("refuse", tokens),
        language_named=vocabulary.names.get(" ".join(tokens), ""),
    )


def says(answer: str, tokens: Phrase, own: Lexicon, english: Lexicon) -> bool:
    """Whether `tokens` are a whole yes or no: in the language's own words, or in English where that does not clash."""
    other = "no" if answer == "yes" else "yes"
    for phrase in (tokens, without(tokens, own, english), _unrepeated(tokens)):
        if not phrase or own.has("unsure", phrase):
            continue
        if own.has(answer, phrase):
            return True
        if english.has(answer, phrase) and not own.has(other, phrase):
            return True
    return False


def without(tokens: Phrase, own: Lexicon, english: Lexicon) -> Phrase:
    """`tokens` less the polite words around them: "yes please thank you" -> "yes"."""
    polite = own.phrases("polite") | english.phrases("polite")
    out: list[str] = []
    at = 0
    while at < len(tokens):
        for size in range(min(6, len(tokens) - at), 0, -1):
            if tokens[at : at + size] in polite:
                at += size
                break
        else:
            out.append(tokens[at])
            at += 1
    return tuple(out)


def asks(text: str) -> bool:
    """Whether the message ends as a question."""
    return text.rstrip(" \n!.)\"'").endswith(_QUESTION_ENDS)


def years_told(tokens: Phrase, own: Lexicon, english: Lexicon) -> int | None:
    """The age that somebody gives as their own ("I am 14"), or None."""
    numbers = [at for at, token in enumerate(tokens[:8]) if re.fullmatch(r"[1-9]\d?", token) and int(token) > 5]
    for at in numbers:
        for pattern in own.phrases("age") | english.phrases("age"):
            if _fits(pattern, tokens, at):
                return int(tokens[at])
    return None


def _fits(pattern: Phrase, tokens: Phrase, at: int) -> bool:
    before = pattern[: pattern.index("#")] if "#" in pattern else pattern
    after = pattern[pattern.index("#") + 1 :] if "#" in pattern else ()
    ends = after[-1:] == (".",)
    after = after[:-1] if ends else after
    start, stop = at - len(before), at + 1 + len(after)
    if start < 0 or stop > len(tokens) or tokens[start:at] != before or tokens[at + 1 : stop] != after:
        return False
    if start > (2 if before else 0):  # in the middle of a sentence it is rarely one's own age
        return False
    return not ends or stop == len(tokens)


def _command(tokens: Phrase, own: Lexicon, vocabulary: Vocabulary) -> tuple[Command | None, str]:
    for phrase in (tokens, without(tokens, own, vocabulary.english), _unrepeated(tokens)):
        for lexicon in (own, vocabulary.english):
            for command in Command:
                if phrase and lexicon.has(command.value, phrase):
                    return command, lexicon.code
        found = vocabulary.commands.get(phrase)
        if found and found[0] in _EVERYWHERE and not (own.has("yes", phrase) or own.has("no", phrase)):
            return found
    return None, ""


def _greeting(tokens: Phrase, own: Lexicon, vocabulary: Vocabulary) -> str | None:
    """The language of a bare greeting; empty where several languages share it; None where it is no greeting."""
    phrase = _unrepeated(tokens)
    if own.has("greeting", phrase):
        return own.code if vocabulary.greetings.get(phrase) == own.code else vocabulary.greetings.get(phrase, "")
    return vocabulary.greetings.get(phrase)


def _who(text: str, tokens: Phrase, own: Lexicon, english: Lexicon) -> bool:
    bare = without(tokens, own, english) or tokens
    if any(lexicon.has("who", phrase) for lexicon in (own, english) for phrase in (tokens, bare)):
        return True
    if not asks(text) or len(tokens) > _SHORT + 2:
        return False
    openings = {phrase for lexicon in (own, english) for phrase in lexicon.phrases("who") if len(phrase) > 1}
    return any(tokens[: len(phrase)] == phrase for phrase in openings)


def _only(name: str, tokens: Phrase, own: Lexicon, english: Lexicon) -> bool:
    """Whether the message is two phrases of the list in a row: "ok thanks"."""
    known = own.phrases(name) | english.phrases(name)
    return any(tokens[:at] in known and tokens[at:] in known for at in range(1, len(tokens)))


def _unrepeated(tokens: Phrase) -> Phrase:
    """`tokens` with a repeated message said once: "stop stop stop" -> "stop"."""
    for size in range(1, len(tokens) // 2 + 1):
        if len(tokens) % size == 0 and tokens == tokens[:size] * (len(tokens) // size):
            return tokens[:size]
    return tokens
