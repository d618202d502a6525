"""The privacy notice of a campaign, with the keeping periods that the code applies."""

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
    """Whether the texts of this language still wait for the approval of a speaker."""
    return not is_approved(code, installation.wordings[campaign.slug])
