"""Everything that arrives, one transaction each: effect once, order kept, the right campaign, and nothing comes back.

Real database files; threads and second connections where two workers would be.
"""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from kit.sandbox import PHONE, House

from bot.campaigns import SHIPPED
from bot.channels.port import Arrival
from bot.engine.model import Channel, Kind
from bot.installation import Installation
from bot.messaging.receive import pass_time, receive
from bot.store import facts, tables
from bot.store.database import Database

ADA, BEA = "7001", "7002"


@pytest.fixture
def second(house: House) -> Iterator[Installation]:
    """The same installation as another process sees it: connections of its own."""
    database = Database(str(house.installation.database.url))
    yield replace(house.installation, database=database)
    database.close()


def edit(house: House, message: str, words: str, sender: str = ADA, again: int = 1) -> bool:
    return house.arrive(words, sender, f"{message}:{again}", message=message, kind=Kind.EDIT)


def tap(house: House, button: str, key: str, sender: str = ADA) -> bool:
    return house.arrive("", sender, f"cb:{key}", kind=Kind.BUTTON, button=button, callback=key)


# --- once


def test_two_hundred_arrivals_five_times_each_from_four_threads_have_two_hundred_effects(
    house: House, second: Installation
) -> None:
    arrivals = [
        house.arrival(f"my landlord will not mend number {number}", f"+44791110{number:04}") for number in range(200)
    ]
    calls = [(where, one) for one in arrivals for where in (house.installation, second) * 2 + (second,)][: 200 * 5]
    random.Random(1).shuffle(calls)
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda call: receive(*call), calls))
    assert len(taken) == 1_000
    assert taken.count(True) == 200
    assert house.count(tables.contacts) == house.count(tables.conversations) == 200
    assert sorted(house.words(held=True)) == sorted(one.text for one in arrivals)
    assert house.queued() == ["first"] * 200


def test_texts_of_the_same_residents_at_once_lose_no_update(house: House, second: Installation) -> None:
    residents = [f"+44791120{number:04}" for number in range(10)]
    for resident in residents:
        house.storyteller(sender=resident)
    arrivals = [
        house.arrival(f"my landlord will not mend the boiler, part {part}", resident)
        for part in range(20)
        for resident in residents
    ]
    random.Random(2).shuffle(arrivals)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda pair: receive(*pair), zip([house.installation, second] * 100, arrivals, strict=True)))
    assert house.count(tables.stories) == 10
    assert [house.state(resident)["told"] for resident in residents] == [20] * 10
    assert len(house.words()) == 200


def test_two_first_messages_of_a_new_person_at_once_make_one_contact(house: House, second: Installation) -> None:
    for number in range(20):
        sender = f"+44791130{number:04}"
        together = Barrier(2)

        def take(where: Installation, arrival: Arrival, together: Barrier = together) -> bool:
            together.wait()
            return receive(where, arrival)

        both = [house.arrival(f"my landlord will not mend the boiler, part {part}", sender) for part in (1, 2)]
        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(take, (house.installation, second), both)) == [True, True]
    assert house.count(tables.contacts) == house.count(tables.conversations) == 20
    assert len(house.words(held=True)) == 40
    assert house.queued() == ["first"] * 20  # the second text belongs to the burst


def test_texts_are_kept_and_answered_in_the_order_in_which_they_arrived(house: House) -> None:
    told = [f"my landlord will not mend the boiler, part {part}" for part in range(30)]
    house.storyteller(*told)
    for answer in ("DONE", "BACK", "BACK"):
        house.arrive(answer)
    assert house.words() == told
    queued = house.queued()
    assert queued[:2] == ["first", "step pressure"]
    assert [one.id for one in house.waiting()] == sorted(one.id for one in house.waiting())


def test_a_message_that_was_taken_in_is_known_for_ever(house: House) -> None:
    assert house.arrive("hello", key="SM1")
    house.later("3650d")
    assert not house.arrive("hello", key="SM1")
    assert house.arrive("hello", ADA, key="SM1")  # an id is the channel's own


# --- edits


def test_an_edit_changes_a_text_that_waits_for_a_yes(house: House) -> None:
    house.arrive("my landlord Mr Smith will not mend it", ADA, "m1")
    assert edit(house, "m1", "my landlord will not mend it")
    assert house.words(held=True) == ["my landlord will not mend it"]


