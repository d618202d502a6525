"""Messages out of order and in parts end in the same story."""

import itertools
from datetime import timedelta

from kit.moments import NOON
from kit.requests import (
    BOILER,
    told_by,
)
from kit.sandbox import CHAT, House

from bot.store import tables

ADA = str(CHAT)


def test_updates_in_any_order_and_twice_end_in_the_same_story(house: House) -> None:
    """Out-of-order updates."""
    parts = [f"{BOILER}, part {number}" for number in range(3)]
    ends = []
    for chat, order in enumerate(itertools.permutations(range(3)), 8001):
        house.storyteller(sender=str(chat))
        for number in (*order, *reversed(order)):  # each of them twice
            house.arrive(parts[number], str(chat), f"{chat}:{number}")
        state = house.state(str(chat))
        ends.append((state["stage"], state["step"], state["told"]))
    assert ends == [("steps", "pressure", 3)] * 6
    assert sorted(house.words()) == sorted(parts * 6)
    assert house.count(tables.stories) == house.count(tables.contacts) == 6


def test_an_older_message_that_comes_late_is_kept_and_rewinds_nothing(house: House) -> None:
    """Out-of-order updates."""
    house.storyteller(f"{BOILER}, part two", sender=ADA)
    house.arrive("DONE", ADA, f"{CHAT}:40")
    before = house.state(ADA)
    house.arrive(f"{BOILER}, part one", ADA, f"{CHAT}:7", sent_at=NOON - timedelta(minutes=20))
    after = house.state(ADA)
    assert (after["stage"], after["step"]) == (before["stage"], before["step"]) == ("steps", "change")
    assert sorted(house.words()) == [f"{BOILER}, part one", f"{BOILER}, part two"]
    assert house.queued().count("step pressure") == 1


def test_a_long_text_that_comes_in_parts_is_whole_in_the_download_and_answered_once(house: House) -> None:
    """Multi-part SMS as separate messages."""
    whole = " ".join(f"My {number}. winter in the cold flat was worse than the one before." for number in range(30))
    parts = [whole[start : start + 153] for start in range(0, 1_600, 153)]
    house.storyteller()
    for part in parts:
        house.later("2s")
        house.arrive(part)
    house.wait("5m")
    assert "".join(told_by(house)) == whole[: 153 * len(parts)]
    assert house.queued() == ["first", "step pressure", "step change"]
