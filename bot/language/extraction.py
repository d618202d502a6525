"""Makes the translators' templates: `openear.pot`, `privacy.pot`, and `<campaign>.pot` from the campaign's TOML."""

import io
import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from bot.engine.campaign import Campaign
from bot.language.campaign_texts import campaign_texts

SYSTEM_DOMAIN = "openear"
NOTICE_DOMAIN = "privacy"
_TEXTS = Path(__file__).with_name("texts.py")
_NOTICE_TEXTS = Path(__file__).with_name("notice_texts.py")
_KEYWORDS = {"text": ((1, "c"), 2), "plural": ((1, "c"), 2, 3)}


def system_template() -> Catalog:
    """All texts and word lists of the system."""
    return _extracted(SYSTEM_DOMAIN, _TEXTS)


def notice_template() -> Catalog:
    """All texts of the privacy notice."""
    return _extracted(NOTICE_DOMAIN, _NOTICE_TEXTS)


def _extracted(domain: str, path: Path) -> Catalog:
    catalog = _template(domain)
    with path.open("rb") as source:
        for _line, message, comments, context in extract(
            "python", source, keywords=_KEYWORDS, comment_tags=("TRANSLATORS:",)
        ):
            notes = [re.sub(r"^TRANSLATORS:\s*", "", note) for note in comments]
            catalog.add(message, auto_comments=notes, context=context)
    return catalog


def campaign_template(campaign: Campaign, source: str) -> Catalog:
    """All texts of `campaign`, with the notes to translators in `source`, its TOML file's contents."""
    catalog = _template(campaign.slug)
    notes = _notes(source)
    for context, english in campaign_texts(campaign):
        catalog.add(english, auto_comments=notes.get(english, []), context=context)
    return catalog


def render(catalog: Catalog) -> str:
    """A catalogue as the text of a .po or .pot file, in the order of its source."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=110, no_location=True, omit_header=False)
    lines = buffer.getvalue().decode().splitlines()
    volatile = ("POT-Creation-Date", "Generated-By")
    return "\n".join(line for line in lines if not line.startswith(tuple(f'"{v}' for v in volatile))) + "\n"


def updated(template: Catalog, current: str, locale: str) -> Catalog:
    """The catalogue `current` with the template's messages: new ones empty, changed ones fuzzy.

    A word list is never made fuzzy: one that grew in English says nothing about its translation.
    """
    babel_code = locale.replace("-", "_")
    previous = read_po(io.BytesIO(current.encode()), locale=babel_code)
    old = {message.context: message for message in previous if message.id}
    catalog = Catalog(locale=babel_code, domain=template.domain, project="OpenEar", version="1", fuzzy=False)
    catalog.header_comment = (
        f"# {catalog.locale.english_name if catalog.locale else locale} for OpenEar ({template.domain})."
    )
    for message in template:
        if not message.id:
            continue
        before = old.get(message.context)
        flags = set(message.flags)
        if before and before.string and (before.fuzzy or before.id != message.id):
            flags |= set() if str(message.context).startswith("words ") else {"fuzzy"}
        catalog.add(
            message.id,
            before.string if before else None,
            auto_comments=message.auto_comments,
            user_comments=before.user_comments if before else [],
            flags=flags,
            context=message.context,
        )
    return catalog


def _template(domain: str) -> Catalog:
    return Catalog(domain=domain, project="OpenEar", version="1", copyright_holder="the OpenEar authors", fuzzy=False)


def _notes(source: str) -> dict[str, list[str]]:
    """English text -> the TRANSLATORS comment above its line."""
    found: dict[str, list[str]] = {}
    pending: list[str] = []
    for line in source.splitlines():
        stripped = line.strip()
        if stripped.startswith("# TRANSLATORS:"):
            pending = [stripped.removeprefix("# TRANSLATORS:").strip()]
        elif pending and stripped.startswith("#"):
            pending.append(stripped.removeprefix("#").strip())
        elif pending:
            for text in re.findall(r'(?:text|who|\w+) = "([^"]*)"', stripped):
                found[text] = pending
            pending = []
    return found
