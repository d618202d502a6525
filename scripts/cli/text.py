"""`openear detect` and `openear parts`: for each line of standard input, one line on standard output."""

import sys

import click

from bot.language import catalogue
from bot.language import detect as detection
from bot.language.sms_parts import count


@click.command()
def detect() -> None:
    """Print the language of each line of standard input. ? stands for unsure; a tab and the confidence follow."""
    codes = catalogue.load().usable
    for line in lines():
        code, confidence = detection.detect(line, codes)
        sure = bool(code) and detection.sure(line, confidence)
        click.echo(f"{code if sure else '?'}\t{confidence:.3f}")


@click.command()
def parts() -> None:
    """Print the number of SMS parts of each line of standard input, as Twilio counts them.

    The encoding and a tab come first.
    """
    for line in lines():
        found = count(line)
        click.echo(f"{found.encoding}\t{found.parts}")


def lines() -> list[str]:
    """The lines of standard input. Only a line feed ends a line: residents' texts hold other separators."""
    text = sys.stdin.buffer.read().decode("utf-8", "replace")
    return text.removesuffix("\n").split("\n") if text else []
