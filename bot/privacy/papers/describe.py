"""Step 2 of the impact assessment: what is asked, in which languages, which way the words go, and who handles them."""

from collections.abc import Iterator

from bot.engine.campaign import Step, StepKind
from bot.privacy.papers.brief import Brief
from bot.privacy.papers.page import Markup, blank, joined, lines, listing, paragraph, section, table
from bot.privacy.papers.parties import flow, parties_table, recipients_table, transfers

_KINDS = {
    StepKind.STORY: "the story, in their own words",
    StepKind.TEXT: "their own words; may be skipped",
    StepKind.PERMISSION: "a permission, yes or no; may be skipped",
    StepKind.ONE: "one of a list; may be skipped",
    StepKind.SEVERAL: "any of a list; may be skipped",
}


def parts(brief: Brief) -> Iterator[Markup]:
    """The sections of the step."""
    yield section("Nature", *_nature(brief), level=3)
    yield section("Scope", *_scope(brief), level=3)
    yield section("Context", *_context(brief), level=3)
    yield section("Purpose", *_purpose(brief), level=3)
    yield section("The way of the words", flow(brief), parties_table(brief, "Who processes what"), level=3)
    yield section("Recipients", recipients_table(brief, "To whom data may be given"), level=3)
    yield section("Outside the United Kingdom", transfers(brief), level=3)


def _nature(brief: Brief) -> Iterator[Markup]:
    yield paragraph(
        brief.says(
            "Whatever somebody sends first is answered with one text that asks for consent. Until they say yes nothing "
            "else is asked, and their words wait for 24 hours at most. Words of danger are an exception: they are kept "
            "as a flag for {flag_days} days, also without a yes. In English that text is:"
        )
    )
    yield paragraph(brief.says("“{first}”", first=brief.first))
    yield table("What is asked afterwards, in this order", ("Step", "As sent in English", "Answer"), _asked(brief))


def _asked(brief: Brief) -> Iterator[tuple[object, object, object]]:
    for step, text in brief.questions:
        yield step.id, text, joined((_KINDS[step.kind], _choices(step)), ": ") if step.listed else _KINDS[step.kind]


def _choices(step: Step) -> str:
    labels = [label for _code, label in step.choices]
    return ", ".join([*labels, "rather not say"] if step.rather_not else labels)


def _scope(brief: Brief) -> Iterator[Markup]:
    yield listing(
        brief.says(item)
        for item in (
            "About: residents of {age} or over who write; people they write about; organisers.",
            "Special categories: health, ethnicity, religion, sexual orientation, politics and union membership may be "
            "told by anybody at any time; lists may ask for some of them. Offences may be told too.",
            "Kept: stories {story_months} months, addresses {contact_days} days after the last message, words of "
            "danger {flag_days} days, backups {backup_days} days. The whole list stands in step 6.",
            "From {opens} to {closes}. Residents hear back by {report_back}.",
            "Channels configured: {carriers}.",
        )
    )
    yield table("Languages", ("Language", "Code", "Offered now", "Texts", "Privacy notice"), _languages(brief))


def _languages(brief: Brief) -> Iterator[tuple[object, ...]]:
    for one in brief.tongues:
        name = Markup(f'<span lang="{one.code}" dir="{one.direction}">') + brief.says("{name}", name=one.name)
        yield (
            lines((one.english, Markup(f"{name}</span>"))) if one.name != one.english else one.english,
            one.code,
            "yes" if one.offered else "no",
            f"approved {one.approved}" if one.approved else "draft: no speaker has approved them",
            "yes" if one.notice else "not yet",
        )


def _context(brief: Brief) -> Iterator[Markup]:
    yield paragraph(
        brief.says(
            "Residents hear of it from hubs: schools, places of worship, advice centres, health services. Some depend "
            "on these organisations, some fear authorities, some share a phone. They cannot see who reads. The "
            "technology is known, but a machine that converses in many languages about such matters is not usual."
        )
    )
    yield listing(
        (
            blank("what residents know and expect of these organisations"),
            blank("earlier concerns, complaints or incidents; codes of practice that apply"),
            blank("hubs that take part, and how their leaders are prepared"),
        )
    )


def _purpose(brief: Brief) -> Iterator[Markup]:
    yield paragraph(
        brief.says(
            "To hear what makes residents' lives hard, to bring it before people who decide on {assembly}, and to tell "
            "residents by {report_back} what came of it."
        )
    )
    yield paragraph(brief.says("{good}.", good=blank("good that is expected, for residents and for the organisations")))
