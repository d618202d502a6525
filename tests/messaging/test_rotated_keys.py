"""Keys that are rotated while a worker runs."""

from dataclasses import replace

from kit.people import DANGER
from kit.sandbox import PHONE, Sandbox, ScriptedSender

from bot.messaging.receive import receive
from bot.store import keyring


def test_a_worker_that_still_has_the_old_keys_loses_no_reply_of_the_new_ones(sandbox: Sandbox) -> None:
    """Key missing/wrong/rotated mid-flight."""
    file = sandbox.folder / "keys" / "openear.keys"
    keyring.rotate(file)
    begun_anew = replace(sandbox.installation, keys=keyring.read(file))
    receive(begun_anew, sandbox.arrival(DANGER))  # the web has the new key
    sender = ScriptedSender()
    sandbox.deliver(sender)  # the worker has not
    assert "failed" not in sandbox.statuses()
    sandbox.installation = begun_anew
    sandbox.later("5m")
    sandbox.deliver(sender)
    assert ["999" in sent.message.text for sent in sender.inbox(PHONE)] == [True]
    assert sandbox.statuses() == ["sent"]
