"""The texts of a campaign that are translated, each with its key: one list for translators and for sending. Pure."""

from collections.abc import Iterator

from bot.engine.campaign import Campaign


def campaign_texts(campaign: Campaign) -> Iterator[tuple[str, str]]:
    """(key, English) of every text of the campaign that residents or organisers see. The key is its gettext context."""
    yield "organisers name", campaign.name
    yield "organisers short_name", campaign.short_name
    yield from campaign.texts.items()
    for step in campaign.steps:
        yield f"step {step.id}", step.text
        for choice, label in step.choices:
            yield f"choice {step.id} {choice}", label
    for theme, label in campaign.themes:
        yield f"theme {theme}", label
