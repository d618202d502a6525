"""One story as a flat row: the columns, their order, and the value of each. Pure.

Escapes nothing: each format does that for the programs that read it.
"""

import dataclasses

from bot.engine.campaign import RATHER_NOT, Campaign, Step, StepKind
from bot.store.stories import Answer, ExportStory
from bot.stories.masking import masked
from bot.stories.redaction import MASKED

#: Increases when a column is added, removed or changes its meaning.
SCHEMA_VERSION = 1

#: What files and HTTP headers say about a download.
REDACTED = (
    f"Redacted: {MASKED} are replaced by words in square brackets, as far as they were recognised, and what an "
    "organiser marked. Other names of people and places are not, and a story can show whose it is without any of "
    "them: keep this file as carefully as the stories."
)
RAW = "Not redacted: residents' words as they were sent, with any names, numbers and addresses in them. Do not pass on."

_BEFORE = ("story_id", "campaign", "hub", "channel", "language", "day")
_AFTER = ("may_quote", "may_recontact", "consent_version", "themes", "messages", "schema_version")
_RATHER_NOT = "Rather not say"


def asked(campaign: Campaign) -> tuple[Step, ...]:
    """The steps that have a column, in order: all but the permissions."""
    return tuple(step for step in campaign.steps if step.kind is not StepKind.PERMISSION)


def columns(campaign: Campaign) -> tuple[str, ...]:
    """The names of the columns, in order."""
    return (*_BEFORE, *(step.id for step in asked(campaign)), *_AFTER)


def row(story: ExportStory, campaign: Campaign) -> list[str]:
    """The values of `columns`, in their order, as text."""
    return [
        story.story_id,
        story.campaign,
        story.hub,
        story.channel,
        story.language,
        story.day.isoformat(),
        *(cell(story.answers_to(step.id), step) for step in asked(campaign)),
        story.may_quote,
        story.may_recontact,
        story.consent_version,
        "; ".join(theme_labels(story, campaign)),
        str(len(story.answers)),
        str(SCHEMA_VERSION),
    ]


def cell(answers: tuple[Answer, ...], step: Step) -> str:
    """Everything answered to one step, each text on a line of its own."""
    return "\n".join(spoken(answer, step) for answer in answers)


def spoken(answer: Answer, step: Step | None) -> str:
    """One answer in words: the English labels of the choices, or the resident's own words."""
    if not answer.codes:
        return answer.text
    labels = dict(step.choices) if step else {}
    labels.setdefault(RATHER_NOT, _RATHER_NOT)
    return "; ".join(labels.get(code, code) for code in answer.codes)


def theme_labels(story: ExportStory, campaign: Campaign) -> list[str]:
    """The labels of a story's themes."""
    labels = dict(campaign.themes)
    return [labels.get(theme, theme) for theme in story.themes]


def redacted(story: ExportStory) -> ExportStory:
    """The same story with marks and identifiers masked in every text."""
    return dataclasses.replace(
        story,
        answers=tuple(dataclasses.replace(one, text=masked(one.text, story.marks)) for one in story.answers),
    )
