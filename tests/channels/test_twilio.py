"""Twilio: what its webhooks may say, what its REST API is told, and what each failure means for the next attempt."""

import logging
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.fakes.loopback import CUT, CUT_AFTER_ACCEPTING, SILENCE_AFTER_ACCEPTING, Answer, Trouble
from kit.fakes.twilio_api import ACCOUNT, NUMBER, SERVICE, TOKEN, FakeTwilio, refuse, sign, webhook

from bot.channels.port import Arrival, Failure, Message, SendError
from bot.channels.twilio import inbound as twilio
from bot.channels.twilio.sender import TwilioSender, failure
from bot.engine.model import Channel, Kind
from bot.errors import NotOursError, UnusableError

OURS = frozenset({NUMBER, SERVICE})
RESIDENT = "+447911123456"
SID = "SM" + "0123456789abcdef" * 2
URL = "https://listen.example.org/webhooks/twilio?e=%E1%8C%A4&x=%7e"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

on_the_loopback = pytest.mark.allow_hosts(["127.0.0.1"])


def form(**changes: str | None) -> dict[str, str]:
    """A good inbound form, with these changes; None leaves a parameter out."""
    listed = {"sid": SID, "from": RESIDENT, "to": NUMBER, "body": "The rent is too high", "num_media": "0"}
    both = {**webhook(listed), **changes}
    return {name: value for name, value in both.items() if value is not None}


def lists(fields: dict[str, str]) -> dict[str, list[str]]:
    return {name: [value] for name, value in fields.items()}


def parse(**changes: str | None) -> Arrival:
    return twilio.parse(lists(form(**changes)), ACCOUNT, OURS)


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def fake(no_proxy: None) -> Iterator[FakeTwilio]:
    with FakeTwilio() as server:
        yield server


@pytest.fixture
def sender(fake: FakeTwilio) -> Iterator[TwilioSender]:
    one = TwilioSender(ACCOUNT, TOKEN, NUMBER, fake.url)
    yield one
    one.close()


def failing(sender: TwilioSender, text: str = "Thank you.", to: str = RESIDENT) -> SendError:
    with pytest.raises(SendError) as caught:
        sender.send(Message(address=to, text=text))
    return caught.value


# --- the signature


def test_a_form_that_twilio_signed_is_verified_also_with_a_query_in_other_scripts() -> None:
    fields = form(Body="ቤት ኪራይ 🏠")
    assert twilio.verify(URL, lists(fields), sign(URL, fields), TOKEN)


@pytest.mark.parametrize(
    ("url", "changes", "token"),
    [
        (URL, {"Body": "Something else"}, TOKEN),
        (URL.replace("%7e", "~"), {}, TOKEN),
        (URL, {}, "0" * 32),
    ],
    ids=["another body", "another address", "another token"],
)
def test_a_changed_form_address_or_token_is_not_verified(url: str, changes: dict[str, str], token: str) -> None:
    assert not twilio.verify(url, lists({**form(), **changes}), sign(URL, form()), token)


@pytest.mark.parametrize("signature", [None, "", "é" * 28, "\udcff" * 28, "A" * 28, "\x00"])
def test_a_signature_that_is_none_or_no_ascii_is_a_no_and_not_an_exception(signature: str | None) -> None:
    assert not twilio.verify(URL, lists(form()), signature, TOKEN)


def test_nothing_is_verified_with_an_empty_token_or_for_an_impossible_address() -> None:
    assert not twilio.verify(URL, lists(form()), sign(URL, form(), token=""), "")
    assert not twilio.verify("https://listen.example.org:99999999/", lists(form()), "A" * 28, TOKEN)
    assert not twilio.verify(URL, lists(form(Body="\ud800")), "A" * 28, TOKEN)


