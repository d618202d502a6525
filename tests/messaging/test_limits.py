"""What one person gets in an hour and a day, and what no limit holds back."""

from kit.limited import errors, in_parts, limit
from kit.people import ADA, BOILER, DANGER, OTHER
from kit.sandbox import PHONE, Sandbox, ScriptedSender

from bot.engine.model import Channel, Kind
from bot.messaging.limits import ANSWERS
from bot.store import tables


def ask(sandbox: Sandbox, times: int, sender: str = PHONE) -> None:
    """Commands that are answered each time they are sent."""
    for _again in range(times):
        sandbox.arrive("MY STORY", sender)


# --- to one person


def test_the_forty_first_message_in_an_hour_is_not_sent(sandbox: Sandbox) -> None:
    sandbox.arrive("hello")
    sender = ScriptedSender()
    ask(sandbox, 39)
    sandbox.deliver(sender)
    assert len(sender.inbox(PHONE)) == 40
    ask(sandbox, 1)
    sandbox.deliver(sender)
    assert len(sender.inbox(PHONE)) == 40
    assert sandbox.statuses().count("failed") == 1
    assert errors(sandbox) == ["too many to one person"]
    assert {row["body"] for row in sandbox.rows(tables.outbox)} == {b""}  # and nothing of it stays


def test_what_a_person_writes_beyond_the_cap_is_kept(sandbox: Sandbox) -> None:
    limit(sandbox, per_person_hour=3)
    sandbox.tell_story(BOILER)
    sender = ScriptedSender()
    ask(sandbox, 5)
    sandbox.deliver(sender)
    for part in range(10):
        assert sandbox.arrive(f"{BOILER}, part {part}")
        ask(sandbox, 1)
    sandbox.deliver(sender)
    assert len(sender.inbox(PHONE)) == 3
    assert sandbox.words() == [BOILER, *(f"{BOILER}, part {part}" for part in range(10))]


def test_after_an_hour_there_is_room_again(sandbox: Sandbox) -> None:
    limit(sandbox, per_person_hour=2)
    sandbox.arrive("hello")
    ask(sandbox, 2)
    sender = ScriptedSender()
    sandbox.deliver(sender)
    sandbox.later("59m")
    ask(sandbox, 1)
    sandbox.deliver(sender)
    assert len(sender.inbox(PHONE)) == 2
    sandbox.later("61s")
    ask(sandbox, 1)
    sandbox.deliver(sender)
    assert len(sender.inbox(PHONE)) == 3


def test_the_cap_of_the_day_holds_where_no_hour_was_full(sandbox: Sandbox) -> None:
    limit(sandbox, per_person_hour=2, per_person_day=5)
    sender = ScriptedSender()
    sandbox.arrive("hello")
    for _hour in range(8):
        sandbox.deliver(sender)
        sandbox.later("1h")
        ask(sandbox, 1)
    sandbox.deliver(sender)
    assert len(sender.inbox(PHONE)) == 5
    sandbox.later("20h")
    ask(sandbox, 1)
    sandbox.deliver(sender)
    assert len(sender.inbox(PHONE)) == 6


def test_one_persons_cap_is_nobody_elses(sandbox: Sandbox) -> None:
    limit(sandbox, per_person_hour=1)
    sandbox.arrive("hello")
    ask(sandbox, 3)
    sandbox.arrive("hello", OTHER)
    sandbox.arrive("hello", ADA)
    sms, telegram = ScriptedSender(), ScriptedSender(Channel.TELEGRAM)
    sandbox.deliver(sms, telegram)
    assert [len(sms.inbox(PHONE)), len(sms.inbox(OTHER)), len(telegram.inbox(ADA))] == [1, 1, 1]


def test_the_cap_holds_on_telegram_too(sandbox: Sandbox) -> None:
    limit(sandbox, per_person_hour=2)
    sandbox.arrive("hello", ADA)
    ask(sandbox, 4, ADA)
    telegram = ScriptedSender(Channel.TELEGRAM)
    sandbox.deliver(telegram)
    assert len(telegram.inbox(ADA)) == 2


