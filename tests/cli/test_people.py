"""`openear organiser` and `openear hub`."""

import re

import pytest
from kit.fakes.twilio_api import NUMBER
from kit.operator import TWILIO, Operator

from bot.store import organisers

# --- organiser


def test_organisers_are_added_listed_and_revoked(operator: Operator) -> None:
    assert "ana@example.org is organiser of thrive" in operator.good(
        "organiser", "add", "ana@example.org", "--role", "organiser"
    )
    assert "already" in operator.good("organiser", "add", "ana@example.org", "--role", "organiser")
    operator.good("organiser", "add", "ana@example.org", "--role", "raw", "--campaign", "thrive")
    operator.good("hub", "add", "LRMN")
    operator.good("organiser", "add", "lee@example.org", "--role", "leader", "--hub", "lrmn")
    assert operator.good("organiser", "list").splitlines() == [
        "ana@example.org\torganiser\tthrive",
        "ana@example.org\traw\tthrive",
        "lee@example.org\tleader\tthrive\tLRMN",
    ]
    operator.good("organiser", "revoke", "ANA@example.org")
    assert operator.good("organiser", "list") == "lee@example.org\tleader\tthrive\tLRMN\n"
    assert operator.actions() == ["organiser.add", "organiser.add", "organiser.add", "organiser.revoke"]


def test_a_token_stands_alone_on_standard_output_and_works_until_it_is_revoked(operator: Operator) -> None:
    operator.good("organiser", "add", "ana@example.org", "--role", "organiser")
    said = operator.good("organiser", "token", "ana@example.org")
    assert re.fullmatch(r"oe_[A-Za-z0-9_-]{43}\n", said)
    assert _grants(operator, said.strip()) == ["organiser"]
    assert said.strip().encode() not in (operator.folder / "var" / "openear.db").read_bytes()
    operator.good("organiser", "revoke", "ana@example.org")
    assert _grants(operator, said.strip()) is None


def _grants(operator: Operator, token: str) -> list[str] | None:
    opened = operator.installation()
    with opened.read() as tx:
        found = organisers.grants_of(tx, token)
    opened.database.close()
    return None if found is None else [grant.role for grant in found]


@pytest.mark.parametrize(
    ("arguments", "mend"),
    [
        (("add", "ana", "--role", "organiser"), "ana@example.org"),
        (("add", "ana@example.org"), "--role"),
        (("add", "ana@example.org", "--role", "queen"), "safeguarding"),
        (("add", "ana@example.org", "--role", "organiser", "--campaign", "none"), "--campaign with one of thrive"),
        (("add", "ana@example.org", "--role", "leader"), "--hub"),
        (("add", "ana@example.org", "--role", "leader", "--hub", "LRMN"), "openear hub add LRMN"),
        (("token", "ana@example.org"), "openear organiser add ana@example.org"),
        (("revoke", "ana@example.org"), "openear organiser list"),
    ],
)
def test_what_cannot_be_done_for_an_organiser_is_said_with_its_mend(
    operator: Operator, arguments: tuple[str, ...], mend: str
) -> None:
    assert mend in operator.bad("organiser", *arguments)
    assert operator.good("organiser", "list") == ""
    assert operator.actions() == []


# --- hub


def test_a_hub_is_added_with_what_its_leaders_share_and_listed(operator: Operator) -> None:
    operator.environment |= TWILIO
    said = operator.good("hub", "add", "LRMN", "--name", "Lewisham Refugee and Migrant Network", "--language", "so")
    assert "Lewisham Refugee and Migrant Network (LRMN)" in said
    assert f"text LRMN to {NUMBER}" in said
    assert "[so] Soomaali" in said
    assert operator.good("hub", "list") == "LRMN\tthrive\tLewisham Refugee and Migrant Network\tso\n"
    assert operator.good("hub", "list", "--campaign", "other") == ""


def test_a_hub_named_again_is_changed(operator: Operator) -> None:
    operator.good("hub", "add", "LRMN", "--name", "One")
    operator.good("hub", "add", "lrmn", "--name", "Two")
    assert operator.good("hub", "list") == "lrmn\tthrive\tTwo\t\n"


@pytest.mark.parametrize("code", ["A", "LRMN!", "12345", "two words", "x" * 21, "", "ä"])
def test_a_code_that_nobody_could_type_is_refused(operator: Operator, code: str) -> None:
    assert "2 to 20 letters and digits" in operator.bad("hub", "add", code)
    assert operator.good("hub", "list") == ""


@pytest.mark.parametrize(
    "code", ["STOP", "yes", "No", "HELP", "done", "START", "hello", "hola", "somali", "thrive", "thanks"]
)
def test_a_code_that_means_something_else_is_refused(operator: Operator, code: str) -> None:
    assert "means something else" in operator.bad("hub", "add", code)
    assert operator.good("hub", "list") == ""


def test_a_hub_with_a_language_that_is_not_offered_is_refused(operator: Operator) -> None:
    assert "The languages are en" in operator.bad("hub", "add", "LRMN", "--language", "tlh")