@given(st.text(), st.dictionaries(st.text(), st.lists(st.text(), max_size=3)), st.none() | st.text(), st.text())
def test_verifying_anything_is_a_yes_or_a_no(
    url: str, anything: dict[str, list[str]], signature: str | None, token: str
) -> None:
    assert twilio.verify(url, anything, signature, token) is False


# --- what a form may say


def test_a_text_becomes_an_arrival_named_by_its_message_sid() -> None:
    arrival = parse()
    assert (arrival.channel, arrival.kind, arrival.text) == (Channel.SMS, Kind.TEXT, "The rent is too high")
    assert (arrival.key, arrival.message, arrival.sender) == (SID, SID, RESIDENT)
    assert arrival.carrier == ""


@pytest.mark.parametrize(
    ("changes", "kind", "text"),
    [
        ({"NumMedia": "1", "MessageSid": "MM" + "0" * 32}, Kind.MEDIA, "The rent is too high"),
        ({"NumMedia": "1", "Body": None}, Kind.MEDIA, ""),
        ({"Body": ""}, Kind.MEDIA, ""),
        ({"Body": " \n"}, Kind.MEDIA, " \n"),
        ({"NumMedia": None}, Kind.TEXT, "The rent is too high"),
        ({"Body": "a\x00b\ud800c"}, Kind.TEXT, "a\ufffdb\ufffdc"),
    ],
)
def test_pictures_and_empty_texts_are_media_and_text_is_cleaned(
    changes: dict[str, str | None], kind: Kind, text: str
) -> None:
    arrival = parse(**changes)
    assert (arrival.kind, arrival.text) == (kind, text)


@pytest.mark.parametrize(("word", "carrier"), [("STOP", "STOP"), ("START", "START"), ("HELP", "HELP"), ("WHAT", "")])
def test_what_the_carrier_has_answered_is_noted(word: str, carrier: str) -> None:
    assert parse(OptOutType=word).carrier == carrier


def test_a_message_to_our_messaging_service_is_ours_whatever_its_number() -> None:
    assert parse(To="+447911100999", MessagingServiceSid=SERVICE).sender == RESIDENT


def test_the_fallback_address_gets_the_same_message_with_the_same_key() -> None:
    assert parse(ErrorCode="11200", ErrorUrl="https://listen.example.org/").key == SID


@pytest.mark.parametrize(
    "changes",
    [
        {"AccountSid": "AC" + "9" * 32},
        {"AccountSid": None},
        {"MessageSid": None},
        {"MessageSid": "SM" + "0123456789ABCDEF" * 2},
        {"MessageSid": SID + "0"},
        {"MessageSid": SID + "\n"},
        {"To": "+447911100999"},
        {"To": None},
        {"To": NUMBER + "\n"},
        {"To": "+447911100999", "MessagingServiceSid": "MG" + "9" * 32},
        {"From": None},
        {"Body": None},
        {"NumMedia": "-1"},
        {"NumMedia": "two"},
        {"ApiVersion": "2010-04-01BodyHello"},
        {"Body": "The rent", "is too high": ""},
    ],
)
def test_a_form_that_twilio_would_not_send_us_is_forbidden(changes: dict[str, str | None]) -> None:
    with pytest.raises(NotOursError):
        parse(**changes)


def test_a_signed_form_divided_anew_keeps_its_signature_and_is_forbidden() -> None:
    good = {"AccountSid": ACCOUNT, "Body": "hello", "From": RESIDENT, "MessageSid": SID, "To": NUMBER}
    folded = {"AccountSid": ACCOUNT, "Body": f"helloFrom{RESIDENT}", "MessageSid": SID, "To": NUMBER}
    assert twilio.verify(URL, lists(folded), sign(URL, good), TOKEN)
    with pytest.raises(NotOursError):
        twilio.parse(lists(folded), ACCOUNT, OURS)


def test_a_parameter_given_twice_keeps_its_signature_and_is_forbidden() -> None:
    twice = {**lists(form()), "Body": ["The rent is too high", "The rent is too high"]}
    assert twilio.verify(URL, twice, sign(URL, form()), TOKEN)
    with pytest.raises(NotOursError):
        twilio.parse(twice, ACCOUNT, OURS)


