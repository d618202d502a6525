"""Use case: stories in languages that the campaign does not offer are marked, so that somebody finds a translator.

A story's `language` is the conversation's at first; where the words
are certainly in another one that nobody offers, it becomes theirs. Words stay as they are.
"""

from datetime import timedelta

import regex

from bot.engine.folding import words
from bot.installation import Installation
from bot.language import detect
from bot.store import stories

#: What stands for a language that no table knows (ISO 639-2).
UNDETERMINED = "und"
_FEWEST_WORDS = 6
_CERTAIN = 0.99
_ETHIOPIC = regex.compile(r"\p{Ethiopic}")


#: A story is looked at when its first text is this old: by then most of it is told.
_SETTLED = timedelta(hours=1)
_BATCH = 50


def mark_other_languages(installation: Installation) -> int:
    """Look at the stories that nobody looked at yet, a batch at most. How many were marked."""
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
