"""The whole conversation in one language beside English, as a page to print for a native speaker.

Every text stands as it would be sent, with what it costs by SMS and room for remarks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from bot.campaigns.translation.review import rendered
from bot.language.catalogue import Language
from bot.language.notice import templates
from bot.language.notice_texts import NOTICE
from bot.language.sms_parts import SmsParts, count
from bot.language.texts import TEXTS
from bot.language.wording import Wording


@dataclass(frozen=True, slots=True)
class Row:
    """One text in English and in the language."""

    key: str
    english: str
    text: str
    cost: SmsParts | None = None  # None for what is not sent by SMS


def page(language: Language, wording: Wording) -> str:
    """The page as HTML; it loads nothing."""
    return _template().render(
        language=language,
        slug=wording.campaign.slug,
        texts=_texts(language.code, wording),
        words=_words(language.code, wording),
        notice=_notice(language.code),
    )


def _texts(code: str, wording: Wording) -> Iterator[Row]:
    pairs = zip(rendered("en", wording).items(), rendered(code, wording).values(), strict=True)
    return (Row(key, english, text, count(text)) for (key, english), text in pairs)


def _words(code: str, wording: Wording) -> Iterator[Row]:
    for key, english in TEXTS.items():
        if key.startswith("words "):
            yield Row(f"{key.removeprefix('words ')} (words people send)", english, wording.template(key, code))


def _notice(code: str) -> Iterator[Row]:
    pairs = zip(NOTICE.items(), templates(code).values(), strict=True)
    return (Row(f"{key} (privacy)", english, text) for (key, english), text in pairs)


@cache
def _template() -> Template:
    loader = FileSystemLoader(Path(__file__).with_name("templates"))
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("script.html")