@pytest.mark.parametrize("author", ["60777", "HSBC", "whatsapp:+447911123456", "", "anonymous", "+0123456789", NUMBER])
def test_a_sender_whom_no_answer_reaches_is_unusable(author: str) -> None:
    with pytest.raises(UnusableError):
        parse(From=author)


def test_without_an_account_of_our_own_everything_is_forbidden() -> None:
    with pytest.raises(NotOursError):
        twilio.parse(lists(form(AccountSid="")), "", OURS)


NAMES = st.sampled_from(["AccountSid", "MessageSid", "From", "To", "Body", "NumMedia", "OptOutType", "MessageStatus"])
VALUES = st.sampled_from([ACCOUNT, SID, RESIDENT, NUMBER, SERVICE, "delivered", "0", "\x00\ud800"]) | st.text()
FORMS = st.dictionaries(NAMES | st.text(), st.lists(VALUES, max_size=2), max_size=10)


@given(FORMS)
def test_no_form_raises_anything_but_what_is_declared_and_no_refusal_repeats_a_value(
    anything: dict[str, list[str]],
) -> None:
    for read in (lambda: twilio.parse(anything, ACCOUNT, OURS), lambda: twilio.receipt(anything, ACCOUNT)):
        try:
            read()
        except (NotOursError, UnusableError) as refusal:
            assert RESIDENT not in str(refusal)


@given(st.sampled_from(["MessageSid", "From", "To", "Body", "NumMedia", "AccountSid"]), VALUES)
def test_a_good_form_with_one_strange_value_gives_an_arrival_or_a_declared_refusal(name: str, value: str) -> None:
    try:
        arrival = parse(**{name: value})
    except (NotOursError, UnusableError):
        return
    assert arrival.key.startswith(("SM", "MM"))
    assert arrival.sender.startswith("+")
    arrival.text.encode()


# --- what became of a message of ours


def callback(**changes: str | None) -> dict[str, list[str]]:
    good = {"AccountSid": ACCOUNT, "MessageSid": SID, "MessageStatus": "undelivered", "ErrorCode": "30005"}
    both = {**good, "To": RESIDENT, "From": NUMBER, **changes}
    return lists({name: value for name, value in both.items() if value is not None})


def test_a_status_callback_becomes_a_receipt() -> None:
    assert twilio.receipt(callback(), ACCOUNT) == twilio.Receipt(SID, "undelivered", 30005)
    delivered = twilio.receipt(callback(MessageStatus="delivered", ErrorCode=None), ACCOUNT)
    assert delivered == twilio.Receipt(SID, "delivered", 0)


@pytest.mark.parametrize("changes", [{"AccountSid": "AC1"}, {"MessageSid": "SM1"}, {"ErrorCode": "lots"}])
def test_a_status_callback_that_is_not_ours_is_forbidden(changes: dict[str, str]) -> None:
    with pytest.raises(NotOursError):
        twilio.receipt(callback(**changes), ACCOUNT)


@pytest.mark.parametrize("status", ["", None, "lost"])
def test_a_status_that_we_do_not_know_is_unusable(status: str | None) -> None:
    with pytest.raises(UnusableError):
        twilio.receipt(callback(MessageStatus=status), ACCOUNT)


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


def test_a_parameter_cut_out_of_the_body_is_refused_though_its_signature_holds() -> None:
    form = {
        "AccountSid": ["AC" + "1" * 32], "MessageSid": ["SM" + "2" * 32], "From": ["+447911123456"],
        "To": ["+442079460000"], "Body": ["my "], "Dog": [" and my flat"], "NumMedia": ["0"],
    }  # fmt: skip
    with pytest.raises(NotOursError):
        twilio.parse(form, "AC" + "1" * 32, frozenset({"+442079460000"}))
