"""Which language words are in: an exact posterior from langdetect's n-gram tables. "Not sure" is an answer.

langdetect's own probability depends on random samples (`hola` is Welsh, 0.99999), and only its tables are used here.
Every n-gram counts once, over all languages that have a table and one that stands for those without; most of the prior
is on the languages that the campaign offers. One short word never decides: people are asked instead.

The weights and thresholds were chosen on texts of 1, 3 and 6 words from our own catalogues (short and plain, as people
write), and on pieces of the declaration of human rights in our languages and in 50 others. Among the values by which 99
of 100 accepted texts of three words are right, these ask the fewest people. `scripts/bench --languages` measures with
other pieces and other languages. Half or twice the prior's odds, the smoothing or the weight of little words moves the
share of right answers by less than one in a hundred.
"""

import math
import threading
from collections.abc import Iterable, Set

import regex

from bot.engine.folding import words
from bot.engine.vocabulary import Phrase, Vocabulary
from bot.language.hints import hints
from bot.language.profiles import UNKNOWN, Tables, grams, profiles

#: The prior of the offered languages together, of all others that have a table, and of a language without one.
_OFFERED_PRIOR, _OTHERS_PRIOR, _UNKNOWN_PRIOR = 0.85, 0.10, 0.05
#: How sure is sure enough: for up to `_FEW` words, and for more.
_FEW, _FEW_THRESHOLD, _THRESHOLD = 3, 0.95, 0.90
_ENOUGH = 500  # letters: more change no answer and take time
#: Scripts that one language each uses, in south east London and among the tables.
_SCRIPTS = {
    "ta": r"\p{Tamil}",
    "gu": r"\p{Gujarati}",
    "pa": r"\p{Gurmukhi}",
    "bn": r"\p{Bengali}",
    "ti": r"\p{Ethiopic}",
    "el": r"\p{Greek}",
    "ko": r"\p{Hangul}",
    "th": r"\p{Thai}",
    "he": r"\p{Hebrew}",
}
_SCRIPT_OF = {code: regex.compile(pattern) for code, pattern in _SCRIPTS.items()}
#: Words that tell Amharic from Tigrinya, which share a script.
_AMHARIC = frozenset(
    words("ነው እና ውስጥ ላይ ሁሉ ወይም አለ አለው መብት ማንኛውም እያንዳንዱ የሰው ሰው ያለው ይህ ጋር በጣም እኔ እኛ ነኝ ናቸው ወደ ነበር አይደለም")
)
_TIGRINYA = frozenset(words("እዩ እያ እዮም ናይ ናብ ካብ ምስ ኩሉ ሰብ ከም ድማ ግና የለን የብሉን ወይ እዚ እቲ እታ በዚ ነዚ ብዘይ ንሕና ንስኻ ንሱ ንሳ"))
#: Letters that both national character sets have and only one way of writing uses in practice. Cantonese is written in
#: traditional letters here.
_TRADITIONAL = frozenset("於後佐唔咩喇俾睇乜嘅咗哋嚟喺啲嗰嘢攞裏")
_SIMPLIFIED = frozenset("于与后么个几体机并网构据万云圣党气复宁离极确价胜异丰优厂杰适岭")
_HAN = regex.compile(r"\p{Han}")
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_ETHIOPIC = regex.compile(r"\p{Ethiopic}")
_LETTER = regex.compile(r"\p{L}")


class Detector:
    """Tells languages apart by the tables."""

    def __init__(self) -> None:
        self._tables = Tables(profiles())

    def posterior(self, text: str, offered: Iterable[str]) -> dict[str, float]:
        """How likely each language with a table is, and (under the code "") that it is none of them.

        Empty for a text without known letters.
        """
        codes, text = self._tables.codes, text[:_ENOUGH]
        known = set(offered).intersection(codes) - {UNKNOWN}
        scores = [0.0] * len(codes)
        seen = False
        for gram in grams(text):
            for at, weight in self._tables.weights(gram):
                scores[at] += weight
                seen = True
        if not known or not seen:
            return {}
        said, prior = hints(text), _prior(known, len(codes))
        for at, code in enumerate(codes):
            scores[at] += prior.get(code, prior[None]) + said.get(code, 0.0)
        top = max(scores)
        weights = [math.exp(score - top) for score in scores]
        total = sum(weights)
        return {code: weight / total for code, weight in zip(codes, weights, strict=True)}


