"""Folds text so that a word is found however it was typed. Both sides of a comparison are folded, stored text never."""

import re
import unicodedata

# Letters that Unicode does not decompose, and spellings that people do not distinguish when texting.
_LETTERS = str.maketrans(
    {
        "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŋ": "n", "ə": "e", "ɛ": "e", "ɔ": "o", "æ": "ae",
        "œ": "oe", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ئ": "ي", "ة": "ه", "ۀ": "ه",
        "ہ": "ه", "ھ": "ه", "ؤ": "و", "ک": "ك", "ڪ": "ك", "ـ": None,
        "'": None, "’": None, "‘": None, "ʼ": None, "`": None, "´": None, "ʻ": None,
    }
)  # fmt: skip
# Scripts whose marks may be left out; in Tamil or Hindi the marks are vowels. Unicode's names begin with these letters.
_MARKED = ("LATIN", "GREEK", "CYRIL", "ARABI")
_VARIANTS = frozenset(map(chr, range(0xFE00, 0xFE10)))  # variation selectors: invisible marks
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
#: Full stops, question and exclamation marks of all scripts that we offer, and line breaks.
_SENTENCE_MARKS = re.compile(
    "[.!?\u2026\u203c\u2047-\u2049\u3002\uff01\uff1f\uff0e\u0964\u0965\u061f\u06d4\u1362\u1367\u1368\n\r]+"
)
_RUN = re.compile(r"((?![\u3400-\u4dbf\u4e00-\u9fff])[^\W\d_])\1+")


def words(text: str) -> tuple[str, ...]:
    """The words of `text`, folded: case, accents, punctuation, invisible letters and doubled letters do not count.

    Digits of every script become ASCII digits, and doubled digits stay: `words("Sí, ٢٧!!") == ("si", "27")`.
    """
    if text.isascii():
        plain = text.lower().replace("'", "").replace("`", "")
    else:  # Chinese is written without spaces: each of its letters is a word
        plain = _HAN.sub(r" \g<0> ", _strip(unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)))
    return tuple(_RUN.sub(r"\1", plain).translate(_PUNCTUATION).split())


def sentence_ends(text: str) -> frozenset[int]:
    """How many words of `words(text)` come before the end of each sentence: {3, 5} for "I am tired. Thank you"."""
    ends, count = set(), 0
    for sentence in _SENTENCE_MARKS.split(text):
        count += len(words(sentence))
        ends.add(count)
    return frozenset(ends)


def folded(text: str) -> str:
    """`words`, joined by single spaces."""
    return " ".join(words(text))


def _strip(text: str) -> str:
    out: list[str] = []
    base_marked = True
    for letter in unicodedata.normalize("NFD", text):
        category = unicodedata.category(letter)
        if category in {"Cf", "Me"} or letter in _VARIANTS:  # invisible, or the frame of a keycap emoji
            continue
        if category == "Mn":
            if not base_marked:
                out.append(letter)
            continue
        if category in {"Nd", "No"} and (digit := unicodedata.digit(letter, None)) is not None:
            out.append(str(digit))
            continue
        if category[0] in "LM":
            base_marked = unicodedata.name(letter, "").startswith(_MARKED)
            out.append(letter)
        else:
            out.append(" ")
    return unicodedata.normalize("NFC", "".join(out)).translate(_LETTERS)


_PUNCTUATION = {code: " " for code in range(128) if not chr(code).isalnum()}
