"""The console's sender: what the demo and `openear chat` read back."""

import threading

from bot.channels.console import ConsoleSender
from bot.channels.port import Message, Sender
from bot.engine.model import Channel

ADA, BEN = "+447911123456", "+447911123457"


def test_each_address_finds_its_messages_in_order_and_those_it_has_not_seen() -> None:
    sender: Sender = ConsoleSender(Channel.TELEGRAM)
    messages = [Message(address=ADA, text="one", buttons=(("YES", "yes"),)), Message(address=ADA, text="two")]
    ids = [sender.send(message) for message in messages]
    sender.send(Message(address=BEN, text="for Ben"))
    sender.close()
    assert isinstance(sender, ConsoleSender)
    assert [(one.id, one.message) for one in sender.inbox(ADA)] == list(zip(ids, messages, strict=True))
    assert [one.message.text for one in sender.inbox(ADA, seen=1)] == ["two"]
    assert sender.inbox("+447911123499") == ()


def test_no_message_is_lost_between_threads_and_no_id_is_given_twice() -> None:
    sender = ConsoleSender()

    def send() -> None:
        for _ in range(200):
            sender.send(Message(address=ADA, text="hello"))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.id for one in sender.inbox(ADA)}) == 1600
