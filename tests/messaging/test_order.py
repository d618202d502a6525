"""Messages out of order and in parts end in the same story."""

import itertools
from datetime import timedelta

from kit.moments import NOON
from kit.people import BOILER
from kit.requests import told_by
from kit.sandbox import CHAT, Sandbox

from bot.store import tables

ADA = str(CHAT)


def test_updates_in_any_order_and_twice_end_in_the_same_story(sandbox: Sandbox) -> None:
    """Out-of-order updates."""
    parts = [f"{BOILER}, part {number}" for number in range(3)]
    ends = []
    for chat, order in enumerate(itertools.permutations(range(3)), 8001):
        sandbox.tell_story(sender=str(chat))
        for number in (*order, *reversed(order)):  # each of them twice
            sandbox.arrive(parts[number], str(chat), f"{chat}:{number}")
        state = sandbox.state(str(chat))
        ends.append((state["stage"], state["step"], state["told"]))
    assert ends == [("steps", "pressure", 3)] * 6
    assert sorted(sandbox.words()) == sorted(parts * 6)
    assert sandbox.count(tables.stories) == sandbox.count(tables.contacts) == 6


def test_an_older_message_that_comes_late_is_kept_and_rewinds_nothing(sandbox: Sandbox) -> None:
    """Out-of-order updates."""
    sandbox.tell_story(f"{BOILER}, part two", sender=ADA)
    sandbox.arrive("DONE", ADA, f"{CHAT}:40")
    before = sandbox.state(ADA)
    sandbox.arrive(f"{BOILER}, part one", ADA, f"{CHAT}:7", sent_at=NOON - timedelta(minutes=20))
    after = sandbox.state(ADA)
    assert (after["stage"], after["step"]) == (before["stage"], before["step"]) == ("steps", "change")
    assert sorted(sandbox.words()) == [f"{BOILER}, part one", f"{BOILER}, part two"]
    assert sandbox.queued().count("step pressure") == 1


def test_a_long_text_that_comes_in_parts_is_whole_in_the_download_and_answered_once(sandbox: Sandbox) -> None:
    """Multi-part SMS as separate messages."""
    whole = " ".join(f"My {number}. winter in the cold flat was worse than the one before." for number in range(30))
    parts = [whole[start : start + 153] for start in range(0, 1_600, 153)]
    sandbox.tell_story()
    for part in parts:
        sandbox.later("2s")
        sandbox.arrive(part)
    sandbox.wait("5m")
    assert "".join(told_by(sandbox)) == whole[: 153 * len(parts)]
    assert sandbox.queued() == ["first", "step pressure", "step change"]
