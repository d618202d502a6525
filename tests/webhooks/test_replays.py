"""The same request again: with other words, years later, after an erasure, under an old token."""

from urllib.parse import urlencode

import pytest
from kit.fakes.twilio_api import ACCOUNT, NUMBER, TOKEN, FakeTwilio, webhook
from kit.moments import NOON
from kit.people import BOILER
from kit.requests import INBOUND, form, signed
from kit.sandbox import PHONE, Sandbox

from bot.messaging.polling import fetch_texts
from bot.settings import Twilio
from webhooks.app import create_app

pytestmark = pytest.mark.enable_socket


def test_the_same_id_with_other_words_is_said_in_the_log(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    """Same id, different body."""
    client = create_app(sandbox.installation).test_client()
    for words in (BOILER, BOILER):
        client.post(INBOUND, data=urlencode(form(words, 1)), headers=signed(form(words, 1)))
    assert not caplog.records  # the same text again is every day's business
    other = form("something else entirely", 1)
    assert client.post(INBOUND, data=urlencode(other), headers=signed(other)).status_code == 200
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "boiler" not in caplog.text
    assert "entirely" not in caplog.text


def test_a_signed_request_is_replayed_for_two_years_and_after_an_erasure_without_effect(sandbox: Sandbox) -> None:
    """Replay of signed request (1 min … 2 years, after erasure)."""
    client = create_app(sandbox.installation).test_client()
    said = [form(text, number) for number, text in enumerate(("hello", "yes", BOILER, "DELETE", "yes"), 1)]

    def post() -> set[int]:
        return {client.post(INBOUND, data=urlencode(one), headers=signed(one)).status_code for one in said}

    assert post() == {200}
    before = sandbox.everything()
    for span in ("1m", "1h", "1d", "30d", "365d", "334d"):
        sandbox.later(span)
        assert post() == {200}
        assert sandbox.everything() == before
    assert sandbox.words() == sandbox.words(held=True) == []


def test_a_webhook_signed_with_the_old_token_is_refused_and_its_text_is_found_by_the_list(sandbox: Sandbox) -> None:
    """Forged with old rotated token."""
    old = "0" * 32
    client = create_app(sandbox.installation).test_client()
    assert sandbox.installation.settings.twilio == Twilio(account_sid=ACCOUNT, auth_token=TOKEN, sender=NUMBER)
    with FakeTwilio() as twilio:
        fields = webhook(twilio.write(PHONE, BOILER, NOON))
        assert client.post(INBOUND, data=urlencode(fields), headers=signed(fields, old)).status_code == 403
        assert sandbox.words(held=True) == []
        sender = sandbox.twilio(twilio.url)
        fetch_texts(sandbox.installation, sender, lambda: None)
        sender.close()
    assert client.post(INBOUND, data=urlencode(fields), headers=signed(fields)).status_code == 200
    assert sandbox.words(held=True) == [BOILER]
