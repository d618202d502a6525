"""All papers of one campaign, by the names of their files. The door of this package; writes nothing itself."""

from bot.engine.campaign import Campaign
from bot.installation import Installation
from bot.privacy.notice import notice_of
from bot.privacy.papers import dpia, notice, policy, record
from bot.privacy.papers.brief import brief_of


def papers_of(installation: Installation, campaign: Campaign) -> dict[str, str]:
    """File name -> text."""
    brief, said = brief_of(installation, campaign), notice_of(installation, campaign)
    noticed = [tongue for tongue in brief.tongues if tongue.notice]
    pages = {
        notice.filename(tongue.code): notice.page(
            brief, said, tongue, [other for other in noticed if other.code != tongue.code]
        )
        for tongue in noticed
    }
    return {
        "dpia.html": dpia.page(brief),
        "record-of-processing.html": record.page(brief),
        "appropriate-policy.html": policy.page(brief),
        "privacy-sms.txt": notice.short(brief, said, noticed),
        **pages,
    }
