"""The parts of the Word transcript that do not depend on the stories: styles, paper, header, footer, title.

Only this module uses python-docx.
"""

import io
import zipfile
from datetime import UTC, date, datetime, time

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from bot.engine.campaign import Campaign
from bot.stories.formats.rows import RAW, REDACTED

#: The part of the package that holds the stories.
BODY = "word/document.xml"
#: The style of the line of facts below a story's heading.
FACTS = "StoryFacts"

_MARK = "OPENEAR-STORIES"
_INVENTED = "All stories in this file are invented, for demonstration. No resident wrote them."


def parts(
    campaign: Campaign, made_on: date, *, redacted: bool, invented: bool
) -> tuple[list[tuple[str, bytes]], str, str]:
    """The other parts of the package, by name, and the XML before and after the stories in the body."""
    document = Document()
    _styles(document)
    _paper(document, campaign, redacted=redacted, invented=invented)
    _properties(document, campaign, made_on)
    document.add_paragraph(f"What we heard: {campaign.name}", style="Title")
    if invented:
        document.add_paragraph(_INVENTED, style="Intense Quote")
    document.add_paragraph(f"Downloaded on {made_on.day} {made_on:%B %Y}. {REDACTED if redacted else RAW}")
    document.add_paragraph(_MARK)
    saved = io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as package:
        others = [(name, package.read(name)) for name in package.namelist() if name != BODY]
        body = package.read(BODY).decode()
    head, tail = body.split(_MARK)
    return others, head[: head.rindex("<w:p>")], tail[tail.index("</w:p>") + len("</w:p>") :]


def _styles(document: DocumentObject) -> None:
    facts = document.styles.add_style("Story facts", WD_STYLE_TYPE.PARAGRAPH)
    facts.element.set(qn("w:styleId"), FACTS)
    facts.base_style = document.styles["Normal"]
    facts.font.size = Pt(9)
    facts.font.color.rgb = RGBColor(0x40, 0x40, 0x40)
    facts.paragraph_format.keep_with_next = True
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")


def _paper(document: DocumentObject, campaign: Campaign, *, redacted: bool, invented: bool) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    state = "redacted, not names" if redacted else "NOT redacted"
    header = section.header.paragraphs[0]
    header.text = f"{campaign.short_name} · stories, {state}"
    if invented:
        header.add_run(" · all stories are invented")
    footer = section.footer.paragraphs[0]
    footer.text = f"{REDACTED if redacted else RAW} Page "
    _page_number(footer)
    for run in footer.runs:
        run.font.size = Pt(8)


def _page_number(paragraph: Paragraph) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # noqa: SLF001  python-docx has no name for fields


def _properties(document: DocumentObject, campaign: Campaign, made_on: date) -> None:
    properties = document.core_properties
    properties.title = f"What we heard: {campaign.name}"
    properties.author = "OpenEar"
    properties.comments = ""
    properties.language = "en-GB"
    properties.created = properties.modified = datetime.combine(made_on, time(0), UTC)
