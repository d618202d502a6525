"""Several workers, and one that dies or breaks while it delivers."""

from collections import Counter
from collections.abc import Callable

from kit.delivering import TEMPORARY, finish
from kit.people import OTHER
from kit.sandbox import PHONE, Sandbox, ScriptedSender

from bot.channels.port import Message
from bot.engine.model import Channel
from bot.messaging.deliver import deliver_due
from bot.store import outbox

# --- crashes, and several workers


def test_a_reply_whose_worker_died_is_delivered_when_its_lease_runs_out(sandbox: Sandbox) -> None:
    sandbox.arrive("hello")
    with sandbox.installation.write() as tx:
        claimed = outbox.claim(tx, [Channel.SMS], 16)
    assert len(claimed) == 1  # and here its process is killed
    sender = ScriptedSender(Channel.SMS)
    sandbox.later("119s")
    assert sandbox.deliver(sender) == 0
    sandbox.later("1s")
    assert sandbox.deliver(sender) == 1
    assert len(sender.inbox(PHONE)) == 1


class Interrupted(ScriptedSender):
    """While it sends, something else happens."""

    def __init__(self, *errors: Exception | None, meanwhile: Callable[[], object]) -> None:
        super().__init__(Channel.SMS, *errors)
        self.meanwhile = meanwhile

    def send(self, message: Message) -> str:
        self.meanwhile()
        return super().send(message)


def test_a_slow_provider_does_not_make_two_workers_send_the_same_reply(sandbox: Sandbox) -> None:
    for number in range(20):
        sandbox.arrive("hello", f"+44791160{number:04}")
    second = ScriptedSender(Channel.SMS)

    def meanwhile() -> None:
        sandbox.later("30s")
        deliver_due(sandbox.installation, {Channel.SMS: second})

    slow = Interrupted(meanwhile=meanwhile)
    sandbox.deliver(slow)
    finish(sandbox, second)
    tried = Counter(message.address for message in slow.tried + second.tried)
    assert len(tried) == 20
    assert set(tried.values()) == {1}


def test_a_stop_that_comes_while_a_batch_is_sent_drops_the_rest_of_what_its_sender_would_get(sandbox: Sandbox) -> None:
    sandbox.arrive("hello")
    sandbox.arrive("hello", OTHER)
    sender = Interrupted(meanwhile=lambda: sandbox.arrive("STOP", OTHER, key="SMstop"))
    sandbox.deliver(sender)
    assert [sent.message.text[:12] for sent in sender.inbox(OTHER)] == [sandbox.rendered("stop")[:12]]


def test_a_stop_that_comes_while_a_send_fails_leaves_nothing_to_try_again(sandbox: Sandbox) -> None:
    sandbox.arrive("hello")
    sender = Interrupted(TEMPORARY, meanwhile=lambda: sandbox.arrive("STOP", key="SMstop"))
    finish(sandbox, sender)
    assert sandbox.statuses() == ["dropped", "sent"]
    assert [sent.message.text for sent in sender.inbox(PHONE)] == [sandbox.rendered("stop")]


def test_an_erasure_that_comes_while_a_batch_is_sent_leaves_nothing_of_its_sender_to_send(sandbox: Sandbox) -> None:
    sandbox.arrive("hello", OTHER)
    sandbox.arrive("hello")

    def erase() -> None:
        sandbox.arrive("DELETE", key="SM1")
        sandbox.arrive("yes", key="SM2")

    sender = Interrupted(meanwhile=erase)
    finish(sandbox, sender)
    assert [sent.message.text for sent in sender.inbox(PHONE)] == [sandbox.rendered("deleted")]


def test_a_sender_that_breaks_in_an_unforeseen_way_holds_up_nobody_else_and_is_not_tried_for_ever(
    sandbox: Sandbox,
) -> None:
    class Broken(ScriptedSender):
        def send(self, message: Message) -> str:
            if message.address == PHONE:
                self.tried.append(message)
                raise ZeroDivisionError(message.text)
            return super().send(message)

    for person in (PHONE, OTHER):
        sandbox.arrive("hello", person)
    sender = Broken()
    finish(sandbox, sender)
    assert Counter(sandbox.statuses()) == {"sent": 1, "failed": 1}
    assert len([one for one in sender.tried if one.address == PHONE]) == 2