def test_an_edit_changes_a_told_text_and_only_that(house: House) -> None:
    house.storyteller(sender=ADA)
    house.arrive("my landlord Mr Smith will not mend it", ADA, "m1")
    house.arrive("and it is cold", ADA, "m2")
    assert edit(house, "m1", "my landlord will not mend it")
    assert not edit(house, "m1", "my landlord will not mend it")  # the same edit, sent again
    assert edit(house, "m1", "my landlord never mends it", again=2)
    assert house.words() == ["my landlord never mends it", "and it is cold"]


def test_an_edit_changes_the_answer_to_a_list(house: House) -> None:
    house.storyteller("my landlord will not mend the boiler", sender=ADA)
    for text in ("1", "1", "yes", "no"):  # the story is told; nothing would make it better; quote, contact
        house.arrive(text, ADA)
    house.arrive("5", ADA, "m9")
    assert _codes(house, "area") == ["lewisham"]
    edit(house, "m9", "6")
    assert _codes(house, "area") == ["southwark"]


def test_an_edit_of_a_message_that_we_do_not_know_or_of_another_persons_changes_nothing(house: House) -> None:
    house.storyteller(sender=ADA)
    house.storyteller(sender=BEA)
    house.arrive("my landlord will not mend it", ADA, "m1")
    assert edit(house, "m0", "something else", ADA)
    assert edit(house, "m1", "something else", BEA)
    assert house.words() == ["my landlord will not mend it"]


def test_an_edit_after_a_stop_changes_nothing(house: House) -> None:
    house.storyteller(sender=ADA)
    house.arrive("my landlord will not mend it", ADA, "m1")
    house.arrive("STOP", ADA)
    edit(house, "m1", "something else")
    assert house.words() == ["my landlord will not mend it"]


def _codes(house: House, step: str) -> list[str]:
    import json  # noqa: PLC0415

    (row,) = house.rows(tables.answers, step=step)
    found: list[str] = json.loads(house.installation.keys.decrypt(row["body"], "answers.body", row["id"]))["codes"]
    return found


# --- hubs and languages


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("LRMN", "en"),
        ("lrmn", "en"),
        ("LRMN SO", "so"),
        ("Lrmn so", "so"),
        ("lrmn soomaali", "so"),
        ("LRMN Polski", "pl"),
    ],
)
def test_a_hubs_keyword_brings_its_hub_and_a_language(house: House, said: str, language: str) -> None:
    house.add_hub("LRMN", language="en")
    house.arrive(said)
    assert house.queued() == ["first"]
    assert (house.state()["hub"], house.state()["language"]) == ("LRMN", language)
    assert house.words(held=True) == []
    house.arrive("yes")
    (story,) = house.rows(tables.stories)
    assert (story["hub"], story["language"]) == ("LRMN", language)


@pytest.mark.parametrize(
    ("payload", "language"), [("LRMN", "pl"), ("LRMN_so", "so"), ("LRMN-so", "so"), ("lrmn_SO", "so")]
)
def test_a_hubs_link_brings_its_hub_and_a_language(house: House, payload: str, language: str) -> None:
    house.add_hub("LRMN", language="pl")
    house.arrive("", ADA, payload=payload, started=True, hint="en")
    assert (house.state(ADA)["hub"], house.state(ADA)["language"]) == ("LRMN", language)


@pytest.mark.parametrize("payload", ["NOBODY", "LRMN_xx", "so", "__", "-"])
def test_a_link_of_no_hub_opens_the_conversation_all_the_same(house: House, payload: str) -> None:
    house.add_hub("LRMN", language="pl")
    house.arrive("", ADA, payload=payload, started=True, hint="en")
    assert house.queued() == ["first"]
    assert "hub" not in house.state(ADA)


@pytest.mark.parametrize("said", ["I come from LRMN and my rent is high", "LRMN my rent", "my LRMN", "NOBODY", "LRMNX"])
def test_words_that_only_mention_a_hub_are_no_keyword(house: House, said: str) -> None:
    house.add_hub("LRMN")
    house.arrive(said)
    assert "hub" not in house.state()


def test_a_keyword_in_the_middle_of_a_story_is_no_text_of_it(house: House) -> None:
    house.add_hub("LRMN")
    house.storyteller("my landlord will not mend the boiler")
    house.arrive("LRMN")
    assert house.words() == ["my landlord will not mend the boiler"]


