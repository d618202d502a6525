"""What became of a message of ours, as Twilio reports it."""

import pytest
from kit.fakes.twilio_api import ACCOUNT, NUMBER
from kit.forms import RESIDENT, SID, lists

from bot.channels.twilio import inbound as twilio
from bot.errors import NotOursError, UnusableError

# --- what became of a message of ours


def callback(**changes: str | None) -> dict[str, list[str]]:
    good = {"AccountSid": ACCOUNT, "MessageSid": SID, "MessageStatus": "undelivered", "ErrorCode": "30005"}
    both = {**good, "To": RESIDENT, "From": NUMBER, **changes}
    return lists({name: value for name, value in both.items() if value is not None})


def test_a_status_callback_becomes_a_receipt() -> None:
    assert twilio.parse_receipt(callback(), ACCOUNT) == twilio.Receipt(SID, "undelivered", 30005)
    delivered = twilio.parse_receipt(callback(MessageStatus="delivered", ErrorCode=None), ACCOUNT)
    assert delivered == twilio.Receipt(SID, "delivered", 0)


@pytest.mark.parametrize("changes", [{"AccountSid": "AC1"}, {"MessageSid": "SM1"}, {"ErrorCode": "lots"}])
def test_a_status_callback_that_is_not_ours_is_forbidden(changes: dict[str, str]) -> None:
    with pytest.raises(NotOursError):
        twilio.parse_receipt(callback(**changes), ACCOUNT)


@pytest.mark.parametrize("status", ["", None, "lost"])
def test_a_status_that_we_do_not_know_is_unusable(status: str | None) -> None:
    with pytest.raises(UnusableError):
        twilio.parse_receipt(callback(MessageStatus=status), ACCOUNT)
