"""Use case: stories in languages that the campaign does not offer are marked, so that somebody finds a translator.

Called by the worker, never on a webhook's path. A story's `language` is the conversation's at first; where the words
are certainly in another one that nobody offers, it becomes theirs. Words stay as they are.
"""

from datetime import timedelta

from bot.installation import Installation
from bot.language.spoken import foreign
from bot.store import reading
from bot.store.moments import to_micros

#: A story is looked at when its first text is this old: by then most of it is told.
_SETTLED = timedelta(hours=1)
_BATCH = 50


def mark_foreign(installation: Installation) -> int:
    """Look at the stories that nobody looked at yet, a batch at most. How many were marked."""
    now = installation.clock()
    marked = 0
    with installation.database.read() as connection:
        waiting = reading.unread(connection, installation.keys, to_micros(now - _SETTLED), _BATCH)
    for story in waiting:
        campaign = installation.campaigns.get(story.campaign)
        code = foreign(story.text, campaign.languages) if campaign else ""
        with installation.database.write() as connection:
            reading.mark(connection, story.id, to_micros(now), code)
        marked += bool(code)
    return marked
