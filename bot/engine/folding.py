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
