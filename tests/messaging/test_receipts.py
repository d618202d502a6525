"""Receipts, and what remains of a message that was sent."""

import itertools
from collections import Counter

import pytest
from kit.people import OTHER
from kit.sandbox import PHONE, House, Told

from bot.channels.port import Failure, SendError
from bot.engine.model import Channel
from bot.messaging.deliver import record_receipt
from bot.store import tables

# --- what remains


def test_what_was_sent_failed_or_dropped_keeps_neither_text_nor_address(house: House) -> None:
    for person in (PHONE, OTHER, "+447911123458"):
        house.arrive("hello", person)
    house.arrive("STOP", "+447911123458")
    house.deliver(Told(Channel.SMS, SendError(Failure.PERMANENT, "21211")))
    assert Counter(house.statuses()) == {"failed": 1, "sent": 2, "dropped": 1}
    assert {(row["address"], row["body"]) for row in house.rows(tables.outbox)} == {(b"", b"")}


def test_nothing_of_the_address_is_left_in_any_file_once_the_last_word_to_an_erased_resident_is_sent(
    house: House,
) -> None:
    from bot.worker import Worker  # noqa: PLC0415

    house.storyteller("my landlord will not mend the boiler")
    house.arrive("DELETE")
    house.arrive("yes")
    sealed = [row["address"] for row in house.rows(tables.outbox)] + [row["body"] for row in house.rows(tables.outbox)]
    assert all(one in house.bytes_on_disk() for one in sealed)
    Worker(house.installation, {Channel.SMS: Told(Channel.SMS)}).once()
    left = house.bytes_on_disk()
    assert house.statuses() == ["sent"]
    assert not any(one[13:] in left for one in sealed)


# --- receipts


@pytest.mark.parametrize("order", list(itertools.permutations(["queued", "sending", "sent", "delivered"])))
def test_receipts_move_a_message_only_forward_in_whatever_order_they_come(house: House, order: tuple[str, ...]) -> None:
    provider_id = _sent(house)
    for status in (*order, *order):
        assert record_receipt(house.installation, provider_id, status, "0", stopped=False)
    assert house.statuses() == ["delivered"]


def test_a_receipt_that_says_undelivered_is_kept_with_its_code(house: House) -> None:
    provider_id = _sent(house)
    record_receipt(house.installation, provider_id, "undelivered", "30005", stopped=False)
    record_receipt(house.installation, provider_id, "sent", "0", stopped=False)
    (row,) = house.rows(tables.outbox)
    assert (row["status"], row["error"]) == ("undelivered", "30005")


def test_a_receipt_that_means_stop_drops_what_waits(house: House) -> None:
    provider_id = _sent(house)
    house.arrive("yes")
    assert record_receipt(house.installation, provider_id, "failed", "21610", stopped=True)
    assert house.statuses() == ["failed", "dropped"]
    assert house.contact()["stopped_at"] is not None


@pytest.mark.parametrize("status", ["accepted", "scheduled", "receiving", "partially_delivered", "canceled", ""])
def test_a_receipt_in_other_words_changes_nothing(house: House, status: str) -> None:
    provider_id = _sent(house)
    assert record_receipt(house.installation, provider_id, status, "0", stopped=False)
    assert house.statuses() == ["sent"]
    assert not record_receipt(house.installation, "SM" + "0" * 32, "delivered", "0", stopped=False)


def _sent(house: House) -> str:
    house.arrive("hello")
    house.deliver(Told(Channel.SMS))
    return str(house.rows(tables.outbox)[0]["provider_id"])