def _prior(known: Set[str], languages: int) -> dict[str | None, float]:
    """The logarithm of each offered language's prior; under None that of any other."""
    others = max(languages - len(known) - 1, 1)
    prior: dict[str | None, float] = dict.fromkeys(known, math.log(_OFFERED_PRIOR / len(known)))
    return prior | {None: math.log(_OTHERS_PRIOR / others), UNKNOWN: math.log(_UNKNOWN_PRIOR)}


_lock = threading.Lock()
_detector: Detector | None = None


def prepare() -> Detector:
    """Load the tables, once a process: 0.4 s. Commands that serve do it before they take requests."""
    global _detector  # noqa: PLW0603 (one a process, guarded by the lock)
    with _lock:
        if _detector is None:
            _detector = Detector()
        return _detector


def detect(text: str, offered: Iterable[str], tokens: Phrase | None = None) -> tuple[str, float]:
    """The likeliest of the languages `offered` and how sure that is, from 0 to 1; ("", 0.0) for text without words."""
    codes = list(offered)
    if script := _by_script(text, codes):
        return script, 1.0
    if not (words(text) if tokens is None else tokens) or _ETHIOPIC.search(text):
        return "", 0.0
    likely = (_detector or prepare()).posterior(text, codes)
    best = max((code for code in codes if code in likely), key=lambda code: likely[code], default="")
    return best, likely.get(best, 0.0)


def sure(text: str, confidence: float, tokens: Phrase | None = None) -> bool:
    """Whether `confidence` is enough for so many words: never for one short one."""
    count = len(words(text) if tokens is None else tokens)  # each letter of Chinese is one
    letters = len(_LETTER.findall(text))
    if count < 2 and letters < 8:
        return False
    return confidence >= (_FEW_THRESHOLD if count <= _FEW else _THRESHOLD)


def guess_language(text: str, vocabulary: Vocabulary, tokens: Phrase | None = None) -> str:
    """The language of somebody's own words, or an empty string where that is not certain enough.

    `tokens` are the folded words of `text`, where the caller has them.
    """
    codes = vocabulary.languages
    if script := _by_script(text, codes):
        return script
    tokens = words(text) if tokens is None else tokens
    best, confidence = detect(text, codes, tokens)
    return best if sure(text, confidence, tokens) else ""


def _by_script(text: str, codes: Iterable[str]) -> str:
    """The offered language that alone uses the script of most letters; else an empty string."""
    letters = _LETTER.findall(text)
    if len(letters) < 2:
        return ""
    if len(_HAN.findall(text)) * 2 > len(letters):
        return _chinese(text, [code for code in codes if code.startswith("zh")])
    for code in codes:
        pattern = _SCRIPT_OF.get(code)
        if pattern and sum(bool(pattern.match(letter)) for letter in letters) * 2 > len(letters):
            return "" if code == "ti" and _amharic(text) else code
    return ""


def _chinese(text: str, codes: list[str]) -> str:
    """Simplified or traditional, by the letters that only one of the two uses; empty for a text without any."""
    if _KANA.search(text) or len(codes) < 2:
        return "" if _KANA.search(text) else "".join(codes)
    signs = sum(_traditional(letter) for letter in text)
    return "zh-Hant" if signs > 0 else "zh-Hans" if signs < 0 else ""


def _traditional(letter: str) -> int:
    """1 for a letter of traditional Chinese alone, -1 for one of simplified Chinese alone, 0 for all others."""
    if letter in _TRADITIONAL or letter in _SIMPLIFIED:
        return 1 if letter in _TRADITIONAL else -1
    return _in_set(letter, "big5") - _in_set(letter, "gb2312")


def _in_set(letter: str, charset: str) -> bool:
    try:
        letter.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def _amharic(text: str) -> bool:
    """Whether the words and letters of a text in their common script are rather Amharic's than Tigrinya's."""
    found = words(text)
    amharic = sum((word in _AMHARIC) + word.startswith("የ") + word.endswith("ች") for word in found)
    amharic += sum(text.count(letter) for letter in "አሯሏኗ")
    tigrinya = sum((word in _TIGRINYA) + word.startswith("ዝ") for word in found)
    tigrinya += sum(text.count(letter) for letter in "ኣቐኽ")
    return amharic > tigrinya
