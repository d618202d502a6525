"""Each message has one effect, now and after an erasure; edits, stops and taps."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from kit.people import ADA, BEN
from kit.sandbox import PHONE, Sandbox

from bot.channels.port import Arrival
from bot.engine.model import Channel, Kind
from bot.installation import Installation
from bot.messaging.receive import receive
from bot.store import tables
from bot.store.database import Database


@pytest.fixture
def second(sandbox: Sandbox) -> Iterator[Installation]:
    """The same installation as another process sees it: connections of its own."""
    database = Database(str(sandbox.installation.database.url))
    yield replace(sandbox.installation, database=database)
    database.close()


def edit(sandbox: Sandbox, message: str, words: str, sender: str = ADA, again: int = 1) -> bool:
    return sandbox.arrive(words, sender, f"{message}:{again}", message=message, kind=Kind.EDIT)


def tap(sandbox: Sandbox, button: str, key: str, sender: str = ADA) -> bool:
    return sandbox.arrive("", sender, f"cb:{key}", kind=Kind.BUTTON, button=button, callback=key)


# --- once


def test_two_hundred_arrivals_five_times_each_from_four_threads_have_two_hundred_effects(
    sandbox: Sandbox, second: Installation
) -> None:
    arrivals = [
        sandbox.arrival(f"my landlord will not mend number {number}", f"+44791110{number:04}") for number in range(200)
    ]
    calls = [(where, one) for one in arrivals for where in (sandbox.installation, second) * 2 + (second,)][: 200 * 5]
    random.Random(1).shuffle(calls)
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda call: receive(*call), calls))
    assert len(taken) == 1_000
    assert taken.count(True) == 200
    assert sandbox.count(tables.contacts) == sandbox.count(tables.conversations) == 200
    assert sorted(sandbox.words(held=True)) == sorted(one.text for one in arrivals)
    assert sandbox.queued() == ["first"] * 200


def test_texts_of_the_same_residents_at_once_lose_no_update(sandbox: Sandbox, second: Installation) -> None:
    residents = [f"+44791120{number:04}" for number in range(10)]
    for resident in residents:
        sandbox.tell_story(sender=resident)
    arrivals = [
        sandbox.arrival(f"my landlord will not mend the boiler, part {part}", resident)
        for part in range(20)
        for resident in residents
    ]
    random.Random(2).shuffle(arrivals)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda pair: receive(*pair), zip([sandbox.installation, second] * 100, arrivals, strict=True)))
    assert sandbox.count(tables.stories) == 10
    assert [sandbox.state(resident)["told"] for resident in residents] == [20] * 10
    assert len(sandbox.words()) == 200


def test_two_first_messages_of_a_new_person_at_once_make_one_contact(sandbox: Sandbox, second: Installation) -> None:
    for number in range(20):
        sender = f"+44791130{number:04}"
        together = Barrier(2)

        def take(where: Installation, arrival: Arrival, together: Barrier = together) -> bool:
            together.wait()
            return receive(where, arrival)

        both = [sandbox.arrival(f"my landlord will not mend the boiler, part {part}", sender) for part in (1, 2)]
        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(take, (sandbox.installation, second), both)) == [True, True]
    assert sandbox.count(tables.contacts) == sandbox.count(tables.conversations) == 20
    assert len(sandbox.words(held=True)) == 40
    assert sandbox.queued() == ["first"] * 20  # the second text belongs to the burst


def test_texts_are_kept_and_answered_in_the_order_in_which_they_arrived(sandbox: Sandbox) -> None:
    told = [f"my landlord will not mend the boiler, part {part}" for part in range(30)]
    sandbox.tell_story(*told)
    for answer in ("DONE", "BACK", "BACK"):
        sandbox.arrive(answer)
    assert sandbox.words() == told
    queued = sandbox.queued()
    assert queued[:2] == ["first", "step pressure"]
    assert [one.id for one in sandbox.waiting()] == sorted(one.id for one in sandbox.waiting())


def test_a_message_that_was_taken_in_is_known_for_ever(sandbox: Sandbox) -> None:
    assert sandbox.arrive("hello", key="SM1")
    sandbox.later("3650d")
    assert not sandbox.arrive("hello", key="SM1")
    assert sandbox.arrive("hello", ADA, key="SM1")  # an id is the channel's own


# --- edits


def test_an_edit_changes_a_text_that_waits_for_a_yes(sandbox: Sandbox) -> None:
    sandbox.arrive("my landlord Mr Smith will not mend it", ADA, "m1")
    assert edit(sandbox, "m1", "my landlord will not mend it")
    assert sandbox.words(held=True) == ["my landlord will not mend it"]


def test_an_edit_changes_a_told_text_and_only_that(sandbox: Sandbox) -> None:
    sandbox.tell_story(sender=ADA)
    sandbox.arrive("my landlord Mr Smith will not mend it", ADA, "m1")
    sandbox.arrive("and it is cold", ADA, "m2")
    assert edit(sandbox, "m1", "my landlord will not mend it")
    assert not edit(sandbox, "m1", "my landlord will not mend it")  # the same edit, sent again
    assert edit(sandbox, "m1", "my landlord never mends it", again=2)
    assert sandbox.words() == ["my landlord never mends it", "and it is cold"]


def test_an_edit_changes_the_answer_to_a_list(sandbox: Sandbox) -> None:
    sandbox.tell_story("my landlord will not mend the boiler", sender=ADA)
    for text in ("1", "1", "yes", "no"):  # the story is told; nothing would make it better; quote, contact
        sandbox.arrive(text, ADA)
    sandbox.arrive("5", ADA, "m9")
    assert _codes(sandbox, "area") == ["lewisham"]
    edit(sandbox, "m9", "6")
    assert _codes(sandbox, "area") == ["southwark"]


def test_an_edit_of_a_message_that_we_do_not_know_or_of_another_persons_changes_nothing(sandbox: Sandbox) -> None:
    sandbox.tell_story(sender=ADA)
    sandbox.tell_story(sender=BEN)
    sandbox.arrive("my landlord will not mend it", ADA, "m1")
    assert edit(sandbox, "m0", "something else", ADA)
    assert edit(sandbox, "m1", "something else", BEN)
    assert sandbox.words() == ["my landlord will not mend it"]


def test_an_edit_after_a_stop_changes_nothing(sandbox: Sandbox) -> None:
    sandbox.tell_story(sender=ADA)
    sandbox.arrive("my landlord will not mend it", ADA, "m1")
    sandbox.arrive("STOP", ADA)
    edit(sandbox, "m1", "something else")
    assert sandbox.words() == ["my landlord will not mend it"]


def _codes(sandbox: Sandbox, step: str) -> list[str]:
    import json  # noqa: PLC0415

    (row,) = sandbox.rows(tables.answers, step=step)
    found: list[str] = json.loads(sandbox.installation.keys.decrypt(row["body"], "answers.body", row["id"]))["codes"]
    return found


# --- addresses


@pytest.mark.parametrize("words", [("hello", "no"), ("hello", "yes", "DELETE", "yes"), ("hello", "I am 14")])
def test_the_address_is_let_go_after_a_refusal_and_remembered_on_start(
    sandbox: Sandbox, words: tuple[str, ...]
) -> None:
    for text in words:
        sandbox.arrive(text)
    assert sandbox.contact()["address"] is None
    sandbox.arrive("thanks")
    assert sandbox.contact()["address"] is None
    sandbox.arrive("START")
    sealed = sandbox.contact()["address"]
    assert sandbox.installation.keys.decrypt(sealed, "contacts.address", sandbox.contact()["id"]) == PHONE


def test_no_address_and_no_word_stands_in_the_database_in_the_clear(sandbox: Sandbox) -> None:
    sandbox.tell_story("my landlord will not mend the boiler")
    sandbox.arrive("I want to kill myself")
    for secret in (PHONE, PHONE[1:], "boiler", "kill myself"):
        assert secret.encode() not in sandbox.bytes_on_disk()


# --- stop


def test_stop_drops_what_waits_helplines_apart(sandbox: Sandbox) -> None:
    sandbox.arrive("hello")
    sandbox.arrive("I want to kill myself")
    sandbox.arrive("STOP")
    assert sorted(sandbox.queued()) == ["crisis", "stop"]
    assert sandbox.statuses().count("dropped") == 1
    dropped = sandbox.rows(tables.outbox, status="dropped")[0]
    assert (dropped["address"], dropped["body"]) == (b"", b"")


def test_after_a_stop_the_clock_sends_nothing(sandbox: Sandbox) -> None:
    sandbox.arrive("my landlord will not mend the boiler")
    sandbox.arrive("STOP")
    queued = sandbox.queued()
    sandbox.wait("10d")
    assert sandbox.queued() == queued
    assert sandbox.words(held=True) == []


# --- taps


def test_every_tap_is_answered_so_that_the_button_stops_spinning_even_after_a_stop(sandbox: Sandbox) -> None:
    sandbox.arrive("hello", ADA)
    tap(sandbox, "consent:yes", "1")
    sandbox.arrive("STOP", ADA)
    tap(sandbox, "consent:yes", "2")
    tap(sandbox, "nonsense", "3")
    taps = [one for one in sandbox.waiting() if one.key == "tap"]
    assert [one.message.callback for one in taps] == ["1", "2", "3"]
    assert all(one.urgent for one in taps)


def test_a_tap_that_is_sent_again_has_no_second_effect(sandbox: Sandbox) -> None:
    sandbox.arrive("hello", ADA)
    assert tap(sandbox, "consent:yes", "1")
    assert not tap(sandbox, "consent:yes", "1")
    assert sandbox.count(tables.stories) == 1
    assert sandbox.count(tables.consents) == 1


# --- after erasure


def test_replaying_all_that_ever_came_after_an_erasure_resurrects_nothing(sandbox: Sandbox) -> None:
    came: list[tuple[Any, ...]] = [
        ("hello", "m1", {}),
        ("", "cb:1", {"kind": Kind.BUTTON, "button": "consent:yes", "callback": "1"}),
        ("my landlord will not mend the boiler", "m2", {}),
        ("my landlord never mends the boiler", "m2:1", {"kind": Kind.EDIT, "message": "m2"}),
        ("DONE", "m3", {}),
        ("I want to kill myself", "m4", {}),
        ("DELETE", "m5", {}),
        ("yes", "m6", {}),
    ]
    for text, key, more in came:
        assert sandbox.arrive(text, ADA, key, **more)
    assert sandbox.count(tables.stories) == sandbox.count(tables.answers) == 0
    assert sandbox.count(tables.tombstones) == 1
    before, queued = sandbox.everything(), sandbox.queued()
    sandbox.later("400d")
    for text, key, more in came * 2:
        assert not sandbox.arrive(text, ADA, key, **more)
    assert (sandbox.everything(), sandbox.queued()) == (before, queued)
    assert sandbox.contact(ADA, Channel.TELEGRAM)["address"] is None


def test_after_an_erasure_no_word_and_no_address_is_left_in_any_file(sandbox: Sandbox) -> None:
    sandbox.tell_story("my landlord will not mend the boiler")
    ciphertexts = [row["body"] for row in sandbox.rows(tables.answers)]
    ciphertexts += [row["evidence"] for row in sandbox.rows(tables.consents) if row["evidence"]]
    ciphertexts.append(sandbox.contact()["address"])
    assert all(one[:40] in sandbox.bytes_on_disk() for one in ciphertexts)
    sandbox.arrive("DELETE")
    sandbox.arrive("yes")
    assert sandbox.queued() == ["deleted"]
    left = sandbox.bytes_on_disk()
    assert not any(one[13:] in left for one in ciphertexts)
