"""The line to Telegram: long polling, the webhook, commands and the name of the bot."""

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from kit.fakes.loopback import CUT, Answer, Trouble
from kit.fakes.telegram_api import TOKEN, USERNAME, FakeTelegram
from kit.updates import CHAT, SECRET, failing, on_the_loopback

from bot.channels.port import Failure, Message, SendError
from bot.channels.telegram.sender import TelegramSender


@on_the_loopback
def test_threads_share_one_bot_and_a_line_that_was_cut_is_opened_again(
    fake: FakeTelegram, sender: TelegramSender
) -> None:
    fake.script(CUT)
    failing(sender)
    threads = [threading.Thread(target=sender.send, args=(Message(address=str(CHAT), text=f"{n}"),)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(one["text"]) for one in fake.sent) == list(range(20))
    assert [one.name for one in threading.enumerate()].count("telegram") == 1


@on_the_loopback
def test_after_a_fork_the_child_has_a_line_of_its_own_and_the_parent_keeps_its(fake: FakeTelegram) -> None:
    script = f"""
import os
from bot.channels.port import Message
from bot.channels.telegram.sender import TelegramSender
sender = TelegramSender({TOKEN!r}, {fake.url!r})
sender.send(Message(address="7", text="before"))
child = os.fork()
sender.send(Message(address="7", text="child" if child == 0 else "parent"))
sender.close()
if child == 0:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", script], cwd=root, check=True, timeout=60)
    assert sorted(one["text"] for one in fake.sent) == ["before", "child", "parent"]


# --- polling and setting up


@on_the_loopback
def test_updates_come_raw_and_asking_further_on_forgets_the_earlier_ones(
    fake: FakeTelegram, sender: TelegramSender
) -> None:
    said = fake.say(CHAT, "Hello")
    broken = fake.happen("message", {"a shape": "that no library reads"})
    fake.happen("poll", {"id": "1"})
    assert sender.get_updates(timeout=0) == [said, broken]
    assert sender.get_updates(timeout=0) == [said, broken]
    assert sender.get_updates(broken["update_id"] + 1, timeout=0) == []
    assert sender.get_updates(timeout=0) == []


@on_the_loopback
def test_a_long_poll_ends_when_somebody_writes_and_does_not_hold_up_sending(
    fake: FakeTelegram, sender: TelegramSender
) -> None:
    found: list[dict[str, Any]] = []
    poll = threading.Thread(target=lambda: found.extend(sender.get_updates(timeout=30)))
    poll.start()
    sender.send(Message(address=str(CHAT), text="meanwhile"))
    said = fake.say(CHAT, "Hello")
    poll.join()
    assert found == [said]


@on_the_loopback
def test_closing_ends_a_long_poll_at_once_and_for_good(fake: FakeTelegram, sender: TelegramSender) -> None:
    caught: list[Failure] = []

    def wait() -> None:
        try:
            sender.get_updates(timeout=50)
        except SendError as error:
            caught.append(error.failure)

    poll = threading.Thread(target=wait)
    poll.start()
    with fake.changed:
        fake.wait(lambda: bool(fake.requests), 30)
    sender.close()
    poll.join()
    assert caught == [Failure.TEMPORARY]
    assert failing(sender).failure is Failure.TEMPORARY
    sender.close()


@on_the_loopback
@pytest.mark.parametrize("result", [None, {}, [1], "x"])
def test_updates_of_another_shape_are_a_send_error(fake: FakeTelegram, sender: TelegramSender, result: Any) -> None:
    fake.script(Trouble(Answer(200, {"ok": True, "result": result})))
    with pytest.raises(SendError):
        sender.get_updates(timeout=0)


@on_the_loopback
def test_the_webhook_is_set_with_its_secret_and_stands_in_the_way_of_polling_until_deleted(
    fake: FakeTelegram, sender: TelegramSender
) -> None:
    fake.say(CHAT, "Hello")
    sender.set_webhook("https://listen.example.org/webhooks/telegram", SECRET)
    assert fake.webhook == {
        "url": "https://listen.example.org/webhooks/telegram",
        "secret_token": SECRET,
        "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
    }
    with pytest.raises(SendError) as caught:
        sender.get_updates(timeout=0)
    assert (caught.value.failure, caught.value.code) == (Failure.TEMPORARY, "409")
    sender.delete_webhook()
    assert len(sender.get_updates(timeout=0)) == 1


@on_the_loopback
def test_commands_are_set_for_each_two_letter_language_and_the_defaults_for_all_others(
    fake: FakeTelegram, sender: TelegramSender
) -> None:
    menu = {"en": [("stop", "No more messages")], "cy": [("stop", "Dim mwy")], "prs": [("stop", "بس")]}
    sender.set_commands(menu, default="en")
    english = [{"command": "stop", "description": "No more messages"}]
    assert fake.commands == {"": english, "en": english, "cy": [{"command": "stop", "description": "Dim mwy"}]}


@on_the_loopback
@pytest.mark.parametrize("menu", [[("Stop", "x")], [("stop", "")], [("stop", "x" * 257)], [("stop", "x")] * 101])
def test_commands_that_telegram_refuses_are_permanent(sender: TelegramSender, menu: list[tuple[str, str]]) -> None:
    with pytest.raises(SendError) as caught:
        sender.set_commands({"en": menu})
    assert caught.value.failure is Failure.PERMANENT


@on_the_loopback
def test_the_bot_knows_its_name(sender: TelegramSender) -> None:
    assert sender.get_me() == USERNAME
