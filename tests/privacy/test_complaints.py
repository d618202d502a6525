"""Complaints: numbered, kept as they were said, acknowledged within thirty days."""

from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from kit.complaining import REACH, WRONG, audited, take
from kit.operator import Operator
from kit.sandbox import PHONE, Sandbox
from sqlalchemy import update

from bot.engine.model import Channel
from bot.errors import InvalidError, NotFoundError
from bot.operations import checks
from bot.privacy import complaints
from bot.privacy.complaints import ACKNOWLEDGE_DAYS, MOST, MOST_REACH
from bot.privacy.erasure import erase_contact, purge
from bot.store import tables

# --- taken in and worked on


def test_complaints_are_numbered_from_one_without_a_gap(sandbox: Sandbox) -> None:
    assert [take(sandbox) for _again in range(20)] == list(range(1, 21))
    complaints.close(sandbox.installation, 20, "done", "ana@example.org")
    assert take(sandbox) == 21


def test_complaints_at_the_same_moment_get_a_number_each(sandbox: Sandbox) -> None:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _one: take(sandbox), range(40)))
    assert sorted(numbers) == list(range(1, 41))


def test_a_complaint_that_was_not_kept_takes_no_number(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    take(sandbox)

    def fail(*_all: object, **_named: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr("bot.store.audit.record", fail)
        with pytest.raises(ZeroDivisionError):
            take(sandbox)
    assert take(sandbox) == 2


def test_a_complaint_is_kept_as_it_was_said(sandbox: Sandbox) -> None:
    sandbox.later("1h")
    body = "எனக்கு\nyou texted\u202e me 👩🏽‍👦 <b>at night</b>"
    assert take(sandbox, "letter", f"  {body}\n", "  1 High\n  Street ") == 1
    (one,) = complaints.everything(sandbox.installation)
    assert (one.body, one.reach, one.way, one.campaign, one.at) == (
        body, "1 High Street", "letter", "thrive", sandbox.now,
    )  # fmt: skip
    assert (one.acknowledged_at, one.closed_at, one.outcome) == (None, None, "")


def test_nothing_of_a_complaint_can_be_read_at_rest(sandbox: Sandbox) -> None:
    take(sandbox)
    complaints.close(sandbox.installation, 1, "Magnolia was told sorry", "ana@example.org")
    disk = sandbox.bytes_on_disk()
    for word in ("Hawthorn", "7946", "Magnolia"):
        assert word.encode() not in disk
    (row,) = sandbox.rows(tables.complaints)
    assert len({bytes(row[name]) for name in ("body", "reach", "outcome")}) == 3


@pytest.mark.parametrize(
    ("body", "reach"),
    [("", REACH), (" \n\t ", REACH), ("x" * (MOST + 1), REACH), (WRONG, "x" * (MOST_REACH + 1))],
    ids=["empty", "white space", "too long", "too long an address"],
)
def test_what_cannot_be_taken_in_says_why_and_leaves_nothing(sandbox: Sandbox, body: str, reach: str) -> None:
    with pytest.raises(InvalidError):
        take(sandbox, body=body, reach=reach)
    assert sandbox.rows(tables.complaints) == sandbox.rows(tables.audit) == []
    assert take(sandbox, body="x" * MOST, reach="x" * MOST_REACH) == 1


def test_acknowledging_and_closing_are_entered_and_audited_by_number_alone(sandbox: Sandbox) -> None:
    take(sandbox)
    sandbox.later("2d")
    assert complaints.acknowledge(sandbox.installation, 1, "ana@example.org").acknowledged_at == sandbox.now
    first = sandbox.now
    sandbox.later("2d")
    complaints.acknowledge(sandbox.installation, 1, "ana@example.org")
    complaints.close(sandbox.installation, 1, "we said sorry to Hawthorn", "bo@example.org")
    (one,) = complaints.everything(sandbox.installation, closed=True)
    assert (one.acknowledged_at, one.closed_at) == (first, sandbox.now)
    assert one.outcome == "we said sorry to Hawthorn"
    assert complaints.everything(sandbox.installation) == []
    rows = audited(sandbox)
    assert [(actor, action) for actor, action, _detail in rows] == [
        ("system", "complaint"), ("ana@example.org", "complaint.acknowledge"),
        ("ana@example.org", "complaint.acknowledge"), ("bo@example.org", "complaint.close"),
    ]  # fmt: skip
    assert {tuple(sorted(detail)) for *_who, detail in rows} == {("number", "way"), ("number",)}
    assert "Hawthorn" not in str(rows)


@pytest.mark.parametrize("number", [0, -1, 2, 2**62])
def test_a_complaint_that_there_is_not_cannot_be_worked_on(sandbox: Sandbox, number: int) -> None:
    take(sandbox)
    before = sandbox.rows(tables.audit), sandbox.rows(tables.complaints)
    with pytest.raises(NotFoundError, match="openear complaint list"):
        complaints.acknowledge(sandbox.installation, number, "ana@example.org")
    with pytest.raises(NotFoundError, match="openear complaint list"):
        complaints.close(sandbox.installation, number, "done", "ana@example.org")
    assert (sandbox.rows(tables.audit), sandbox.rows(tables.complaints)) == before


def test_the_oldest_stand_first_and_the_closed_ones_only_where_asked_for(sandbox: Sandbox) -> None:
    for _again in range(3):
        take(sandbox)
        sandbox.later("1d")
    complaints.close(sandbox.installation, 2, "done", "ana@example.org")
    assert [one.number for one in complaints.everything(sandbox.installation)] == [1, 3]
    assert [one.number for one in complaints.everything(sandbox.installation, closed=True)] == [1, 2, 3]


def test_a_complaint_outlives_deletion_and_keeping_periods_because_the_law_wants_an_answer(sandbox: Sandbox) -> None:
    sandbox.tell_story("my landlord will not mend the boiler")
    take(sandbox)
    erase_contact(sandbox.installation, Channel.SMS, PHONE, "ana@example.org")
    sandbox.later("900d")
    purge(sandbox.installation)
    assert [one.body for one in complaints.everything(sandbox.installation)] == [WRONG]


# --- the thirty days


def found(sandbox: Sandbox) -> list[str]:
    """What `openear check` says of complaints, on the clock of the house."""
    with patch.object(checks, "now", sandbox.installation.clock):
        texts = [
            f"{one.text} {one.remedy}"
            for one in checks._waiting(sandbox.installation.database, sandbox.installation.keys)
        ]
    return [text for text in texts if "complaint" in text]


def test_check_warns_before_the_thirty_days_are_over_until_somebody_acknowledges(sandbox: Sandbox) -> None:
    assert found(sandbox) == []
    take(sandbox)
    sandbox.later("20d")
    assert found(sandbox) == []
    sandbox.later("1s")
    (text,) = found(sandbox)
    due = sandbox.now + timedelta(days=ACKNOWLEDGE_DAYS - 20)
    assert f"has to be acknowledged by {due:%Y-%m-%d}" in text
    assert "openear complaint list" in text
    sandbox.later("100d")
    assert len(found(sandbox)) == 1
    complaints.acknowledge(sandbox.installation, 1, "ana@example.org")
    assert found(sandbox) == []


def test_a_complaint_that_was_closed_needs_no_acknowledgement_and_a_newer_one_does(sandbox: Sandbox) -> None:
    take(sandbox)
    sandbox.later("1d")
    take(sandbox)
    complaints.close(sandbox.installation, 1, "done", "ana@example.org")
    sandbox.later("19d")
    assert found(sandbox) == []
    sandbox.later("2d")
    assert len(found(sandbox)) == 1


# --- the commands


@pytest.mark.usefixtures("logs_as_before")
def test_the_commands_of_complaints(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = sandbox.installation.settings
    operator = Operator(tmp_path, {
        "OPENEAR_DATABASE_URL": settings.database_url, "OPENEAR_KEYRING": str(settings.keyring),
        "OPENEAR_DRAFT_LANGUAGES": "1",
    })  # fmt: skip
    assert (
        operator.good("complaint", "add", "--way", "letter", "--reach", REACH, typed=f"{WRONG}\nagain\n")
        == "Complaint 1 is recorded.\n"
    )
    assert "a complaint needs words" in operator.bad("complaint", "add", typed="")
    listed = operator.good("complaint", "list")
    assert "acknowledge by" in listed and f"    | {WRONG}\n    | again" in listed and f"reach: {REACH}" in listed
    with sandbox.installation.database.write() as connection:
        connection.execute(update(tables.complaints).values(at=sandbox.now))
    assert f"acknowledge by {sandbox.now + timedelta(days=30):%Y-%m-%d}" in operator.good("complaint", "list")
    assert "acknowledged" in operator.good("complaint", "acknowledge", "1")
    assert operator.good("complaint", "close", "1", "--outcome", "we said sorry") == "Complaint 1 is closed.\n"
    assert operator.good("complaint", "list") == ""
    assert "-> we said sorry" in operator.good("complaint", "list", "--all")
    assert "openear complaint list" in operator.bad("complaint", "close", "7", "--outcome", "x")
