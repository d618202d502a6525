"""Receipts, and what remains of a message that was sent."""

import itertools
from collections import Counter

import pytest
from kit.people import OTHER
from kit.sandbox import PHONE, Sandbox, ScriptedSender

from bot.channels.port import Failure, SendError
from bot.engine.model import Channel
from bot.messaging.deliver import record_receipt
from bot.store import tables

# --- what remains


def test_what_was_sent_failed_or_dropped_keeps_neither_text_nor_address(sandbox: Sandbox) -> None:
    for person in (PHONE, OTHER, "+447911123458"):
        sandbox.arrive("hello", person)
    sandbox.arrive("STOP", "+447911123458")
    sandbox.deliver(ScriptedSender(Channel.SMS, SendError(Failure.PERMANENT, "21211")))
    assert Counter(sandbox.statuses()) == {"failed": 1, "sent": 2, "dropped": 1}
    assert {(row["address"], row["body"]) for row in sandbox.rows(tables.outbox)} == {(b"", b"")}


def test_nothing_of_the_address_is_left_in_any_file_once_the_last_word_to_an_erased_resident_is_sent(
    sandbox: Sandbox,
) -> None:
    from bot.worker import Worker  # noqa: PLC0415

    sandbox.tell_story("my landlord will not mend the boiler")
    sandbox.arrive("DELETE")
    sandbox.arrive("yes")
    sealed = [row["address"] for row in sandbox.rows(tables.outbox)] + [
        row["body"] for row in sandbox.rows(tables.outbox)
    ]
    assert all(one in sandbox.bytes_on_disk() for one in sealed)
    Worker(sandbox.installation, {Channel.SMS: ScriptedSender(Channel.SMS)}).once()
    left = sandbox.bytes_on_disk()
    assert sandbox.statuses() == ["sent"]
    assert not any(one[13:] in left for one in sealed)


# --- receipts


@pytest.mark.parametrize("order", list(itertools.permutations(["queued", "sending", "sent", "delivered"])))
def test_receipts_move_a_message_only_forward_in_whatever_order_they_come(
    sandbox: Sandbox, order: tuple[str, ...]
) -> None:
    provider_id = _sent(sandbox)
    for status in (*order, *order):
        assert record_receipt(sandbox.installation, provider_id, status, "0", stopped=False)
    assert sandbox.statuses() == ["delivered"]


def test_a_receipt_that_says_undelivered_is_kept_with_its_code(sandbox: Sandbox) -> None:
    provider_id = _sent(sandbox)
    record_receipt(sandbox.installation, provider_id, "undelivered", "30005", stopped=False)
    record_receipt(sandbox.installation, provider_id, "sent", "0", stopped=False)
    (row,) = sandbox.rows(tables.outbox)
    assert (row["status"], row["error"]) == ("undelivered", "30005")


def test_a_receipt_that_means_stop_drops_what_waits(sandbox: Sandbox) -> None:
    provider_id = _sent(sandbox)
    sandbox.arrive("yes")
    assert record_receipt(sandbox.installation, provider_id, "failed", "21610", stopped=True)
    assert sandbox.statuses() == ["failed", "dropped"]
    assert sandbox.contact()["stopped_at"] is not None


@pytest.mark.parametrize("status", ["accepted", "scheduled", "receiving", "partially_delivered", "canceled", ""])
def test_a_receipt_in_other_words_changes_nothing(sandbox: Sandbox, status: str) -> None:
    provider_id = _sent(sandbox)
    assert record_receipt(sandbox.installation, provider_id, status, "0", stopped=False)
    assert sandbox.statuses() == ["sent"]
    assert not record_receipt(sandbox.installation, "SM" + "0" * 32, "delivered", "0", stopped=False)


def _sent(sandbox: Sandbox) -> str:
    sandbox.arrive("hello")
    sandbox.deliver(ScriptedSender(Channel.SMS))
    return str(sandbox.rows(tables.outbox)[0]["provider_id"])
