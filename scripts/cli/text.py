"""`openear detect` and `openear parts`: a text a line on standard input, a line each on standard output."""

import sys

import click

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


def _lines() -> list[str]:
    """The lines of standard input. Only a line feed ends one: residents' texts hold other separators."""
    text = sys.stdin.buffer.read().decode("utf-8", "replace")
    return text.removesuffix("\n").split("\n") if text else []
