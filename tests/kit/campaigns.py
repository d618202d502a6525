"""Campaigns changed for one test."""

from dataclasses import replace

from bot.engine.campaign import Campaign
from bot.installation import Installation


def with_campaigns(installation: Installation, *campaigns: Campaign) -> Installation:
    """`installation` with these campaigns alone; one of a new slug has the words of the shipped campaign."""
    wordings = installation.wordings
    changed = {one.slug: wordings.get(one.slug, wordings["thrive"]).for_campaign(one) for one in campaigns}
    return replace(installation, wordings=changed)
