"""Complaints: numbered, kept as they were said, acknowledged within thirty days."""

from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from kit.complaining import REACH, WRONG, audited, take
from kit.operator import Desk
from kit.sandbox import PHONE, House
from sqlalchemy import update

from bot.engine.model import Channel
from bot.errors import InvalidError, NotFoundError
from bot.operations import checks
from bot.privacy import complaints
from bot.privacy.complaints import ACKNOWLEDGE_DAYS, MOST, MOST_REACH
from bot.privacy.erasure import erase_contact, purge
from bot.store import tables

# --- taken in and worked on


def test_complaints_are_numbered_from_one_without_a_gap(house: House) -> None:
    assert [take(house) for _again in range(20)] == list(range(1, 21))
    complaints.close(house.installation, 20, "done", "ana@example.org")
    assert take(house) == 21


def test_complaints_at_the_same_moment_get_a_number_each(house: House) -> None:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _one: take(house), range(40)))
    assert sorted(numbers) == list(range(1, 41))


def test_a_complaint_that_was_not_kept_takes_no_number(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    take(house)

    def fail(*_all: object, **_named: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr("bot.store.audit.record", fail)
        with pytest.raises(ZeroDivisionError):
            take(house)
    assert take(house) == 2


def test_a_complaint_is_kept_as_it_was_said(house: House) -> None:
    house.later("1h")
    body = "எனக்கு\nyou texted\u202e me 👩🏽‍👦 <b>at night</b>"
    assert take(house, "letter", f"  {body}\n", "  1 High\n  Street ") == 1
    (one,) = complaints.everything(house.installation)
    assert (one.body, one.reach, one.way, one.campaign, one.at) == (
        body, "1 High Street", "letter", "thrive", house.now,
    )  # fmt: skip
    assert (one.acknowledged_at, one.closed_at, one.outcome) == (None, None, "")


def test_nothing_of_a_complaint_can_be_read_at_rest(house: House) -> None:
    take(house)
    complaints.close(house.installation, 1, "Magnolia was told sorry", "ana@example.org")
    disk = house.bytes_on_disk()
    for word in ("Hawthorn", "7946", "Magnolia"):
        assert word.encode() not in disk
    (row,) = house.rows(tables.complaints)
    assert len({bytes(row[name]) for name in ("body", "reach", "outcome")}) == 3


@pytest.mark.parametrize(
    ("body", "reach"),
    [("", REACH), (" \n\t ", REACH), ("x" * (MOST + 1), REACH), (WRONG, "x" * (MOST_REACH + 1))],
    ids=["empty", "white space", "too long", "too long an address"],
)
def test_what_cannot_be_taken_in_says_why_and_leaves_nothing(house: House, body: str, reach: str) -> None:
    with pytest.raises(InvalidError):
        take(house, body=body, reach=reach)
    assert house.rows(tables.complaints) == house.rows(tables.audit) == []
    assert take(house, body="x" * MOST, reach="x" * MOST_REACH) == 1


def test_acknowledging_and_closing_are_entered_and_audited_by_number_alone(house: House) -> None:
    take(house)
    house.later("2d")
    assert complaints.acknowledge(house.installation, 1, "ana@example.org").acknowledged_at == house.now
    first = house.now
    house.later("2d")
    complaints.acknowledge(house.installation, 1, "ana@example.org")
    complaints.close(house.installation, 1, "we said sorry to Hawthorn", "bo@example.org")
    (one,) = complaints.everything(house.installation, closed=True)
    assert (one.acknowledged_at, one.closed_at) == (first, house.now)
    assert one.outcome == "we said sorry to Hawthorn"
    assert complaints.everything(house.installation) == []
    rows = audited(house)
    assert [(actor, action) for actor, action, _detail in rows] == [
        ("system", "complaint"), ("ana@example.org", "complaint.acknowledge"),
        ("ana@example.org", "complaint.acknowledge"), ("bo@example.org", "complaint.close"),
    ]  # fmt: skip
    assert {tuple(sorted(detail)) for *_who, detail in rows} == {("number", "way"), ("number",)}
    assert "Hawthorn" not in str(rows)


@pytest.mark.parametrize("number", [0, -1, 2, 2**62])
def test_a_complaint_that_there_is_not_cannot_be_worked_on(house: House, number: int) -> None:
    take(house)
    before = house.rows(tables.audit), house.rows(tables.complaints)
    with pytest.raises(NotFoundError, match="openear complaint list"):
        complaints.acknowledge(house.installation, number, "ana@example.org")
    with pytest.raises(NotFoundError, match="openear complaint list"):
        complaints.close(house.installation, number, "done", "ana@example.org")
    assert (house.rows(tables.audit), house.rows(tables.complaints)) == before


def test_the_oldest_stand_first_and_the_closed_ones_only_where_asked_for(house: House) -> None:
    for _again in range(3):
        take(house)
        house.later("1d")
    complaints.close(house.installation, 2, "done", "ana@example.org")
    assert [one.number for one in complaints.everything(house.installation)] == [1, 3]
    assert [one.number for one in complaints.everything(house.installation, closed=True)] == [1, 2, 3]


def test_a_complaint_outlives_deletion_and_keeping_periods_because_the_law_wants_an_answer(house: House) -> None:
    house.storyteller("my landlord will not mend the boiler")
    take(house)
    erase_contact(house.installation, Channel.SMS, PHONE, "ana@example.org")
    house.later("900d")
    purge(house.installation)
    assert [one.body for one in complaints.everything(house.installation)] == [WRONG]


# --- the thirty days


def found(house: House) -> list[str]:
    """What `openear check` says of complaints, on the clock of the house."""
    with patch.object(checks, "now", house.installation.clock):
        texts = [
            f"{one.text} {one.mend}" for one in checks._waiting(house.installation.database, house.installation.keys)
        ]
    return [text for text in texts if "complaint" in text]


def test_check_warns_before_the_thirty_days_are_over_until_somebody_acknowledges(house: House) -> None:
    assert found(house) == []
    take(house)
    house.later("20d")
    assert found(house) == []
    house.later("1s")
    (text,) = found(house)
    due = house.now + timedelta(days=ACKNOWLEDGE_DAYS - 20)
    assert f"has to be acknowledged by {due:%Y-%m-%d}" in text
    assert "openear complaint list" in text
    house.later("100d")
    assert len(found(house)) == 1
    complaints.acknowledge(house.installation, 1, "ana@example.org")
    assert found(house) == []


def test_a_complaint_that_was_closed_needs_no_acknowledgement_and_a_newer_one_does(house: House) -> None:
    take(house)
    house.later("1d")
    take(house)
    complaints.close(house.installation, 1, "done", "ana@example.org")
    house.later("19d")
    assert found(house) == []
    house.later("2d")
    assert len(found(house)) == 1


# --- the commands


@pytest.mark.usefixtures("logs_as_before")
def test_the_commands_of_complaints(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = house.installation.settings
    desk = Desk(tmp_path, {
        "OPENEAR_DATABASE_URL": settings.database_url, "OPENEAR_KEYRING": str(settings.keyring),
        "OPENEAR_DRAFT_LANGUAGES": "1",
    })  # fmt: skip
    assert (
        desk.good("complaint", "add", "--way", "letter", "--reach", REACH, typed=f"{WRONG}\nagain\n")
        == "Complaint 1.\n"
    )
    assert "a complaint needs words" in desk.bad("complaint", "add", typed="")
    listed = desk.good("complaint", "list")
    assert "acknowledge by" in listed and f"    | {WRONG}\n    | again" in listed and f"reach: {REACH}" in listed
    with house.installation.database.write() as connection:
        connection.execute(update(tables.complaints).values(at=house.now))
    assert f"acknowledge by {house.now + timedelta(days=30):%Y-%m-%d}" in desk.good("complaint", "list")
    assert "acknowledged" in desk.good("complaint", "acknowledge", "1")
    assert desk.good("complaint", "close", "1", "--outcome", "we said sorry") == "Complaint 1 is closed.\n"
    assert desk.good("complaint", "list") == ""
    assert "-> we said sorry" in desk.good("complaint", "list", "--all")
    assert "openear complaint list" in desk.bad("complaint", "close", "7", "--outcome", "x")
