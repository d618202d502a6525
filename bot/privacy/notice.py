"""The privacy notice of a campaign with the figures that the code keeps: what is promised is what is done."""

from bot.campaigns.load import is_approved
from bot.engine.campaign import Campaign
from bot.installation import Installation
from bot.language.notice import Figures, Notice
from bot.operations.backup import KEEP_DAYS
from bot.privacy.complaints import ACKNOWLEDGE_DAYS


def notice_of(installation: Installation, campaign: Campaign) -> Notice:
    """The notice of `campaign`."""
    figures = Figures(campaign.contact_days, campaign.flag_days, KEEP_DAYS, ACKNOWLEDGE_DAYS)
    return Notice(installation.wordings[campaign.slug], figures)


def drafted(installation: Installation, campaign: Campaign, code: str) -> bool:
    """Whether no speaker has approved the texts of this language yet."""
    return not is_approved(code, installation.wordings[campaign.slug])
