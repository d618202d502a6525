"""The words of the dialogues: every list of every language, stories, numbers, taps and texts that say nothing."""

from datetime import timedelta

from bot.engine.campaign import RATHER_NOT
from bot.engine.model import Inbound, Kind
from kit.dialogues import CAMPAIGNS, CANARY, CATALOGUES, EPOCH, LANGUAGES, WORDINGS, TimedInbound


def text_of(text: str, guess: str = "", kind: Kind = Kind.TEXT) -> Inbound:
    return Inbound(kind=kind, at=EPOCH, text=text, guess=guess)


def at_once(inbound: Inbound, tag: str = "", language: str = "") -> TimedInbound:
    """What comes without any time passing before it."""
    return TimedInbound(timedelta(), inbound, tag, language)


def phrases(name: str, language: str) -> list[str]:
    """A list of words, as its catalogue writes it."""
    template = WORDINGS["thrive"].template(f"words {name}", language)
    return [entry.strip() for entry in template.split("|") if entry.strip(" -")]


def word(name: str, language: str) -> str:
    """The word that we advertise."""
    return WORDINGS["thrive"].text(f"word {name}", language)


DIGITS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "௦௧௨௩௪௫௬௭௮௯", "০১২৩৪৫৬৭৮৯", "０１２３４５６７８９")
THUMBS = ("👍", "👍🏿", "👌", "🙏", "✅", "✔️", "☑", "🆗", "👍👍👍", "👎")
STORIES = {
    "en": "The rent on our flat went up again and the {} damp is on every wall",
    "es": "La renta subió otra vez y hay {} humedad en todas las paredes de la casa",
    "pl": "Czynsz znowu wzrósł, a na każdej ścianie {} jest wilgoć i pleśń",
    "so": "Kirada gurigu mar kale ayay korodhay, {} derbi kastana qoyaan baa ku jira",
    "ar": "ارتفع ايجار البيت مرة اخرى والرطوبة {} على كل جدار",
    "ta": "வீட்டு வாடகை மீண்டும் உயர்ந்தது, ஒவ்வொரு சுவரிலும் {} ஈரம் உள்ளது",
}
OTHER_TEXTS = (
    "?", "...", "!!!", "😀", "❤️❤️", "\n\n", " ", "\u200b", "\ufffd\ufffd", "a\ufffdb", "½", "²", "①", "9" * 20,
    "2 7", "2 and 7", "٢ و٧", "0", "lewisham or southwark", "yes stop", "stop yes", "no yes", "yes no", "ok",
    "ok thanks", "I am 14", "14", "yes 14", "i'm 34 yes", "yes I am over 16", "who is this?", "hello hello",
    "I want to stop the damp", "please do not stop me telling", "#", "&amp;", "{yes}", "%s %d", "=1+1", "' OR 1=1 --",
    "x" * 5000, "ha " * 2000, "الرطوبة " * 500, "🙂" * 300, "\u202eيمين", "I\u0307\u0301\u0302" * 50,
)  # fmt: skip
LISTS = ("yes", "no", "stop", "start", "help", "delete", "my_story", "language", "skip", "back", "done", "greeting",
         "thanks", "polite", "hedge", "refuse", "who", "unsure", "half")  # fmt: skip


def _keywords() -> list[TimedInbound]:
    found = [
        at_once(text_of(phrase), name, language)
        for name in LISTS
        for language in LANGUAGES
        for phrase in phrases(name, language)
    ]
    for language in LANGUAGES:
        known = CATALOGUES.languages[language]
        found += [at_once(text_of(name), "name", language) for name in (known.name, known.english, *known.aliases)]
        for pattern in phrases("age", language):
            age = pattern.replace("#", "15").removesuffix(".")
            found.append(at_once(text_of(age), "age", language))
        found += [at_once(text_of(f"{yes}?"), "half-yes", language) for yes in phrases("yes", language)]
        first = phrases("yes", language)[0]
        found += [
            at_once(text_of(f"{first} {hedge} {CANARY}"), "half-yes", language) for hedge in phrases("hedge", language)
        ]
    return found


def _stories() -> list[TimedInbound]:
    return [
        at_once(text_of(text.format(f"{CANARY} {number}"), guess), "story", language)
        for language, text in STORIES.items()
        for guess in (language, "")
        for number in range(4)
    ]


def _alarms() -> list[TimedInbound]:
    found = []
    for language, tiers in CATALOGUES.safety.items():
        for tier, entries in tiers.items():
            for entry in entries:
                phrase = entry.removesuffix(" .").replace("*", "")
                found.append(at_once(text_of(phrase), tier, language))
                found.append(at_once(text_of(f"{CANARY} {phrase}"), tier, language))
                if not entry.endswith(" ."):
                    found.append(at_once(text_of(f"{CANARY}, {phrase}. {CANARY}"), tier, language))
    return found


def _taps() -> list[TimedInbound]:
    data = [
        "",
        ":",
        "x",
        "consent",
        "consent:maybe",
        "delete:",
        "languages:xx",
        "area:atlantis",
        "nowhere:yes",
        "\0:yes",
    ]
    data += [f"{question}:{answer}" for question in ("consent", "delete") for answer in ("yes", "no")]
    data += [f"languages:{code}" for code in LANGUAGES]
    for campaign in CAMPAIGNS.values():
        for one in campaign.steps:
            answers = ("yes", "no", ".skip", ".done", RATHER_NOT, *(choice for choice, _label in one.choices))
            data += [f"{one.id}:{answer}" for answer in answers]
    return [at_once(Inbound(kind=Kind.BUTTON, at=EPOCH, button=one), f"tap {one}") for one in dict.fromkeys(data)]


def _openings() -> list[TimedInbound]:
    made = [
        Inbound(kind=Kind.TEXT, at=EPOCH, hub=hub, hub_language=language, opening=True)
        for language in ("", *LANGUAGES)
        for hub in ("", "LRMN")
    ]
    carried = [
        Inbound(kind=Kind.TEXT, at=EPOCH, text="STOP", carrier_stop=True),
        Inbound(kind=Kind.TEXT, at=EPOCH, text="START", carrier_start=True),
        Inbound(kind=Kind.TEXT, at=EPOCH, text="HELP", carrier_help=True),
        Inbound(kind=Kind.BLOCKED, at=EPOCH),
    ]
    return [at_once(one, "opening") for one in made] + [
        at_once(one, tag) for one, tag in zip(carried, ("carrier", "start", "help", "blocked"), strict=True)
    ]


def _numbers() -> list[TimedInbound]:
    return [at_once(text_of(one), "digit") for digits in DIGITS for one in digits]


KEYWORDS, TOLD, ALARMS, TAPS, OPENINGS, NUMBERS = (
    _keywords(), _stories(), _alarms(), _taps(), _openings(), _numbers()
)  # fmt: skip
LABELS = [
    at_once(text_of(label), "label")
    for campaign in CAMPAIGNS.values()
    for one in campaign.steps
    for language in LANGUAGES
    for choices in [campaign.vocabulary.lexicon(language).labels.get(one.id, {})]
    for label in [" ".join(words[0]) for words in choices.values() if words]
]
OTHERS = [at_once(text_of(one), "other") for one in OTHER_TEXTS] + [at_once(text_of(one), "thumb") for one in THUMBS]
OTHERS.append(at_once(text_of("Stop stop STOP!"), "stop", "en"))
TIME = at_once(Inbound(kind=Kind.TIME, at=EPOCH), "time")
