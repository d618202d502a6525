"""Organisers, roles and tokens."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, create_engine, select

from bot.store import organisers, tables
from bot.store.organisers import Grant, OrganiserError

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    tables.metadata.create_all(engine)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def add(connection: Connection, email: str = "ana@example.org", role: str = "organiser", hub: str = "") -> bool:
    return organisers.add(connection, email, role, "thrive", hub, NOW)


def test_adding_twice_is_adding_once(connection: Connection) -> None:
    assert add(connection)
    assert not add(connection, " Ana@Example.org ")
    assert organisers.everyone(connection) == [Grant("ana@example.org", "organiser", "thrive")]


def test_one_person_may_hold_several_roles(connection: Connection) -> None:
    add(connection)
    add(connection, role="raw")
    add(connection, role="leader", hub="LRMN")
    assert [grant.role for grant in organisers.everyone(connection)] == ["leader", "organiser", "raw"]


def test_a_leader_can_move_to_another_hub(connection: Connection) -> None:
    add(connection, role="leader", hub="LRMN")
    assert add(connection, role="leader", hub="PECAN")
    assert organisers.everyone(connection) == [Grant("ana@example.org", "leader", "thrive", "PECAN")]


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
def test_what_cannot_be_added_says_the_mend(connection: Connection, email: str, role: str, hub: str, mend: str) -> None:
    with pytest.raises(OrganiserError, match=re.escape(mend)):
        add(connection, email, role, hub)
    assert organisers.everyone(connection) == []


def test_a_token_gives_the_roles_of_its_bearer(connection: Connection) -> None:
    add(connection)
    token = organisers.new_token(connection, "ANA@example.org", NOW)
    assert re.fullmatch(r"oe_[A-Za-z0-9_-]{43}", token)
    assert organisers.grants_of(connection, token, NOW) == [Grant("ana@example.org", "organiser", "thrive")]


def test_a_token_is_nowhere_in_the_database(connection: Connection) -> None:
    add(connection)
    token = organisers.new_token(connection, "ana@example.org", NOW)
    assert token[3:] not in str(connection.execute(select(tables.tokens)).all())


def test_a_token_lasts_90_days(connection: Connection) -> None:
    add(connection)
    token = organisers.new_token(connection, "ana@example.org", NOW)
    assert organisers.grants_of(connection, token, NOW + timedelta(days=90, microseconds=-1))
    assert organisers.grants_of(connection, token, NOW + timedelta(days=90)) is None


@pytest.mark.parametrize("token", ["", "oe_", "oe_" + "a" * 43, "oe_" + "é" * 43, "x" * 46, "oe_" + "a" * 44])
def test_an_unknown_token_gives_nothing(connection: Connection, token: str) -> None:
    add(connection)
    organisers.new_token(connection, "ana@example.org", NOW)
    assert organisers.grants_of(connection, token, NOW) is None


def test_nobody_without_a_role_gets_a_token(connection: Connection) -> None:
    with pytest.raises(OrganiserError, match="openear organiser add"):
        organisers.new_token(connection, "ana@example.org", NOW)


def test_revoking_ends_every_token_and_role_at_once(connection: Connection) -> None:
    add(connection)
    add(connection, "bo@example.org")
    old = [organisers.new_token(connection, "ana@example.org", NOW) for _ in range(2)]
    other = organisers.new_token(connection, "bo@example.org", NOW)
    assert organisers.revoke(connection, "Ana@example.org", NOW)
    assert [organisers.grants_of(connection, token, NOW) for token in old] == [None, None]
    assert organisers.grants_of(connection, other, NOW)
    assert organisers.everyone(connection) == [Grant("bo@example.org", "organiser", "thrive")]
    assert not organisers.revoke(connection, "ana@example.org", NOW)


def test_a_revoked_token_stays_dead_when_its_bearer_comes_back(connection: Connection) -> None:
    add(connection)
    old = organisers.new_token(connection, "ana@example.org", NOW)
    organisers.revoke(connection, "ana@example.org", NOW)
    add(connection)
    assert organisers.grants_of(connection, old, NOW) is None


def test_the_safeguarding_lead_is_seen(connection: Connection) -> None:
    add(connection)
    assert not organisers.has_safeguarding_lead(connection)
    add(connection, role="safeguarding")
    assert organisers.has_safeguarding_lead(connection)
