"""The list of what came in, as Twilio keeps it."""

from datetime import UTC, datetime, timedelta

import pytest
from kit.fakes.loopback import CUT, Answer, Trouble
from kit.fakes.twilio_api import ACCOUNT, NUMBER, SERVICE, TOKEN, FakeTwilio, refuse, webhook
from kit.forms import OURS, RESIDENT, lists, on_the_loopback

from bot.channels.port import Failure, Message, SendError
from bot.channels.twilio import inbound as twilio
from bot.channels.twilio.sender import TwilioSender
from bot.engine.model import Kind

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


# --- the list of what came in


@on_the_loopback
def test_listed_messages_come_oldest_first_over_all_pages_with_the_key_of_their_webhook(
    fake: FakeTwilio, sender: TwilioSender
) -> None:
    written = [fake.write(RESIDENT, f"text {n}", NOON + timedelta(seconds=n // 2)) for n in range(450)]
    listed = list(sender.list_inbound(NOON))
    assert [one.key for one in listed] == [one["sid"] for one in written]
    assert len(fake.requests) == 3
    by_webhook = twilio.parse(lists(webhook(written[0])), ACCOUNT, OURS)
    assert (listed[0].key, listed[0].text, listed[0].sender) == (by_webhook.key, by_webhook.text, by_webhook.sender)
    assert listed[0].sent_at == NOON


@on_the_loopback
def test_only_what_residents_wrote_to_us_since_then_is_listed(fake: FakeTwilio, sender: TwilioSender) -> None:
    fake.write(RESIDENT, "too early", NOON - timedelta(seconds=1))
    fake.write(RESIDENT, "to another project", NOON, to="+447911100999")
    fake.write("60777", "a parcel firm", NOON)
    picture = fake.write(RESIDENT, "look", NOON, media=1)
    sender.send(Message(address=RESIDENT, text="ours, going out"))
    (listed,) = sender.list_inbound(NOON.astimezone(UTC))
    assert (listed.key, listed.kind, listed.text) == (picture["sid"], Kind.MEDIA, "look")


@on_the_loopback
def test_a_messaging_service_lists_what_came_to_each_of_its_numbers(no_proxy: None) -> None:
    numbers = (NUMBER, "+447911100200")
    with FakeTwilio(numbers) as fake:
        sender = TwilioSender(ACCOUNT, TOKEN, SERVICE, fake.url)
        for n, number in enumerate(numbers):
            fake.write(RESIDENT, f"to {n}", NOON + timedelta(seconds=n), to=number)
        assert [one.text for one in sender.list_inbound(NOON)] == ["to 0", "to 1"]
        sender.close()


@on_the_loopback
@pytest.mark.parametrize(
    ("trouble", "meaning"),
    [
        (Trouble(refuse(20003, 401)), Failure.TEMPORARY),
        (Trouble(refuse(20429, 429, {"Retry-After": "3"})), Failure.RETRY_AFTER),
        (Trouble(Answer(503, b"")), Failure.TEMPORARY),
        (Trouble(Answer(200, {"messages": [], "other": []})), Failure.TEMPORARY),
        (CUT, Failure.UNKNOWN),
    ],
)
def test_a_list_that_cannot_be_had_is_a_send_error(
    fake: FakeTwilio, sender: TwilioSender, trouble: Trouble, meaning: Failure
) -> None:
    fake.script(trouble)
    with pytest.raises(SendError) as caught:
        list(sender.list_inbound(NOON))
    assert caught.value.failure is meaning


@on_the_loopback
def test_the_sdk_takes_no_settings_from_the_environment(fake: FakeTwilio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    sender = TwilioSender(ACCOUNT, TOKEN, NUMBER, fake.url)
    assert sender.send(Message(address=RESIDENT, text="Hello")).startswith("SM")
    assert (sender._client.edge, sender._client.region) == (None, "")
    sender.close()
