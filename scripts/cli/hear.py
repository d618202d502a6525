"""`openear hear`: what texts on standard input are taken for."""

import click

from bot.campaigns import load_campaigns
from bot.campaigns.load import SHIPPED_SLUG
from bot.errors import InvalidError
from bot.hearing import trial
from bot.hearing.trial import Question
from scripts.cli.text import lines


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
    for line in lines():
        heard = trial.hear(wording, line, language, Question(at))
        click.echo(f"{heard.act}\t{','.join(heard.replies) or '-'}")
