"""Stories in other languages: finds the stories whose words are in a language that the campaign does not offer.

A story's `language` is at first that of its conversation. When its words are certainly in another language, which the
campaign does not offer, the story gets that language, and downloads say that it needs a translator.
"""

from datetime import timedelta

import regex

from bot.engine.folding import words
from bot.installation import Installation
from bot.language import detect
from bot.store import stories

#: The code for a language that no table knows (ISO 639-2).
UNDETERMINED = "und"
_FEWEST_WORDS = 6
_CERTAIN = 0.99
_ETHIOPIC = regex.compile(r"\p{Ethiopic}")
#: A story is read when its first text is this old: by then most of it has been told.
_SETTLED = timedelta(hours=1)
_BATCH = 50


def mark_other_languages(installation: Installation) -> int:
    """Read a batch of the stories not yet read. Returns how many are in another language."""
    now = installation.clock()
    marked = 0
    with installation.read() as tx:
        waiting = stories.unread(tx, now - _SETTLED, _BATCH)
    for story in waiting:
        campaign = installation.campaigns.get(story.campaign)
        code = other_language(story.text, campaign.languages) if campaign else ""
        with installation.write() as tx:
            stories.set_language(tx, story.id, code)
        marked += bool(code)
    return marked


def other_language(text: str, offered: tuple[str, ...]) -> str:
    """The code of the language of `text`, if that is certain and outside `offered`; empty otherwise."""
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