@pytest.mark.parametrize(
    ("hint", "language"),
    [("pt-BR", "pt"), ("so", "so"), ("so-SO", "so"), ("es_MX", "es"), ("AR", "ar"), ("tlh", ""), ("", "")],
)
def test_the_apps_language_is_taken_where_nothing_better_is_known(house: House, hint: str, language: str) -> None:
    house.arrive("?", ADA, hint=hint)
    assert house.state(ADA).get("language", "") == language


# --- several campaigns


@pytest.fixture
def two(tmp_path: Path) -> Iterator[House]:
    """Two campaigns: `thrive` since September, `winter` since November; `past` closed in spring."""
    text = (SHIPPED / "thrive.toml").read_text(encoding="utf-8")
    dates = {
        "thrive": ("2026-09-01", "2027-10-31"),
        "winter": ("2026-11-01", "2027-02-28"),
        "past": ("2026-01-01", "2026-03-31"),
    }
    for slug, (opens, closes) in dates.items():
        changed = text.replace('slug = "thrive"', f'slug = "{slug}"')
        changed = changed.replace("opens = 2026-09-01", f"opens = {opens}")
        changed = changed.replace("closes = 2027-10-31", f"closes = {closes}")
        (tmp_path / f"{slug}.toml").write_text(changed, encoding="utf-8")
    one = House(campaigns=tmp_path)
    yield one
    one.close()


def talks(house: House) -> list[str]:
    return [row["campaign"] for row in house.rows(tables.conversations)]


def test_a_new_person_meets_the_open_campaign_that_opened_last(two: House) -> None:
    two.arrive("hello")
    assert talks(two) == ["winter"]


def test_a_hub_leads_to_its_own_campaign_and_the_talk_stays_there(two: House) -> None:
    two.add_hub("LRMN", "thrive", "en")
    two.arrive("LRMN")
    two.arrive("yes")
    two.arrive("my landlord will not mend the boiler")
    assert talks(two) == ["thrive"]
    assert [row["campaign"] for row in two.rows(tables.stories)] == ["thrive"]
    assert {row["campaign"] for row in two.rows(tables.outbox)} == {"thrive"}


def test_a_link_may_name_a_campaign(two: House) -> None:
    two.arrive("", ADA, payload="thrive", started=True)
    assert talks(two) == ["thrive"]


def test_a_text_belongs_to_the_conversation_that_spoke_last(two: House) -> None:
    two.add_hub("LRMN", "thrive", "en")
    two.arrive("hello")
    two.arrive("yes")
    two.later("1h")
    two.arrive("LRMN")
    two.arrive("yes")
    two.arrive("my landlord will not mend the boiler")
    told = {row["campaign"]: row["told_at"] for row in two.rows(tables.stories)}
    assert told["thrive"] is not None
    assert told["winter"] is None


def test_a_closed_campaign_answers_so_and_keeps_nothing(two: House) -> None:
    two.add_hub("OLD", "past", "en")
    two.arrive("OLD")
    assert two.queued() == ["closed"]
    assert two.count(tables.answers) == 0


def test_when_every_campaign_has_closed_the_one_that_closed_last_says_so(two: House) -> None:
    two.later("700d")
    two.arrive("hello")
    assert two.queued() == ["closed"]
    assert talks(two) == ["winter"]


def test_a_stop_holds_in_every_campaign_and_drops_what_is_queued_in_all(two: House) -> None:
    two.add_hub("LRMN", "thrive", "en")
    two.arrive("my landlord will not mend the boiler")  # held in winter: a nudge is due
    two.arrive("LRMN")
    two.arrive("STOP")
    assert two.queued() == ["stop"]
    two.arrive("hello again my friends")
    for row in two.rows(tables.conversations):
        two.later("5h")
        pass_time(two.installation, row["id"])
    assert two.queued() == ["stop"]
    two.arrive("START")
    assert two.queued() == ["stop", "first"]
    assert two.contact()["stopped_at"] is None


# --- groups


def in_group(house: House, group: str, key: str) -> bool:
    return house.arrive("", group, key, group=True, hint="en")


def learn_name(house: House) -> None:
    with house.installation.write() as tx:
        facts.put(tx, "telegram username", "openear_test_bot")


