"""`openear organiser` and `openear hub`."""

import re

import pytest
from kit.fakes.twilio_api import NUMBER
from kit.operator import TWILIO, Desk

from bot.store import organisers

# --- organiser


def test_organisers_are_added_listed_and_revoked(desk: Desk) -> None:
    assert "ana@example.org is organiser of thrive" in desk.good(
        "organiser", "add", "ana@example.org", "--role", "organiser"
    )
    assert "already" in desk.good("organiser", "add", "ana@example.org", "--role", "organiser")
    desk.good("organiser", "add", "ana@example.org", "--role", "raw", "--campaign", "thrive")
    desk.good("hub", "add", "LRMN")
    desk.good("organiser", "add", "lee@example.org", "--role", "leader", "--hub", "lrmn")
    assert desk.good("organiser", "list").splitlines() == [
        "ana@example.org\torganiser\tthrive",
        "ana@example.org\traw\tthrive",
        "lee@example.org\tleader\tthrive\tLRMN",
    ]
    desk.good("organiser", "revoke", "ANA@example.org")
    assert desk.good("organiser", "list") == "lee@example.org\tleader\tthrive\tLRMN\n"
    assert desk.actions() == ["organiser.add", "organiser.add", "organiser.add", "organiser.revoke"]


def test_a_token_stands_alone_on_standard_output_and_works_until_it_is_revoked(desk: Desk) -> None:
    desk.good("organiser", "add", "ana@example.org", "--role", "organiser")
    said = desk.good("organiser", "token", "ana@example.org")
    assert re.fullmatch(r"oe_[A-Za-z0-9_-]{43}\n", said)
    assert _grants(desk, said.strip()) == ["organiser"]
    assert said.strip().encode() not in (desk.folder / "var" / "openear.db").read_bytes()
    desk.good("organiser", "revoke", "ana@example.org")
    assert _grants(desk, said.strip()) is None


def _grants(desk: Desk, token: str) -> list[str] | None:
    opened = desk.installation()
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
    desk: Desk, arguments: tuple[str, ...], mend: str
) -> None:
    assert mend in desk.bad("organiser", *arguments)
    assert desk.good("organiser", "list") == ""
    assert desk.actions() == []


# --- hub


def test_a_hub_is_added_with_what_its_leaders_share_and_listed(desk: Desk) -> None:
    desk.environment |= TWILIO
    said = desk.good("hub", "add", "LRMN", "--name", "Lewisham Refugee and Migrant Network", "--language", "so")
    assert "Lewisham Refugee and Migrant Network (LRMN)" in said
    assert f"text LRMN to {NUMBER}" in said
    assert "[so] Soomaali" in said
    assert desk.good("hub", "list") == "LRMN\tthrive\tLewisham Refugee and Migrant Network\tso\n"
    assert desk.good("hub", "list", "--campaign", "other") == ""


def test_a_hub_named_again_is_changed(desk: Desk) -> None:
    desk.good("hub", "add", "LRMN", "--name", "One")
    desk.good("hub", "add", "lrmn", "--name", "Two")
    assert desk.good("hub", "list") == "lrmn\tthrive\tTwo\t\n"


@pytest.mark.parametrize("code", ["A", "LRMN!", "12345", "two words", "x" * 21, "", "ä"])
def test_a_code_that_nobody_could_type_is_refused(desk: Desk, code: str) -> None:
    assert "2 to 20 letters and digits" in desk.bad("hub", "add", code)
    assert desk.good("hub", "list") == ""


@pytest.mark.parametrize(
    "code", ["STOP", "yes", "No", "HELP", "done", "START", "hello", "hola", "somali", "thrive", "thanks"]
)
def test_a_code_that_means_something_else_is_refused(desk: Desk, code: str) -> None:
    assert "means something else" in desk.bad("hub", "add", code)
    assert desk.good("hub", "list") == ""


def test_a_hub_with_a_language_that_is_not_offered_is_refused(desk: Desk) -> None:
    assert "the languages are en" in desk.bad("hub", "add", "LRMN", "--language", "tlh")
