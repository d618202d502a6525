"""The loop that polls: failures, pauses, and webhooks beside it."""

import threading

import pytest
from kit.fakes.twilio_api import FakeTwilio
from kit.fetching import listing
from kit.moments import NOON
from kit.people import BOILER
from kit.sandbox import Sandbox

from bot.channels.port import Failure, SendError
from bot.channels.twilio.sender import TwilioSender
from bot.errors import UnavailableError
from bot.messaging import polling
from bot.messaging.polling import Poller
from bot.store import tables

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
PATIENCE = 30


# --- the loop


@pytest.mark.parametrize(
    "problem",
    [SendError(Failure.TEMPORARY, "502"), UnavailableError("gone"), ZeroDivisionError(BOILER)],
    ids=["provider", "database", "unforeseen"],
)
def test_a_fetch_that_fails_is_tried_again_and_its_words_stay_out_of_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, problem: Exception
) -> None:
    again = threading.Event()
    calls: list[int] = []

    def once() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise problem
        again.set()

    poller = Poller("provider", once, 0.01)
    monkeypatch.setattr(poller._stopping, "wait", lambda _seconds: False)
    poller.start()
    assert again.wait(PATIENCE)
    poller.stop()
    poller._thread.join(PATIENCE)
    assert "provider" in caplog.text
    assert "boiler" not in caplog.text


def test_the_pause_after_failures_grows_to_a_minute_and_shrinks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    calls: list[int] = []
    poller = Poller("provider", lambda: None, polling.POLL_SECONDS)

    def fetch() -> None:
        calls.append(1)
        if len(calls) <= 8:
            raise SendError(Failure.TEMPORARY, "502")

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        if len(waits) == 10:
            poller.stop()
        return False

    monkeypatch.setattr(poller, "_fetch", fetch)
    monkeypatch.setattr(poller._stopping, "wait", wait)
    poller._run()
    assert waits == [6, 12, 24, 48, 60, 60, 60, 60, 3, 3]


def test_webhooks_and_polling_side_by_side_have_one_effect_for_each_message(
    sandbox: Sandbox, twilio: FakeTwilio, account: TwilioSender
) -> None:
    messages = [twilio.write(f"+4479111{number:05}", "hello", NOON) for number in range(40)]
    arrivals = [sandbox.arrival("hello", one["from"], one["sid"]) for one in messages]
    from bot.messaging.receive import receive  # noqa: PLC0415

    def by_webhook() -> None:
        for one in reversed(arrivals):
            receive(sandbox.installation, one)

    thread = threading.Thread(target=by_webhook)
    thread.start()
    listing(sandbox, account)
    thread.join(PATIENCE)
    assert sandbox.count(tables.contacts) == 40
    assert sandbox.queued() == ["first"] * 40
