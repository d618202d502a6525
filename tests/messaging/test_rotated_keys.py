"""Keys that are rotated while a worker runs."""

from dataclasses import replace

from kit.requests import DANGER, deliver
from kit.sandbox import PHONE, House, Told

from bot.messaging.receive import receive
from bot.store import keyring


def test_a_worker_that_still_has_the_old_keys_loses_no_reply_of_the_new_ones(house: House) -> None:
    """Key missing/wrong/rotated mid-flight."""
    file = house.folder / "keys" / "openear.keys"
    keyring.rotate(file)
    begun_anew = replace(house.installation, keys=keyring.read(file))
    receive(begun_anew, house.arrival(DANGER))  # the web has the new key
    sender = Told()
    deliver(house, sender)  # the worker has not
    assert "failed" not in house.statuses()
    house.installation = begun_anew
    house.later("5m")
    deliver(house, sender)
    assert ["999" in sent.message.text for sent in sender.inbox(PHONE)] == [True]
    assert house.statuses() == ["sent"]
