"""Which language are these words in? An exact posterior from langdetect's own n-gram tables; "not sure" is an answer.

langdetect's own probability is a lottery of samples (`hola` is Welsh, 0.99999), so only its tables are used: every
n-gram counts once, over all the languages it knows, with most of the prior on the languages that the campaign offers.
Called by `receive.py` while a conversation's language is unsettled, and by `openear detect`. It must never decide
alone on one short word: then people are asked. Thresholds: measured per word count; see the figures of `scripts/bench
--languages`.
"""

import math
import threading
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import langdetect
import regex
from langdetect.detector_factory import DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from bot.engine.fold import words
from bot.engine.vocabulary import Vocabulary
from bot.language.hints import hints
from bot.language.profiles import own_profiles

_PROFILES = Path(langdetect.__file__).parent / "profiles"
_OFFERED_PRIOR = 0.9  # shared by the offered languages; the rest by all others
_SMOOTHING = 0.5 / 10_000  # langdetect's own, at its default alpha
_OURS = {"zh-cn": "zh-Hans", "zh-tw": "zh-Hant"}
#: Scripts that belong to one language each, in south east London and among the tables.
_SCRIPTS = {
    "ta": r"\p{Tamil}", "gu": r"\p{Gujarati}", "pa": r"\p{Gurmukhi}", "bn": r"\p{Bengali}", "ti": r"\p{Ethiopic}",
    "el": r"\p{Greek}", "ko": r"\p{Hangul}", "th": r"\p{Thai}", "he": r"\p{Hebrew}",
}  # fmt: skip
_SCRIPT_OF = {code: regex.compile(pattern) for code, pattern in _SCRIPTS.items()}
#: Words by which Amharic, which shares Tigrinya's script, is known: "is", "and", "in", "every", "or", "his", "not" …
_AMHARIC = frozenset("ነው እና ውስጥ ላይ ሁሉ ወይም አለ አለው መብት ማንኛውም እያንዳንዱ የሰው ሰው ያለው ይህ ጋር ነገር ግን".split())  # noqa: SIM905
_HAN = regex.compile(r"\p{Han}")
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_ETHIOPIC = regex.compile(r"\p{Ethiopic}")
_MARKS = dict.fromkeys(range(768, 880))
_LETTER = regex.compile(r"\p{L}")


class Detector:
    """langdetect's tables, and our own for what they lack, read as probabilities."""

    def __init__(self) -> None:
        profiles = [path.read_text(encoding="utf-8") for path in sorted(_PROFILES.iterdir()) if path.is_file()]
        self._factory = DetectorFactory()
        self._factory.load_json_profile([*profiles, *own_profiles()])
        self._codes = [_OURS.get(code, code) for code in self._factory.get_lang_list()]
        self._rows = self._factory.word_lang_prob_map
        self._log_row = lru_cache(maxsize=50_000)(self._uncached_log_row)

    def posterior(self, text: str, offered: Iterable[str]) -> dict[str, float]:
        """How likely each language is, over all that have a table. Empty for text without letters they know."""
        codes = set(offered)
        known = [code for code in self._codes if code in codes]
        grams = self._grams(text)
        if not known or not grams:
            return {}
        others = max(len(self._codes) - len(known), 1)
        scores = [
            math.log(_OFFERED_PRIOR / len(known) if code in codes else (1 - _OFFERED_PRIOR) / others)
            for code in self._codes
        ]
        for gram in grams:
            for at, log in enumerate(self._log_row(gram)):
                scores[at] += log
        for at, code in enumerate(self._codes):
            scores[at] += hints(text, code)
        top = max(scores)
        weights = [math.exp(score - top) for score in scores]
        total = sum(weights)
        return {code: weight / total for code, weight in zip(self._codes, weights, strict=True)}

    def _grams(self, text: str) -> list[str]:
        detector = self._factory.create()
        detector.append(f" {text.lower()} ")
        try:
            return [gram for gram in detector._extract_ngrams() if gram in self._rows]  # noqa: SLF001 (pinned release)
        except LangDetectException:
            return []

    def _uncached_log_row(self, gram: str) -> tuple[float, ...]:
        return tuple(math.log(_SMOOTHING + p) for p in self._rows[gram])


_lock = threading.Lock()
_detector: Detector | None = None


def prepare() -> Detector:
    """Load the tables (0.4 s, once a process). Commands that serve call it before they take requests."""
    global _detector  # noqa: PLW0603 (one per process, guarded by the lock)
    with _lock:
        if _detector is None:
            _detector = Detector()
        return _detector


def detect(text: str, offered: Iterable[str]) -> tuple[str, float]:
    """The likeliest of the languages `offered` and how sure that is, from 0 to 1; ("", 0.0) for text without words."""
    codes = list(offered)
    if script := _by_script(text, codes):
        return script, 1.0
    if not words(text) or _ETHIOPIC.search(text):
        return "", 0.0
    likely = (_detector or prepare()).posterior(text, codes)
    best = max((code for code in codes if code in likely), key=lambda code: likely[code], default="")
    return best, likely.get(best, 0.0)


def sure(text: str, confidence: float) -> bool:
    """Whether `confidence` is enough for so many words: never for one short one."""
    count = len(text.split())
    letters = len(_LETTER.findall(text))
    if count < 2 and letters < 8:
        return False
    return confidence >= (0.95 if count < 3 else 0.90)


def guess_language(text: str, vocabulary: Vocabulary) -> str:
    """The language of somebody's own words, or an empty string where that is not certain enough."""
    codes = vocabulary.languages
    if script := _by_script(text, codes):
        return script
    best, confidence = detect(text, codes)
    return best if sure(text, confidence) else ""


def _by_script(text: str, codes: Iterable[str]) -> str:
    """The offered language whose script most letters are in, where no other language among the tables has it."""
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
    """Simplified or traditional, by the letters that only one of the two national character sets has."""
    if _KANA.search(text) or len(codes) < 2:
        return "" if _KANA.search(text) else "".join(codes)
    traditional = sum(_in_set(letter, "big5") and not _in_set(letter, "gb2312") for letter in text)
    simplified = sum(_in_set(letter, "gb2312") and not _in_set(letter, "big5") for letter in text)
    if traditional == simplified:
        return ""
    return "zh-Hant" if traditional > simplified else "zh-Hans"


def _in_set(letter: str, charset: str) -> bool:
    try:
        letter.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def _amharic(text: str) -> bool:
    """Whether a text in their common script has more signs of Amharic than of Tigrinya, as ኣ and ዝ are."""
    found = words(text)
    return sum(word in _AMHARIC or word.startswith("የ") for word in found) > text.count("ኣ") + text.count("ዝ")
