"""Sending by Twilio: what goes out, and what each failure means for the next attempt."""

import logging
import socket

import pytest
from kit.fakes.loopback import CUT, CUT_AFTER_ACCEPTING, SILENCE_AFTER_ACCEPTING, Answer, Trouble
from kit.fakes.twilio_api import ACCOUNT, NUMBER, SERVICE, TOKEN, FakeTwilio, refuse
from kit.forms import RESIDENT, on_the_loopback

from bot.channels.port import Failure, Message, SendError
from bot.channels.twilio.sender import TwilioSender, failure


def failing(sender: TwilioSender, text: str = "Thank you.", to: str = RESIDENT) -> SendError:
    with pytest.raises(SendError) as caught:
        sender.send(Message(address=to, text=text))
    return caught.value


# --- sending


@on_the_loopback
def test_a_message_goes_out_as_one_request_with_number_text_and_sender(fake: FakeTwilio, sender: TwilioSender) -> None:
    text = "Diolch. 谢谢 🏠\nSTOP = dim mwy"
    sid = sender.send(Message(address=RESIDENT, text=text, buttons=(("Yes", "yes"),)))
    assert fake.sent == [{"To": RESIDENT, "Body": text, "From": NUMBER, "Sid": sid}]
    assert len(fake.requests) == 1


@on_the_loopback
def test_a_messaging_service_and_the_address_for_receipts_are_named_when_set(fake: FakeTwilio) -> None:
    status = "https://listen.example.org/webhooks/twilio/status"
    sender = TwilioSender(ACCOUNT, TOKEN, SERVICE, fake.url, status)
    sid = sender.send(Message(address=RESIDENT, text="x" * 1600))
    sender.close()
    wanted = {"To": RESIDENT, "Body": "x" * 1600, "MessagingServiceSid": SERVICE, "StatusCallback": status}
    assert fake.sent == [{**wanted, "Sid": sid}]


@on_the_loopback
def test_another_base_address_keeps_its_own_path(fake: FakeTwilio) -> None:
    sender = TwilioSender(ACCOUNT, TOKEN, NUMBER, f"{fake.url}/gateway/")
    failing(sender)
    sender.close()
    assert fake.requests[0].path == f"/gateway/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


@on_the_loopback
def test_a_resident_who_opted_out_is_stopped(fake: FakeTwilio, sender: TwilioSender) -> None:
    fake.opted_out.add(RESIDENT)
    error = failing(sender)
    assert (error.failure, error.code) == (Failure.STOPPED, "21610")


@on_the_loopback
@pytest.mark.parametrize(("to", "text", "code"), [("07911123456", "Hello", "21211"), (RESIDENT, "x" * 1601, "21617")])
def test_what_would_be_refused_again_is_permanent(sender: TwilioSender, to: str, text: str, code: str) -> None:
    error = failing(sender, text, to)
    assert (error.failure, error.code) == (Failure.PERMANENT, code)


@on_the_loopback
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Retry-After": "7"}, 7.0), ({}, 1.0), ({"Retry-After": "Sat, 21 Nov 2026 12:00:00 GMT"}, 1.0)],
)
def test_too_fast_waits_as_long_as_twilio_says_or_a_second(
    fake: FakeTwilio, sender: TwilioSender, headers: dict[str, str], seconds: float
) -> None:
    fake.script(Trouble(refuse(20429, 429, headers)))
    error = failing(sender)
    assert (error.failure, error.code, error.retry_after) == (Failure.RETRY_AFTER, "20429", seconds)
    assert fake.sent == []


@on_the_loopback
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_error_of_theirs_is_temporary_and_not_tried_again_here(
    fake: FakeTwilio, sender: TwilioSender, status: int
) -> None:
    fake.script(Trouble(Answer(status, b"<html>gateway</html>")))
    assert failing(sender).failure is Failure.TEMPORARY
    assert len(fake.requests) == 1


@on_the_loopback
def test_wrong_credentials_are_temporary_so_that_nothing_is_lost_while_they_are_mended(fake: FakeTwilio) -> None:
    sender = TwilioSender(ACCOUNT, "wrong", NUMBER, fake.url)
    error = failing(sender)
    sender.close()
    assert (error.failure, error.code) == (Failure.TEMPORARY, "20003")


@on_the_loopback
def test_a_refused_connection_is_temporary(no_proxy: None) -> None:
    with socket.socket() as taken:  # bound and not listening: nobody answers there
        taken.bind(("127.0.0.1", 0))
        sender = TwilioSender(ACCOUNT, TOKEN, NUMBER, f"http://127.0.0.1:{taken.getsockname()[1]}")
        assert failing(sender).failure is Failure.TEMPORARY
        sender.close()


@on_the_loopback
@pytest.mark.parametrize(
    "trouble", [SILENCE_AFTER_ACCEPTING, CUT_AFTER_ACCEPTING, CUT], ids=["silence", "cut", "cut unread"]
)
def test_no_answer_after_the_request_was_sent_is_unknown(fake: FakeTwilio, trouble: Trouble) -> None:
    sender = TwilioSender(ACCOUNT, TOKEN, NUMBER, fake.url, timeout_s=0.5)
    fake.script(trouble)
    assert failing(sender).failure is Failure.UNKNOWN
    sender.close()


@on_the_loopback
@pytest.mark.parametrize("payload", [b"", b"[]", b"{", b'{"sid": "SM1"}', b"null"])
def test_an_answer_that_says_nothing_is_unknown(fake: FakeTwilio, sender: TwilioSender, payload: bytes) -> None:
    fake.script(Trouble(Answer(201, payload)))
    assert failing(sender).failure is Failure.UNKNOWN


@on_the_loopback
@pytest.mark.parametrize("api_url", ["", "no address", "ftp://127.0.0.1"])
def test_an_address_that_is_none_is_temporary(fake: FakeTwilio, api_url: str) -> None:
    sender = TwilioSender(ACCOUNT, TOKEN, NUMBER, api_url or "http://")
    assert failing(sender).failure is Failure.TEMPORARY
    sender.close()


@on_the_loopback
def test_no_number_text_or_token_is_in_an_error_or_a_log(
    fake: FakeTwilio, sender: TwilioSender, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fake.script(Trouble(refuse(21211)), CUT)
    errors = [failing(sender, "my secret"), failing(sender, "my secret")]
    sender.send(Message(address=RESIDENT, text="my secret"))
    seen = caplog.text + "".join(repr(error) for error in errors)
    assert all(error.__context__ is None and error.__cause__ is None for error in errors)
    for private in ("my secret", RESIDENT[1:], TOKEN, "447911999999"):
        assert private not in seen


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        *((code, Failure.PERMANENT) for code in (21211, 21214, 21217, 21408, 21612, 21614, 21617)),
        *((code, Failure.PERMANENT) for code in (30004, 30005, 30006, 30007, 99999)),
        *((code, Failure.TEMPORARY) for code in (20003, 21606, 21611, 30001, 30002, 30003, 30008)),
        (21610, Failure.STOPPED),
        (20429, Failure.RETRY_AFTER),
    ],
)
def test_each_error_code_means_one_thing_for_the_next_attempt(code: int, meaning: Failure) -> None:
    assert failure(code) is meaning
