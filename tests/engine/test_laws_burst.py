"""One reply to a burst of messages at most (law 1)."""

import itertools
from datetime import timedelta

import pytest
from kit.dialogues import MIDDAY, SPOKEN
from kit.states import STATES, in_state, say
from kit.words import STORIES

from bot.engine.model import (
    Channel,
    Conversation,
)


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("language", SPOKEN)
def test_a_burst_gets_one_reply_at_most(language: str, channel: Channel) -> None:
    for state, seconds in itertools.product(STATES, (1, 8)):
        conversation, at = in_state(state, language)
        gap = timedelta(seconds=seconds)
        now, replies, current = at + timedelta(hours=1), 0, conversation
        for number in range(7):
            turn = say(current, STORIES[language].format(f"part {number}"), now, channel=channel, guess=language)
            current, now = turn.conversation, now + gap
            replies += sum(not reply.urgent for reply in turn.replies)
        assert replies <= 1, state


def test_a_burst_that_outlasts_our_patience_gets_one_reply_at_most() -> None:
    current, replies = Conversation(campaign="thrive"), 0
    for number in range(9):
        now = MIDDAY + timedelta(seconds=25 * number)
        turn = say(current, STORIES["en"].format(number), now, channel=Channel.TELEGRAM, guess="en")
        current = turn.conversation
        replies += len(turn.replies)
    assert replies == 1


def test_a_burst_in_no_plain_language_gets_the_languages_and_then_first_at_most() -> None:
    current, replies = Conversation(campaign="thrive"), 0
    for number in range(4):
        turn = say(current, f"blip blop {number}", MIDDAY + timedelta(seconds=number))
        current = turn.conversation
        replies += len(turn.replies)
    assert replies == 2  # "still unsure after the next text: the default" outweighs the one breath here
