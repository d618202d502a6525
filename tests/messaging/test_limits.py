"""What one person gets in an hour and a day, and what no limit holds back."""

from kit.limited import errors, in_parts, limit
from kit.people import ADA, BOILER, DANGER, OTHER
from kit.sandbox import PHONE, House, Told

from bot.engine.model import Channel, Kind
from bot.messaging.limits import ALWAYS
from bot.store import tables


def ask(house: House, times: int, sender: str = PHONE) -> None:
    """Commands that are answered each time they are sent."""
    for _again in range(times):
        house.arrive("MY STORY", sender)


# --- to one person


def test_the_forty_first_message_in_an_hour_is_not_sent(house: House) -> None:
    house.arrive("hello")
    sender = Told()
    ask(house, 39)
    house.deliver(sender)
    assert len(sender.inbox(PHONE)) == 40
    ask(house, 1)
    house.deliver(sender)
    assert len(sender.inbox(PHONE)) == 40
    assert house.statuses().count("failed") == 1
    assert errors(house) == ["too many to one person"]
    assert {row["body"] for row in house.rows(tables.outbox)} == {b""}  # and nothing of it stays


def test_what_a_person_writes_beyond_the_cap_is_kept(house: House) -> None:
    limit(house, per_person_hour=3)
    house.storyteller(BOILER)
    sender = Told()
    ask(house, 5)
    house.deliver(sender)
    for part in range(10):
        assert house.arrive(f"{BOILER}, part {part}")
        ask(house, 1)
    house.deliver(sender)
    assert len(sender.inbox(PHONE)) == 3
    assert house.words() == [BOILER, *(f"{BOILER}, part {part}" for part in range(10))]


def test_after_an_hour_there_is_room_again(house: House) -> None:
    limit(house, per_person_hour=2)
    house.arrive("hello")
    ask(house, 2)
    sender = Told()
    house.deliver(sender)
    house.later("59m")
    ask(house, 1)
    house.deliver(sender)
    assert len(sender.inbox(PHONE)) == 2
    house.later("61s")
    ask(house, 1)
    house.deliver(sender)
    assert len(sender.inbox(PHONE)) == 3


def test_the_cap_of_the_day_holds_where_no_hour_was_full(house: House) -> None:
    limit(house, per_person_hour=2, per_person_day=5)
    sender = Told()
    house.arrive("hello")
    for _hour in range(8):
        house.deliver(sender)
        house.later("1h")
        ask(house, 1)
    house.deliver(sender)
    assert len(sender.inbox(PHONE)) == 5
    house.later("20h")
    ask(house, 1)
    house.deliver(sender)
    assert len(sender.inbox(PHONE)) == 6


def test_one_persons_cap_is_nobody_elses(house: House) -> None:
    limit(house, per_person_hour=1)
    house.arrive("hello")
    ask(house, 3)
    house.arrive("hello", OTHER)
    house.arrive("hello", ADA)
    sms, telegram = Told(), Told(Channel.TELEGRAM)
    house.deliver(sms, telegram)
    assert [len(sms.inbox(PHONE)), len(sms.inbox(OTHER)), len(telegram.inbox(ADA))] == [1, 1, 1]


def test_the_cap_holds_on_telegram_too(house: House) -> None:
    limit(house, per_person_hour=2)
    house.arrive("hello", ADA)
    ask(house, 4, ADA)
    telegram = Told(Channel.TELEGRAM)
    house.deliver(telegram)
    assert len(telegram.inbox(ADA)) == 2


def test_helplines_stop_and_delete_are_answered_beyond_every_cap(house: House) -> None:
    limit(house, per_person_hour=1, per_person_day=1, part_price=1, spend=1, spend_per_day=1)
    house.storyteller(BOILER)
    sender = Told()
    house.deliver(sender)
    sent = len(sender.inbox(PHONE))
    assert sent == 1
    house.arrive(DANGER)
    house.arrive("HELP")
    house.arrive("DELETE")
    house.arrive("yes")
    house.arrive("hello", OTHER)
    house.arrive("STOP", OTHER)
    house.deliver(sender)
    keys = [row["key"] for row in house.rows(tables.outbox) if row["status"] == "sent"]
    assert {"deleted", "stop"} <= set(keys)
    assert len(sender.inbox(OTHER)) == 1
    assert sender.inbox(PHONE)[-1].message.text == house.rendered("deleted")


def test_helplines_and_help_are_sent_though_the_cap_is_reached(house: House) -> None:
    limit(house, per_person_hour=1, part_price=1, spend=1, spend_per_day=1)
    house.storyteller(BOILER)
    sender = Told()
    house.deliver(sender)
    for text in (DANGER, "HELP", DANGER):
        before = len(sender.inbox(PHONE))
        house.arrive(text)
        house.deliver(sender)
        assert len(sender.inbox(PHONE)) == before + 1, text
        assert "999" in sender.inbox(PHONE)[-1].message.text


def test_the_question_that_delete_asks_goes_out_beyond_the_cap_of_one_person(house: House) -> None:
    limit(house, per_person_hour=1)
    house.storyteller(BOILER)
    sender = Told()
    house.deliver(sender)
    house.arrive("DELETE")
    house.deliver(sender)
    assert sender.inbox(PHONE)[-1].message.text == house.rendered("delete")


def test_the_question_that_delete_asks_goes_out_though_the_money_is_spent(house: House) -> None:
    in_parts(house, ever=1)
    house.arrive("hello")
    sender = Told()
    house.deliver(sender)
    house.arrive("DELETE")
    house.deliver(sender)
    assert sender.inbox(PHONE)[-1].message.text == house.rendered("delete")


def test_the_question_that_delete_asks_does_not_wait_behind_a_reply_that_is_held(house: House) -> None:
    in_parts(house, ever=1)
    house.arrive("hello")
    sender = Told()
    house.deliver(sender)
    ask(house, 1)
    house.deliver(sender)
    house.arrive("DELETE")
    house.deliver(sender)
    assert sender.inbox(PHONE)[-1].message.text == house.rendered("delete")


def test_whoever_is_too_young_is_told_so_and_of_childline_beyond_every_cap(house: House) -> None:
    house.arrive("hello")
    sender = Told()
    house.deliver(sender)
    limit(house, per_person_hour=1, part_price=1, spend=1)
    house.arrive("I am 14")
    house.deliver(sender)
    assert len(sender.inbox(PHONE)) == 2
    assert house.rows(tables.outbox)[-1]["key"] == "under_age"


def test_only_texts_that_the_campaign_owes_are_outside_the_caps() -> None:
    assert sorted(ALWAYS) == ["delete", "deleted", "help", "stop", "under_age"]


def test_a_button_is_answered_though_the_cap_is_reached(house: House) -> None:
    limit(house, per_person_hour=1)
    house.arrive("hello", ADA)
    telegram = Told(Channel.TELEGRAM)
    house.deliver(telegram)
    house.arrive("", ADA, kind=Kind.BUTTON, button="consent:yes", callback="1")
    house.deliver(telegram)
    assert [message.callback for message in telegram.tried] == ["", "1"]
