"""One story as the flat row of the contract: the columns, their order, and what stands in each.

Pure. `csv.py` and every other table share it; `redacted` is what all formats but those of the role `raw` are made from.
Must not escape anything: what a format needs against its readers' programs is the format's own matter.
"""

import dataclasses

from bot.engine.campaign import RATHER_NOT, Campaign, Step, StepKind
from bot.store.stories import Answer, ExportStory
from bot.stories.masking import masked
from bot.stories.redaction import MASKED

#: Changes when a column is added, removed or gets another meaning.
SCHEMA_VERSION = 1

#: What files and answers say of themselves.
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
    """The steps that have a column: all but the permissions, in order."""
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
    """All that was said to one step: several texts of one answer on lines of their own."""
    return "\n".join(spoken(answer, step) for answer in answers)


def spoken(answer: Answer, step: Step | None) -> str:
    """One answer in words: the English labels of what was chosen, else the resident's own words."""
    if not answer.codes:
        return answer.text
    labels = dict(step.choices) if step else {}
    labels.setdefault(RATHER_NOT, _RATHER_NOT)
    return "; ".join(labels.get(code, code) for code in answer.codes)


def theme_labels(story: ExportStory, campaign: Campaign) -> list[str]:
    """The themes of a story, as the codebook names them."""
    labels = dict(campaign.themes)
    return [labels.get(theme, theme) for theme in story.themes]


def redacted(story: ExportStory) -> ExportStory:
    """The same story, with an organiser's marks and every identifier that has a form masked in every text."""
    return dataclasses.replace(
        story,
        answers=tuple(dataclasses.replace(one, text=masked(one.text, story.marks)) for one in story.answers),
    )
