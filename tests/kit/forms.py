"""Forms of Twilio, as its webhooks bring them."""

import pytest

from kit.fakes.twilio_api import NUMBER, SERVICE

OURS = frozenset({NUMBER, SERVICE})
RESIDENT = "+447911123456"
SID = "SM" + "0123456789abcdef" * 2
on_the_loopback = pytest.mark.allow_hosts(["127.0.0.1"])


def lists(fields: dict[str, str]) -> dict[str, list[str]]:
    return {name: [value] for name, value in fields.items()}
