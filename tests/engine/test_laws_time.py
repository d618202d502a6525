"""Time comes to rest, and does each thing once (laws 3 and 9)."""

from datetime import datetime, timedelta

import pytest
from kit.dialogues import MIDDAY, SPOKEN
from kit.states import STATES, in_state, say

from bot.engine.model import (
    Kind,
)


@pytest.mark.parametrize(
    "beginning",
    [MIDDAY, MIDDAY + timedelta(hours=10), MIDDAY.replace(2027, 10, 31, 18)],
    ids=["at midday", "late in the evening", "on the evening before the campaign closes"],
)
def test_time_alone_comes_to_rest(beginning: datetime) -> None:
    for state in STATES:
        for language in SPOKEN:
            conversation, _at = in_state(state, language, beginning)
            wakes = 0
            while conversation.wake_at is not None:
                turn = say(conversation, "", conversation.wake_at, kind=Kind.TIME)
                assert turn.conversation.wake_at is None or turn.conversation.wake_at > conversation.wake_at, state
                conversation, wakes = turn.conversation, wakes + 1
                assert wakes < 10
            assert conversation.drafts == 0, "what waited for a yes is gone in the end"


def test_the_second_of_two_equal_wakes_does_nothing() -> None:
    for state in STATES:
        conversation, at = in_state(state, "en")
        for minutes in (1, 4, 31, 5 * 60, 13 * 60, 24 * 60, 9 * 24 * 60):
            once = say(conversation, "", at + timedelta(minutes=minutes), kind=Kind.TIME)
            twice = say(once.conversation, "", at + timedelta(minutes=minutes), kind=Kind.TIME)
            assert (twice.replies, twice.events, twice.conversation) == ((), (), once.conversation)