def test_a_group_is_answered_once_with_the_way_to_the_private_chat(house: House) -> None:
    learn_name(house)
    for number in range(3):
        assert in_group(house, "-100200", f"-100200:{number}")
    assert in_group(house, "-100300", "-100300:1")
    assert house.queued() == ["group", "group"]
    assert [one.message.address for one in house.waiting()] == ["-100200", "-100300"]
    assert all("https://t.me/openear_test_bot" in one.message.text for one in house.waiting())
    assert house.count(tables.conversations) == house.count(tables.answers) == 0


def test_a_group_that_asks_before_the_bot_knows_its_name_is_answered_when_it_asks_again(house: House) -> None:
    in_group(house, "-100200", "1")
    assert house.queued() == []
    learn_name(house)
    in_group(house, "-100200", "2")
    assert house.queued() == ["group"]


# --- addresses


@pytest.mark.parametrize("words", [("hello", "no"), ("hello", "yes", "DELETE", "yes"), ("hello", "I am 14")])
def test_the_address_is_let_go_after_a_refusal_and_remembered_on_start(house: House, words: tuple[str, ...]) -> None:
    for text in words:
        house.arrive(text)
    assert house.contact()["address"] is None
    house.arrive("thanks")
    assert house.contact()["address"] is None
    house.arrive("START")
    sealed = house.contact()["address"]
    assert house.installation.keys.decrypt(sealed, "contacts.address", house.contact()["id"]) == PHONE


def test_no_address_and_no_word_stands_in_the_database_in_the_clear(house: House) -> None:
    house.storyteller("my landlord will not mend the boiler")
    house.arrive("I want to kill myself")
    for secret in (PHONE, PHONE[1:], "boiler", "kill myself"):
        assert secret.encode() not in house.bytes_on_disk()


# --- stop


def test_stop_drops_what_waits_helplines_apart(house: House) -> None:
    house.arrive("hello")
    house.arrive("I want to kill myself")
    house.arrive("STOP")
    assert sorted(house.queued()) == ["crisis", "stop"]
    assert house.statuses().count("dropped") == 1
    dropped = house.rows(tables.outbox, status="dropped")[0]
    assert (dropped["address"], dropped["body"]) == (b"", b"")


def test_after_a_stop_the_clock_sends_nothing(house: House) -> None:
    house.arrive("my landlord will not mend the boiler")
    house.arrive("STOP")
    queued = house.queued()
    house.wait("10d")
    assert house.queued() == queued
    assert house.words(held=True) == []


# --- taps


def test_every_tap_is_answered_so_that_the_button_stops_spinning_even_after_a_stop(house: House) -> None:
    house.arrive("hello", ADA)
    tap(house, "consent:yes", "1")
    house.arrive("STOP", ADA)
    tap(house, "consent:yes", "2")
    tap(house, "nonsense", "3")
    taps = [one for one in house.waiting() if one.key == "tap"]
    assert [one.message.callback for one in taps] == ["1", "2", "3"]
    assert all(one.urgent for one in taps)


def test_a_tap_that_is_sent_again_has_no_second_effect(house: House) -> None:
    house.arrive("hello", ADA)
    assert tap(house, "consent:yes", "1")
    assert not tap(house, "consent:yes", "1")
    assert house.count(tables.stories) == 1
    assert house.count(tables.consents) == 1


# --- after erasure


def test_replaying_all_that_ever_came_after_an_erasure_resurrects_nothing(house: House) -> None:
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
        assert house.arrive(text, ADA, key, **more)
    assert house.count(tables.stories) == house.count(tables.answers) == 0
    assert house.count(tables.tombstones) == 1
    before, queued = house.everything(), house.queued()
    house.later("400d")
    for text, key, more in came * 2:
        assert not house.arrive(text, ADA, key, **more)
    assert (house.everything(), house.queued()) == (before, queued)
    assert house.contact(ADA, Channel.TELEGRAM)["address"] is None


def test_after_an_erasure_no_word_and_no_address_is_left_in_any_file(house: House) -> None:
    house.storyteller("my landlord will not mend the boiler")
    ciphertexts = [row["body"] for row in house.rows(tables.answers)]
    ciphertexts += [row["evidence"] for row in house.rows(tables.consents) if row["evidence"]]
    ciphertexts.append(house.contact()["address"])
    assert all(one[:40] in house.bytes_on_disk() for one in ciphertexts)
    house.arrive("DELETE")
    house.arrive("yes")
    assert house.queued() == ["deleted"]
    left = house.bytes_on_disk()
    assert not any(one[13:] in left for one in ciphertexts)
