"""What single letters and little words say about a language beside its n-grams. Pure data and one function.

langdetect blurs just the letters that tell Persian from Arabic, and near relatives (Spanish, Portuguese, Italian)
share most of their n-grams but not their articles. Called by `detect.py` for each language it weighs.
"""

import regex

from bot.engine.fold import words

#: Letters that a language hardly ever uses. They count against it and do not forbid it: people borrow keyboards.
_UNLIKELY = {
    "ar": regex.compile("[پچژگکیٹڈڑںےھہۃ]"),
    "fa": regex.compile("[ٹڈڑںےھہةكيى]"),
    "ur": regex.compile("[ةكيى]"),
    "es": regex.compile("[ãõçâêàè]"),
    "pt": regex.compile("[ñ¿¡ëïèù]"),
    "it": regex.compile("[ñãõçáíóúêâîôășț]"),
    "fr": regex.compile("[ñãõáíóúășțż]"),
    "ro": regex.compile("[ñãõçáéíóúàèßą]"),
}
_UNLIKELY_WEIGHT = -4.0  # in the logarithm of the odds, for each letter

#: Little words, folded.
_LITTLE = {
    "es": "el los las del y una unos con es lo sus su al por pero mi muy hay son fue esta esto ser han nos",
    "pt": "o os as do da dos das em um uma e com nao na no nas nos ao seu sua mas minha muito foi sao ser pelo",
    "it": "il gli di che e una un per non con del della dei delle nel nella sono ha al mi lo le si anche ogni",
    "fr": "le les des et une un du au aux est dans pour par pas que qui sur avec je il nous toute tout sa son ou",
    "ro": "si in de la cu pe nu din o un este sa sau care pentru orice are prin fi ale al ca mai lui",
}
_LITTLE_WEIGHT = 1.2
_SPLIT = {code: frozenset(found.split()) for code, found in _LITTLE.items()}


def hints(text: str, code: str) -> float:
    """How much the letters and little words of `text` speak for `code`, in the logarithm of the odds."""
    unlikely, little = _UNLIKELY.get(code), _SPLIT.get(code)
    against = _UNLIKELY_WEIGHT * len(unlikely.findall(text)) if unlikely else 0.0
    return against + (_LITTLE_WEIGHT * sum(word in little for word in words(text)) if little else 0.0)
