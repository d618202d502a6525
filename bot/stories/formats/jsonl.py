"""Stories as JSON Lines, for programs: one line a story, every message verbatim and by itself. Pure.

Times are days, because a minute could tell whose phone it was.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from bot.engine.campaign import Campaign
from bot.store.stories import Answer, ExportStory
from bot.stories.formats.chunks import gathered
from bot.stories.formats.rows import SCHEMA_VERSION

MEDIA_TYPE = "application/jsonl"

# Letters that end a line for some readers, though not for JSON: escaped, so that a story is one line for all.
_LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def write(stories: Iterable[ExportStory], campaign: Campaign, *, redacted: bool) -> Iterator[bytes]:
    """One line for each story. Each says whether it is redacted, because lines travel without their file."""
    yield from gathered(_line(story, campaign, redacted) for story in stories)


def _line(story: ExportStory, campaign: Campaign, redacted: bool) -> str:
    line = _object(story, campaign) | {"redacted": redacted}
    return json.dumps(line, ensure_ascii=False).translate(_LINE_ENDS) + "\n"


def _object(story: ExportStory, campaign: Campaign) -> dict[str, Any]:
    return {
        "story_id": story.story_id,
        "campaign": story.campaign,
        "hub": story.hub,
        "channel": story.channel,
        "language": story.language,
        "day": story.day.isoformat(),
        "messages": [_message(answer, campaign) for answer in story.answers],
        "may_quote": story.may_quote,
        "may_recontact": story.may_recontact,
        "consent_version": story.consent_version,
        "themes": list(story.themes),
        "schema_version": SCHEMA_VERSION,
    }


def _message(answer: Answer, campaign: Campaign) -> dict[str, Any]:
    return {
        "step": answer.step,
        "text": answer.text,
        "codes": list(answer.codes),
        "day": campaign.day(answer.at).isoformat(),
    }
