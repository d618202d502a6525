"""`openear chat`: the real conversation in a terminal; with --record, a transcript for the tests."""

import json
from pathlib import Path

import click

from bot.demo.rehearsal import Heard, Rehearsal, parse_span
from bot.engine.model import Channel
from bot.errors import InvalidError, OpenEarError
from bot.messaging.routing import offered_language
from bot.settings import read_settings

_HELP = "Write as a resident would. /wait 3m lets time pass, /tap DATA taps a button, /quit ends the chat."


@click.command()
@click.option("--language", default="", help="The language of the app, by its code, as Telegram tells it.")
@click.option("--channel", type=click.Choice([one.value for one in Channel]), default="sms", show_default=True)
@click.option("--record", type=click.Path(dir_okay=False, path_type=Path), help="Write a transcript test to this file.")
def chat(language: str, channel: str, record: Path | None) -> None:
    """Chat with the real engine, store and outbox in this terminal. Nothing is sent, and nothing is kept.

    The campaigns are those of OPENEAR_CAMPAIGNS, or the shipped one.
    """
    if record:
        _refuse_unwritable(record)
    rehearsal = Rehearsal(Channel(channel), campaigns=read_settings().campaigns)
    rehearsal.hint = language
    if language:
        _refuse_unoffered(rehearsal, language)
    turns: list[tuple[str, str, list[Heard]]] = []
    campaigns = " and ".join(f"{one.name} ({slug})" for slug, one in rehearsal.installation.campaigns.items())
    click.echo(f"You chat with {campaigns}. {_HELP}", err=True)
    try:
        while (line := _line()) is not None and line != "/quit":
            if turn := _turn(rehearsal, line):
                turns.append(turn)
                for heard in turn[2]:
                    _show(heard)
    finally:
        rehearsal.close()
    if record:
        record.write_text(transcript(channel, language, turns), encoding="utf-8")
        click.echo(
            f"Wrote {record}. Read it before you use it: it says what happened, not what should happen.", err=True
        )


def transcript(channel: str, language: str, turns: list[tuple[str, str, list[Heard]]]) -> str:
    """The turns as a TOML file of `tests/transcripts/`."""
    lines = ['title = "Recorded; say here what it shows"', f'channel = "{channel}"']
    if language:
        lines.append(f'hint = "{language}"')
    for verb, what, heard in turns:
        keys = ", ".join(_quoted(one.key) for one in heard)
        lines += ["", "[[turn]]", f"{verb} = {_quoted(what)}", f"out = [{keys}]"]
    return "\n".join(lines) + "\n"


def _refuse_unoffered(rehearsal: Rehearsal, language: str) -> None:
    """Raise InvalidError for a language that no campaign offers: the chat would answer in another one."""
    offered = {code for one in rehearsal.installation.campaigns.values() for code in one.languages}
    if not any(offered_language(language, one) for one in rehearsal.installation.campaigns.values()):
        rehearsal.close()
        raise InvalidError(
            f"{language!r} is not offered; the languages are {', '.join(sorted(offered))}. "
            "A campaign of your own offers a language when all its texts are translated: openear check"
        )


def _refuse_unwritable(record: Path) -> None:
    """Raise OpenEarError before the chat if its transcript could not be written after it."""
    try:
        record.touch()
    except OSError as problem:
        raise OpenEarError(f"{record} cannot be written: {problem.strerror}") from None


def _turn(rehearsal: Rehearsal, line: str) -> tuple[str, str, list[Heard]] | None:
    """Do what one line says; returns (verb, words, replies), or None if the line makes no sense."""
    verb, _, rest = line.partition(" ")
    if verb == "/wait":
        try:
            parse_span(rest)
        except ValueError as problem:
            click.echo(str(problem), err=True)
            return None
        return "wait", rest, rehearsal.wait(rest)
    if verb == "/tap":
        return "tap", rest, rehearsal.tap(rest)
    if verb == "/start":
        return "start", rest, rehearsal.say("", start=rest)
    return "in", line, rehearsal.say(line)


def _line() -> str | None:
    try:
        return str(click.prompt("", prompt_suffix="> ", default="", show_default=False))
    except (click.Abort, EOFError):
        return None


def _show(heard: Heard) -> None:
    for line in heard.text.splitlines():
        click.echo(f"    {line}")
    if heard.buttons:
        click.echo("    " + "  ".join(f"[{label}: /tap {data}]" for label, data in heard.buttons))


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
