"""The privacy notice as files: a page for each language that has one, and the short notice for text messages.

Made by `bundle.py` from the same `Notice` that the public page shows, so that paper and page say the same.
"""

from collections.abc import Iterator

from bot.language.notice import Notice
from bot.language.sms_parts import count
from bot.privacy.papers.brief import Brief, Tongue
from bot.privacy.papers.page import Markup, document, html, joined, paragraph, section

#: SMS parts that the short notice may take: in GSM-7, in UCS-2.
_MOST = {"GSM-7": 2, "UCS-2": 5}


def filename(code: str) -> str:
    """The file of one language."""
    return f"privacy-{code}.html"


def page(brief: Brief, notice: Notice, tongue: Tongue, others: list[Tongue]) -> str:
    """The full notice in one language, with links to the others."""
    parts = [section(heading, paragraph(text)) for heading, text in notice.sections(tongue.code)]
    if not tongue.approved and tongue.code != "en":
        parts.insert(0, Markup(f'<p class="draft" role="note">{html(notice.text("draft", tongue.code))}</p>'))
    if others:
        links = "".join(
            f'<li><a href="{html(filename(one.code))}" lang="{html(one.code)}" dir="{html(one.direction)}">'
            f"{html(one.name)}</a></li>"
            for one in others
        )
        parts.append(section(notice.text("languages", tongue.code), Markup(f"<ul>{links}</ul>")))
    title, stamp = notice.text("title", tongue.code), joined((brief.made, "Take this box out when it is signed."))
    language = "en-GB" if tongue.code == "en" else tongue.code
    return document(title, stamp, *parts, language=language, direction=tongue.direction)


def short(brief: Brief, notice: Notice, tongues: list[Tongue]) -> str:
    """The short notice in each language, with what it costs by SMS."""
    return "\n".join(_short(brief, notice, tongues)) + "\n"


def _short(brief: Brief, notice: Notice, tongues: list[Tongue]) -> Iterator[str]:
    address = f"{brief.public_url}/privacy/{brief.campaign.slug}/" if brief.public_url else "(address)"
    yield f"# The short privacy notice of {brief.campaign.slug}, for one text message. {brief.figures['made_on']}."
    yield "# Draft: a data protection officer must check and sign."
    if not brief.public_url:
        yield "# OPENEAR_PUBLIC_URL is not set: put the address of the privacy page for (address), and count anew."
    for tongue in tongues:
        text = notice.text("short", tongue.code, address=address)
        cost = count(text)
        state = f"approved {tongue.approved}" if tongue.approved else "draft: no speaker has approved it"
        many = "; more than one text should take" if cost.parts > _MOST[cost.encoding] else ""
        parts = f"{cost.parts} part{'' if cost.parts == 1 else 's'}"
        yield f"\n[{tongue.code}] {tongue.english}: {cost.encoding}, {parts}{many}; {state}"
        yield text
