"""`openear detect`, `parts` and `hear`: a text a line on standard input, a line each on standard output."""

import sys

import click

from bot.campaigns import load_campaigns
from bot.campaigns.load import SHIPPED_SLUG
from bot.errors import InvalidError
from bot.hearing import trial
from bot.hearing.trial import Question
from bot.language import catalogue
from bot.language import detect as detection
from bot.language.sms_parts import count


@click.command()
def detect() -> None:
    """Print the language of each line of standard input. A tab and the confidence follow; ? when unsure."""
    codes = catalogue.load().usable
    for line in _lines():
        code, confidence = detection.detect(line, codes)
        sure = bool(code) and detection.sure(line, confidence)
        click.echo(f"{code if sure else '?'}\t{confidence:.3f}")


@click.command()
def parts() -> None:
    """Print how many SMS parts each line of standard input takes, as Twilio counts them."""
    for line in _lines():
        found = count(line)
        click.echo(f"{found.encoding}\t{found.parts}")


@click.command()
@click.option("--language", default="en", show_default=True, help="The language of the conversation, by its code.")
@click.option(
    "--at",
    type=click.Choice([one.value for one in Question]),
    default="story",
    show_default=True,
    help="The open question.",
)
def hear(language: str, at: str) -> None:
    """Print what each line of standard input is taken for, and what would be answered.

    Each line is taken by itself, as the reply to that question of the shipped campaign. The act comes first; after a
    tab the keys of the replies, divided by commas, until the burst has ended; - for silence.
    """
    wording = load_campaigns(drafts=True)[0][SHIPPED_SLUG]
    offered = wording.campaign.languages
    if language not in offered:
        raise InvalidError(f"{language!r} is not offered; the languages are {', '.join(offered)}")
    for line in _lines():
        heard = trial.hear(wording, line, language, Question(at))
        click.echo(f"{heard.act}\t{','.join(heard.replies) or '-'}")


def _lines() -> list[str]:
    """The lines of standard input. Only a line feed ends one: residents' texts hold other separators."""
    text = sys.stdin.buffer.read().decode("utf-8", "replace")
    return text.removesuffix("\n").split("\n") if text else []
