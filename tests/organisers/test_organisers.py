"""Organisers, roles and tokens."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, select

from bot.errors import InvalidError, NotFoundError
from bot.store import organisers, tables
from bot.store.crypto import Keys
from bot.store.organisers import Grant
from bot.store.transaction import Transaction

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def tx() -> Iterator[Transaction]:
    engine = create_engine("sqlite://")
    tables.metadata.create_all(engine)
    with engine.connect() as connection:
        yield Transaction(connection, Keys({1: b"e" * 32}, b"l" * 32, b"d" * 32, b"a" * 32), NOW)
    engine.dispose()


def add(tx: Transaction, email: str = "ana@example.org", role: str = "organiser", hub: str = "") -> bool:
    return organisers.add(tx, email, role, "thrive", hub)


def test_adding_twice_is_adding_once(tx: Transaction) -> None:
    assert add(tx)
    assert not add(tx, " Ana@Example.org ")
    assert organisers.everyone(tx) == [Grant("ana@example.org", "organiser", "thrive")]


def test_one_person_may_hold_several_roles(tx: Transaction) -> None:
    add(tx)
    add(tx, role="raw")
    add(tx, role="leader", hub="LRMN")
    assert [grant.role for grant in organisers.everyone(tx)] == ["leader", "organiser", "raw"]


def test_a_leader_can_move_to_another_hub(tx: Transaction) -> None:
    add(tx, role="leader", hub="LRMN")
    assert add(tx, role="leader", hub="PECAN")
    assert organisers.everyone(tx) == [Grant("ana@example.org", "leader", "thrive", "PECAN")]


@pytest.mark.parametrize(
    ("email", "role", "hub", "mend"),
    [
        ("ana", "organiser", "", "ana@example.org"),
        ("ana@", "organiser", "", "ana@example.org"),
        ("ana@example", "organiser", "", "ana@example.org"),
        ("a b@example.org", "organiser", "", "ana@example.org"),
        ("a\n@example.org", "organiser", "", "ana@example.org"),
        ("a" * 250 + "@example.org", "organiser", "", "ana@example.org"),
        ("ana@example.org", "owner", "", "leader, organiser, raw, safeguarding, admin"),
        ("ana@example.org", "leader", "", "--hub CODE"),
        ("ana@example.org", "raw", "LRMN", "leave --hub out"),
    ],
)
def test_what_cannot_be_added_says_the_mend(tx: Transaction, email: str, role: str, hub: str, mend: str) -> None:
    with pytest.raises(InvalidError, match=re.escape(mend)):
        add(tx, email, role, hub)
    assert organisers.everyone(tx) == []


def test_a_token_gives_the_roles_of_its_bearer(tx: Transaction) -> None:
    add(tx)
    token = organisers.new_token(tx, "ANA@example.org")
    assert re.fullmatch(r"oe_[A-Za-z0-9_-]{43}", token)
    assert organisers.grants_of(tx, token) == [Grant("ana@example.org", "organiser", "thrive")]


def test_a_token_is_nowhere_in_the_database(tx: Transaction) -> None:
    add(tx)
    token = organisers.new_token(tx, "ana@example.org")
    assert token[3:] not in str(tx.connection.execute(select(tables.tokens)).all())


def test_a_token_lasts_90_days(tx: Transaction) -> None:
    add(tx)
    token = organisers.new_token(tx, "ana@example.org")
    assert organisers.grants_of(replace(tx, now=NOW + timedelta(days=90, microseconds=-1)), token)
    assert organisers.grants_of(replace(tx, now=NOW + timedelta(days=90)), token) is None


@pytest.mark.parametrize("token", ["", "oe_", "oe_" + "a" * 43, "oe_" + "é" * 43, "x" * 46, "oe_" + "a" * 44])
def test_an_unknown_token_gives_nothing(tx: Transaction, token: str) -> None:
    add(tx)
    organisers.new_token(tx, "ana@example.org")
    assert organisers.grants_of(tx, token) is None


def test_nobody_without_a_role_gets_a_token(tx: Transaction) -> None:
    with pytest.raises(NotFoundError, match="openear organiser add"):
        organisers.new_token(tx, "ana@example.org")


def test_revoking_ends_every_token_and_role_at_once(tx: Transaction) -> None:
    add(tx)
    add(tx, "bo@example.org")
    old = [organisers.new_token(tx, "ana@example.org") for _ in range(2)]
    other = organisers.new_token(tx, "bo@example.org")
    assert organisers.revoke(tx, "Ana@example.org")
    assert [organisers.grants_of(tx, token) for token in old] == [None, None]
    assert organisers.grants_of(tx, other)
    assert organisers.everyone(tx) == [Grant("bo@example.org", "organiser", "thrive")]
    assert not organisers.revoke(tx, "ana@example.org")


def test_a_revoked_token_stays_dead_when_its_bearer_comes_back(tx: Transaction) -> None:
    add(tx)
    old = organisers.new_token(tx, "ana@example.org")
    organisers.revoke(tx, "ana@example.org")
    add(tx)
    assert organisers.grants_of(tx, old) is None


def test_the_safeguarding_lead_is_seen(tx: Transaction) -> None:
    add(tx)
    assert not organisers.has_safeguarding_lead(tx)
    add(tx, role="safeguarding")
    assert organisers.has_safeguarding_lead(tx)