def test_helplines_stop_and_delete_are_answered_beyond_every_cap(sandbox: Sandbox) -> None:
    limit(sandbox, per_person_hour=1, per_person_day=1, part_price=1, spend=1, spend_per_day=1)
    sandbox.tell_story(BOILER)
    sender = ScriptedSender()
    sandbox.deliver(sender)
    sent = len(sender.inbox(PHONE))
    assert sent == 1
    sandbox.arrive(DANGER)
    sandbox.arrive("HELP")
    sandbox.arrive("DELETE")
    sandbox.arrive("yes")
    sandbox.arrive("hello", OTHER)
    sandbox.arrive("STOP", OTHER)
    sandbox.deliver(sender)
    keys = [row["key"] for row in sandbox.rows(tables.outbox) if row["status"] == "sent"]
    assert {"deleted", "stop"} <= set(keys)
    assert len(sender.inbox(OTHER)) == 1
    assert sender.inbox(PHONE)[-1].message.text == sandbox.rendered("deleted")


def test_helplines_and_help_are_sent_though_the_cap_is_reached(sandbox: Sandbox) -> None:
    limit(sandbox, per_person_hour=1, part_price=1, spend=1, spend_per_day=1)
    sandbox.tell_story(BOILER)
    sender = ScriptedSender()
    sandbox.deliver(sender)
    for text in (DANGER, "HELP", DANGER):
        before = len(sender.inbox(PHONE))
        sandbox.arrive(text)
        sandbox.deliver(sender)
        assert len(sender.inbox(PHONE)) == before + 1, text
        assert "999" in sender.inbox(PHONE)[-1].message.text


def test_the_question_that_delete_asks_goes_out_beyond_the_cap_of_one_person(sandbox: Sandbox) -> None:
    limit(sandbox, per_person_hour=1)
    sandbox.tell_story(BOILER)
    sender = ScriptedSender()
    sandbox.deliver(sender)
    sandbox.arrive("DELETE")
    sandbox.deliver(sender)
    assert sender.inbox(PHONE)[-1].message.text == sandbox.rendered("delete")


def test_the_question_that_delete_asks_goes_out_though_the_money_is_spent(sandbox: Sandbox) -> None:
    in_parts(sandbox, ever=1)
    sandbox.arrive("hello")
    sender = ScriptedSender()
    sandbox.deliver(sender)
    sandbox.arrive("DELETE")
    sandbox.deliver(sender)
    assert sender.inbox(PHONE)[-1].message.text == sandbox.rendered("delete")


def test_the_question_that_delete_asks_does_not_wait_behind_a_reply_that_is_held(sandbox: Sandbox) -> None:
    in_parts(sandbox, ever=1)
    sandbox.arrive("hello")
    sender = ScriptedSender()
    sandbox.deliver(sender)
    ask(sandbox, 1)
    sandbox.deliver(sender)
    sandbox.arrive("DELETE")
    sandbox.deliver(sender)
    assert sender.inbox(PHONE)[-1].message.text == sandbox.rendered("delete")


def test_whoever_is_too_young_is_told_so_and_of_childline_beyond_every_cap(sandbox: Sandbox) -> None:
    sandbox.arrive("hello")
    sender = ScriptedSender()
    sandbox.deliver(sender)
    limit(sandbox, per_person_hour=1, part_price=1, spend=1)
    sandbox.arrive("I am 14")
    sandbox.deliver(sender)
    assert len(sender.inbox(PHONE)) == 2
    assert sandbox.rows(tables.outbox)[-1]["key"] == "under_age"


def test_only_texts_that_the_campaign_owes_are_outside_the_caps() -> None:
    assert sorted(ANSWERS) == ["delete", "deleted", "help", "stop", "under_age"]


def test_a_button_is_answered_though_the_cap_is_reached(sandbox: Sandbox) -> None:
    limit(sandbox, per_person_hour=1)
    sandbox.arrive("hello", ADA)
    telegram = ScriptedSender(Channel.TELEGRAM)
    sandbox.deliver(telegram)
    sandbox.arrive("", ADA, kind=Kind.BUTTON, button="consent:yes", callback="1")
    sandbox.deliver(telegram)
    assert [message.callback for message in telegram.tried] == ["", "1"]
