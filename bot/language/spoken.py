"""Which language somebody's own words are in, of all that there is a table for: so that a translator can be found.

Called by `bot/stories/other_languages.py` long after the words came; a conversation's own language is `detect.py`'s matter. It
looks for languages that the campaign does not offer, and says nothing where it is not as good as certain.
"""

import regex

from bot.engine.folding import words
from bot.language import detect

#: What stands for a language that no table knows (ISO 639-2).
UNDETERMINED = "und"
_FEWEST_WORDS = 6
_CERTAIN = 0.99
_ETHIOPIC = regex.compile(r"\p{Ethiopic}")


def foreign(text: str, offered: tuple[str, ...]) -> str:
    """The code of a language outside `offered` in which `text` certainly is; empty otherwise."""
    count = len(words(text))
    if count < _FEWEST_WORDS:
        return ""
    best, confidence = detect.detect(text, offered)
    if best and detect.sure(text, confidence):
        return ""
    if len(_ETHIOPIC.findall(text)) > count:  # of the languages in that script, Amharic has no table
        return "am"
    likely = detect.prepare().posterior(text, offered)
    code = max(likely, key=lambda one: likely[one], default="")
    if not likely or likely[code] < _CERTAIN or code in offered:
        return ""
    return code or UNDETERMINED
