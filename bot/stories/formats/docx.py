"""Stories as a Word transcript, to read, to print, and to load into NVivo, ATLAS.ti or MAXQDA by its headings.

Heading 1 is a story, Heading 2 a question, a paragraph is one message. python-docx makes styles, header and footer; the
body is written into the zip in chunks, because python-docx gets slower with every paragraph and holds them all.
"""

import io
import itertools
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError

from bot.engine.campaign import Campaign, Step
from bot.store.stories import Answer, ExportStory
from bot.stories.formats.chunks import gathered
from bot.stories.formats.rows import spoken, theme_labels
from bot.stories.formats.wordml import heading, paragraph
from bot.stories.other_languages import UNDETERMINED

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_CHANNELS = {"sms": "SMS", "telegram": "Telegram"}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # of zip files: real times would differ between equal exports


def write(
    stories: Iterable[ExportStory], campaign: Campaign, made_on: date, *, redacted: bool, invented: bool = False
) -> Iterator[bytes]:
    """The document, in chunks."""
    from bot.stories.formats import template  # noqa: PLC0415 (11 MB of python-docx, which only this download needs)

    sink = _Sink()
    parts, head, tail = template.parts(campaign, made_on, redacted=redacted, invented=invented)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        for name, content in parts:
            package.writestr(_entry(name), content)
        yield sink.take()
        with package.open(_entry(template.BODY), "w") as body:
            for chunk in gathered(itertools.chain([head], _body(stories, campaign, template.FACTS), [tail])):
                body.write(chunk)
                if piece := sink.take():
                    yield piece
    yield sink.take()


def _body(stories: Iterable[ExportStory], campaign: Campaign, facts_style: str) -> Iterator[str]:
    steps = {step.id: step for step in campaign.steps}
    for story in stories:
        yield heading(story.story_id, 1)
        yield paragraph(_facts(story, campaign), style=facts_style, language="en-GB")
        for name in _order(story, campaign):
            step = steps.get(name)
            yield heading(_question(step) if step else name, 2)
            for answer in story.answers_to(name):
                yield _message(answer, step, story.language)


def _order(story: ExportStory, campaign: Campaign) -> list[str]:
    """The answered steps, in the order of the campaign; then those that the campaign no longer asks."""
    answered = dict.fromkeys(answer.step for answer in story.answers)
    return [step.id for step in campaign.steps if step.id in answered] + [
        name for name in answered if campaign.step(name) is None
    ]


def _message(answer: Answer, step: Step | None, language: str) -> str:
    return paragraph(spoken(answer, step), language="en-GB" if answer.codes else language)


def _question(step: Step) -> str:
    """The question in English, with its placeholders as capitals."""
    return _PLACEHOLDER.sub(lambda found: found[1].upper(), step.text)


def _facts(story: ExportStory, campaign: Campaign) -> str:
    facts = [
        f"{story.day.day} {story.day:%B %Y}",
        _CHANNELS.get(story.channel, story.channel),
        _language(story.language),
        "" if story.language in campaign.languages else "needs a translator",
        f"hub {story.hub}" if story.hub else "",
        f"may be quoted without a name: {story.may_quote or 'not answered'}",
        f"may be contacted again: {story.may_recontact or 'not answered'}",
        f"consent {story.consent_version}",
        *theme_labels(story, campaign),
    ]
    return " · ".join(filter(None, facts))


@lru_cache(maxsize=256)
def _language(code: str) -> str:
    """The English name of a language."""
    if code == UNDETERMINED:
        return "a language that was not recognised"
    try:
        return Locale.parse(code, sep="-").english_name or code
    except (UnknownLocaleError, ValueError):
        return code


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


class _Sink(io.RawIOBase):
    """A buffer that the zip is written to and chunks are taken from. It cannot seek, so zipfile writes in one pass."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        """True: zipfile asks."""
        return True

    def write(self, piece: Any) -> int:
        """Keep a piece until `take`."""
        self._waiting += piece
        return len(piece)

    def take(self) -> bytes:
        """Everything written since the last call."""
        piece = bytes(self._waiting)
        self._waiting.clear()
        return piece
