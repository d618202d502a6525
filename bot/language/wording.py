"""A campaign with its words in every language: texts ready to send, and the vocabulary to read answers.

A text is the campaign's own, else the system's; English in a language that lacks it. Consent, stop and safety texts
never fall back to English, because a language without them is not offered.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from gettext import c2py

from babel.dates import format_skeleton
from babel.messages.plurals import get_plural

from bot.engine.campaign import RATHER_NOT, Campaign, Step, StepKind
from bot.engine.echoes import opening
from bot.engine.model import Channel, Reply
from bot.engine.vocabulary import LISTS, Command, Lexicon, Vocabulary
from bot.language.campaign_texts import campaign_texts
from bot.language.catalogue import Catalogue, Catalogues, Language
from bot.language.texts import TEXTS


@dataclass(frozen=True, slots=True)
class Asked:
    """The exact text that asked for consent, for the ledger."""

    key: str
    language: str
    version: str  # of the English: the same in all languages
    sha256: str
    body: str


class Wording:
    """A campaign and its texts."""

    def __init__(
        self, campaign: Campaign, numbers: Mapping[str, str], catalogues: Catalogues, own: Mapping[str, Catalogue]
    ) -> None:
        """From the campaign, the numbers of its helplines, the system's catalogues and the campaign's own."""
        self.campaign = campaign
        self._numbers = numbers
        self._catalogues = catalogues
        self.own = own
        self._english = dict(campaign_texts(campaign))
        self._texts: dict[tuple[str, str], str] = {}

    def for_campaign(self, campaign: Campaign) -> "Wording":
        """The same catalogues and helplines for a changed campaign."""
        return Wording(campaign, self._numbers, self._catalogues, self.own)

    def text(self, key: str, language: str) -> str:
        """The text `key`, filled. `step <id>`, `choice <step> <id>`, `name <code>`, `word <list>` are keys too."""
        found = self._texts.get((key, language))
        if found is None:
            found = self._texts[key, language] = self._fill(key, language)
        return found

    def render(self, reply: Reply, channel: Channel) -> str:
        """One reply as one message; an SMS has the numbered list that Telegram shows as buttons."""
        lines = [self.text(say.key, say.language) for say in reply.says]
        language = reply.says[-1].language
        step = self._listed(reply.says[-1].key)
        if reply.menu:
            names = [f"{number} {self.text(f'name {code}', language)}" for number, code in enumerate(reply.menu, 1)]
            return "\n".join([*lines[:-1], *names, lines[-1]])
        if step:
            if channel is Channel.TELEGRAM:
                return "\n".join([*lines, self.text("tap", language)] if step.kind is StepKind.SEVERAL else lines)
            if step.kind is StepKind.ONE:
                lines[-1] = f"{lines[-1]} {self.text('send_number', language)}"
            lines += self._numbered(step, language)
        return "\n".join(lines)

    def asked(self, key: str, language: str) -> Asked:
        """The text `key` in `language`, which asks for consent."""
        body, english = self.text(key, language), self.text(key, "en")
        version = hashlib.sha256(english.encode()).hexdigest()[:8]
        return Asked(key, language, version, hashlib.sha256(body.encode()).hexdigest(), body)

    def vocabulary(self, offered: list[str]) -> Vocabulary:
        """What residents' words mean, in the languages `offered`."""
        lexicons = [self._lexicon(code) for code in offered]
        known = self._catalogues.languages
        names = {
            code: (known[code].name, known[code].english, *known[code].aliases) for code in offered if code in known
        }
        return Vocabulary.build(
            lexicons, names, self._catalogues.safety_phrases, cache(lambda: self._openings(offered))
        )

    def _openings(self, offered: list[str]) -> frozenset[tuple[str, ...]]:
        """The first words of every text that a resident may get, so that a phone's quotation of it is known."""
        keys = [key for key in TEXTS if not key.startswith(("words ", "command ", "invite"))]
        keys += [f"step {step.id}" for step in self.campaign.steps]
        return frozenset(opening(self.text(key, code)) for code in offered for key in keys) - {()}

    def template(self, key: str, language: str) -> str:
        """The text `key` before it is filled."""
        system = self._catalogues.system.get(language)
        if key in self._english:
            return self._translated(key, language) or self._english[key]
        if system and key in system.texts and key not in system.unsure:
            return system.texts[key]
        return self._catalogues.system["en"].texts[key]

    def untranslated(self, language: str) -> list[str]:
        """The campaign's texts for residents that `language` lacks, or translates from another English."""
        needed = [key for key in self._english if not key.startswith(("theme ", "organisers "))]
        return [] if language == "en" else [key for key in needed if not self._translated(key, language)]

    def _translated(self, key: str, language: str) -> str:
        """The translation, made from this English: one of another campaign, or an older one, may name other people."""
        own = self.own.get(language)
        if own is None or key in own.unsure or own.sources.get(key) != self._english[key]:
            return ""
        return own.texts.get(key, "")

    def _fill(self, key: str, language: str) -> str:
        if key.startswith("name "):
            return self._language(key.removeprefix("name ")).name
        if key.startswith("word "):
            return self._shown(key.removeprefix("word "), language)
        template = self.template(key, language)
        return template.format_map(self._values(language, short=key == "closed")) if "{" in template else template

    def values(self, language: str) -> dict[str, str]:
        """What the placeholders of texts stand for, in `language`."""
        return self._values(language, short=False)

    def _values(self, language: str, *, short: bool) -> dict[str, str]:
        words = ("yes", "no", "stop", "start", "delete", "skip", "done", "help", "my_story")
        return {
            **{word: self._shown(word, language) for word in words},
            **self._numbers,
            "age": str(self.campaign.minimum_age),
            "phone": self.campaign.telephone,
            "campaign": self.template("organisers short_name" if short else "organisers name", language),
            "keeping": self._keeping(language),
            "assembly": self._day(self.campaign.assembly, language),
            "report_back": self._day(self.campaign.report_back, language),
        }

    def _shown(self, word: str, language: str) -> str:
        """The word we advertise: the first of its list, in that language's capitals."""
        shown = self.template(f"words {word}", language).split("|")[0].strip()
        return shown.replace("i", "İ").upper() if language in {"tr", "az"} else shown.upper()

    def forms(self, key: str, language: str) -> tuple[str, ...]:
        """The plural forms of a text that depends on a number."""
        system = self._catalogues.system
        own = system[language].plurals.get(key) if language in system else None
        return own or system["en"].plurals[key]

    def _keeping(self, language: str) -> str:
        months = self.campaign.story_months
        key, n = ("years", months // 12) if months % 12 == 0 else ("months", months)
        forms = self.forms(key, language)
        return forms[_plural(self._language(language), n, len(forms))].format(n=n)

    def _day(self, day: date, language: str) -> str:
        return format_skeleton("MMMMd", day, locale=self._language(language).locale)

    def _language(self, code: str) -> Language:
        return self._catalogues.languages.get(code) or self._catalogues.languages["en"]

    def _listed(self, key: str) -> Step | None:
        """The step whose text `key` is, where its answer is chosen from a list."""
        step = self.campaign.step(key.removeprefix("step ")) if key.startswith("step ") else None
        return step if step and step.listed else None

    def _numbered(self, step: Step, language: str) -> list[str]:
        """The lines of a list as an SMS shows it: "1 Bexley", and "0 Not saying" last."""
        lines = [f"{number} {label}" for number, label in enumerate(self._labels(step, language).values(), 1)]
        return [*lines, f"0 {self.text(RATHER_NOT, language)}"] if step.rather_not else lines

    def _labels(self, step: Step, language: str) -> dict[str, str]:
        """The choices of `step` with what each is called in `language`."""
        return {choice: self.text(f"choice {step.id} {choice}", language) for choice, _english in step.choices}

    def _lexicon(self, code: str) -> Lexicon:
        names = (*(command.value for command in Command), *LISTS)
        lists = {name: self.template(f"words {name}", code).split("|") for name in names}
        labels = {step.id: self._labels(step, code) for step in self.campaign.steps if step.listed}
        for step in self.campaign.steps:
            if step.listed and step.rather_not:
                labels[step.id][RATHER_NOT] = self.text(RATHER_NOT, code)
        return Lexicon.build(code, self._language(code).name, lists, labels, self._catalogues.grammars.get(code))


def _plural(language: Language, n: int, forms: int) -> int:
    """Which of gettext's plural forms `n` takes."""
    return min(int(c2py(get_plural(language.locale).plural_expr)(n)), forms - 1)
