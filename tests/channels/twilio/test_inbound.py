"""Forms of Twilio: the signature, and what a form may say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.fakes.twilio_api import ACCOUNT, NUMBER, SERVICE, TOKEN, sign, webhook
from kit.forms import OURS, RESIDENT, SID, lists

from bot.channels.port import Arrival
from bot.channels.twilio import inbound as twilio
from bot.engine.model import Channel, Kind
from bot.errors import NotOursError, UnusableError

URL = "https://listen.example.org/webhooks/twilio?e=%E1%8C%A4&x=%7e"


def form(**changes: str | None) -> dict[str, str]:
    """A good inbound form, with these changes; None leaves a parameter out."""
    listed = {"sid": SID, "from": RESIDENT, "to": NUMBER, "body": "The rent is too high", "num_media": "0"}
    both = {**webhook(listed), **changes}
    return {name: value for name, value in both.items() if value is not None}


def parse(**changes: str | None) -> Arrival:
    return twilio.parse(lists(form(**changes)), ACCOUNT, OURS)


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
    for read in (lambda: twilio.parse(anything, ACCOUNT, OURS), lambda: twilio.parse_receipt(anything, ACCOUNT)):
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


def test_a_parameter_cut_out_of_the_body_is_refused_though_its_signature_holds() -> None:
    form = {
        "AccountSid": ["AC" + "1" * 32], "MessageSid": ["SM" + "2" * 32], "From": ["+447911123456"],
        "To": ["+442079460000"], "Body": ["my "], "Dog": [" and my flat"], "NumMedia": ["0"],
    }  # fmt: skip
    with pytest.raises(NotOursError):
        twilio.parse(form, "AC" + "1" * 32, frozenset({"+442079460000"}))
