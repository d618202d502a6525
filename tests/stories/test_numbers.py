"""The table of counts: which stories it counts, and who may see it."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from kit.campaigns import with_campaigns
from kit.counting import client_of, recovered, table, tell, token
from kit.stories import NOW, StoryWriter, make_installation
from sqlalchemy import update

from bot.engine.campaign import Disclosure
from bot.errors import NotAllowedError
from bot.installation import Installation
from bot.privacy.erasure import erase_story
from bot.store import hubs, organisers, stories, tables
from bot.store.hubs import Hub
from bot.store.organisers import Grant
from bot.stories import numbers
from bot.stories.disclosure import HIDDEN, RULES, shown
from bot.stories.numbers import COLUMNS

# --- the table


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """It is the day after `NOW`, when stories are told."""
    made = make_installation(tmp_path, NOW + timedelta(days=1))
    yield made
    made.database.close()


def add_hubs(installation: Installation, *codes: str) -> None:
    with installation.write() as tx:
        for code in codes:
            hubs.add(tx, Hub(code, "thrive", f"Hub {code}", ""))


def at(installation: Installation, moment: datetime) -> Installation:
    """The same installation at another time."""
    return replace(installation, clock=lambda: moment)


def under(installation: Installation, rule: Disclosure) -> Installation:
    """The same installation, its campaign under another rule."""
    thrive = replace(installation.campaigns["thrive"], disclosure=rule)
    return with_campaigns(installation, thrive, installation.campaigns["other"])


def test_the_whole_table(installation: Installation) -> None:
    add_hubs(installation, "LRMN", "PECAN", "NEW")
    tell(installation, {("LRMN", "en", "sms"): 13, ("PECAN", "so", "sms"): 7, ("", "en", "telegram"): 9})
    assert table(installation) == {
        ("all", ""): "30", ("hub", "LRMN"): "15", ("hub", "PECAN"): "*", ("hub", "NEW"): "0", ("hub", ""): "10",
        ("language", "en"): "20", ("language", "so"): "*", ("channel", "sms"): "20", ("channel", "telegram"): "10",
    }  # fmt: skip


def test_only_told_stories_of_this_campaign_are_counted(installation: Installation) -> None:
    teller = StoryWriter(installation)
    for _one in range(8):
        teller.tell("a text")
    for _one in range(20):
        teller.tell("nothing yet", told=False)
        teller.tell("of another", campaign="other")
        teller.tell("withdrawn", withdrawn_at=NOW)
    assert table(installation)[("all", "")] == "10"
    erased = teller.tell("to be erased")
    for _one in range(4):
        erased = teller.tell("to be erased")
    assert table(installation)[("all", "")] == "15"
    erase_story(installation, erased, "ana@example.org")
    assert table(installation)[("all", "")] == "10"


def test_a_story_told_today_is_not_counted_until_tomorrow(installation: Installation) -> None:
    tell(installation, {("LRMN", "en", "sms"): 20})
    today, tomorrow = (at(installation, NOW + timedelta(days=days)) for days in (0, 1))
    assert table(today) == {("all", ""): "0"}
    assert table(today, "leader", "LRMN") == {("hub", "LRMN"): HIDDEN}
    assert table(tomorrow)[("all", "")] == table(tomorrow)[("hub", "LRMN")] == "20"
    assert table(tomorrow, "leader", "LRMN") == {("hub", "LRMN"): "20"}


def test_what_is_told_between_two_looks_of_one_day_changes_neither_page(installation: Installation) -> None:
    """Else whoever looks before and after somebody's visit learns what that one told, and where."""
    teller = StoryWriter(installation)
    for _one in range(12):
        teller.tell("a text", hub="LRMN")
    client, headers = client_of(installation), token(installation, "organiser")
    before = client.get("/numbers/thrive.csv", headers=headers).data
    teller.tell("a text", at=installation.clock(), hub="PECAN", language="so", channel="telegram")
    assert client.get("/numbers/thrive.csv", headers=headers).data == before
    tomorrow = client_of(at(installation, installation.clock() + timedelta(days=1)))
    assert tomorrow.get("/numbers/thrive.csv", headers=headers).data != before


@pytest.mark.parametrize(
    "midnight",
    [datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 6, 20, 23, tzinfo=UTC)],
    ids=["winter", "summer"],
)
def test_the_day_ends_at_midnight_where_the_residents_are(installation: Installation, midnight: datetime) -> None:
    teller, moment = StoryWriter(installation), timedelta(microseconds=1)
    for _one in range(20):
        teller.tell("yesterday's last", at=midnight - moment)
    for _one in range(30):
        teller.tell("today's first", at=midnight)
    looks = (midnight - moment, midnight, midnight + timedelta(days=1) - moment, midnight + timedelta(days=1))
    assert [table(at(installation, look))[("all", "")] for look in looks] == ["0", "20", "20", "50"]


def test_a_small_number_cannot_be_found_on_the_page_of_real_stories(installation: Installation) -> None:
    tell(installation, {("A", "en", "sms"): 8, ("B", "en", "sms"): 8, ("C", "so", "sms"): 1})
    page = table(installation)
    assert (page[("hub", "C")], page[("language", "so")]) == (HIDDEN, HIDDEN)
    assert recovered(page, Disclosure.NHS) == {}


def test_a_leader_sees_their_own_hubs_row_and_no_other(installation: Installation) -> None:
    add_hubs(installation, "LRMN", "PECAN")
    tell(installation, {("LRMN", "en", "sms"): 13, ("PECAN", "so", "sms"): 100})
    assert table(installation, "leader", "LRMN") == {("hub", "LRMN"): "15"}
    assert table(installation, "leader", "NOWHERE") == {("hub", "NOWHERE"): HIDDEN}


@pytest.mark.parametrize("rule", RULES)
def test_a_leaders_row_is_by_the_strictest_rule_unless_the_campaign_hides_nothing(
    installation: Installation, rule: Disclosure
) -> None:
    tell(installation, {("NINE", "en", "sms"): 9, ("TEN", "en", "sms"): 10, ("MORE", "en", "sms"): 14})
    changed = under(installation, rule)
    found = [table(changed, "leader", hub)[("hub", hub)] for hub in ("NINE", "TEN", "MORE", "NONE")]
    assert found == (["9", "10", "14", "0"] if rule == "exact" else [HIDDEN, "10", "15", HIDDEN])


@pytest.mark.parametrize("rule", RULES)
def test_the_campaigns_own_rule_is_followed(installation: Installation, rule: Disclosure) -> None:
    tell(installation, {("", "en", "sms"): 6})
    assert table(under(installation, rule))[("all", "")] == shown(6, rule)


@pytest.mark.parametrize("role", ["raw", "safeguarding", "", "Admin"])
def test_other_roles_see_no_numbers(installation: Installation, role: str) -> None:
    with pytest.raises(NotAllowedError):
        table(installation, role)
    with pytest.raises(NotAllowedError):
        list(numbers.rows(installation, Grant("a@example.org", "admin", "other"), installation.campaigns["thrive"]))


def test_a_leader_without_a_hub_does_not_get_everybodys_numbers(installation: Installation) -> None:
    """The roles refuse such a leader; a row that somebody wrote by hand must not open the whole table."""
    add_hubs(installation, "LRMN")
    tell(installation, {("LRMN", "en", "sms"): 100})
    with pytest.raises(NotAllowedError):
        table(installation, "leader", "")


def test_counts_are_the_tables_own(installation: Installation) -> None:
    tell(installation, {("LRMN", "en", "sms"): 3, ("PECAN", "so", "telegram"): 2})
    told_at = NOW
    after = told_at + timedelta(microseconds=1)
    with installation.read() as tx:
        assert stories.counts(tx, "thrive", after) == {"all": 5}
        assert stories.counts(tx, "thrive", after, "hub") == {"LRMN": 3, "PECAN": 2}
        assert stories.counts(tx, "thrive", after, "language") == {"en": 3, "so": 2}
        assert stories.counts(tx, "thrive", after, "channel") == {"sms": 3, "telegram": 2}
        assert stories.counts(tx, "thrive", after, None, "PECAN") == {"all": 2}
        assert stories.counts(tx, "nowhere", after, "hub") == {}
        assert stories.counts(tx, "thrive", told_at) == {"all": 0}
        assert stories.counts(tx, "thrive", told_at, "hub") == {}


def test_the_table_over_http_is_the_same_and_is_not_to_be_stored(installation: Installation) -> None:
    add_hubs(installation, "LRMN")
    tell(installation, {("LRMN", "en", "sms"): 13, ("", "so", "telegram"): 2})
    response = client_of(installation).get("/numbers/thrive.csv", headers=token(installation, "admin"))
    assert (response.status_code, response.content_type) == (200, "text/csv; charset=utf-8")
    assert response.headers["Cache-Control"] == "no-store"
    header, *rows = csv.reader(io.StringIO(response.data.decode(), newline=""))
    assert tuple(header) == COLUMNS
    assert {(by, value): number for by, value, number in rows} == table(installation)


def test_a_leaders_token_gives_the_row_of_the_leaders_hub(installation: Installation) -> None:
    add_hubs(installation, "LRMN", "PECAN")
    tell(installation, {("LRMN", "en", "sms"): 13, ("PECAN", "so", "sms"): 100})
    client, headers = client_of(installation), token(installation, "leader", "PECAN")
    assert client.get("/numbers/thrive.csv", headers=headers).data == b"by,value,stories\r\nhub,PECAN,100\r\n"
    assert client.get("/numbers/thrive.csv?hub=LRMN", headers=headers).data.endswith(b"hub,PECAN,100\r\n")
    with installation.write() as tx:
        organisers.add(tx, "leader@example.org", "leader", "thrive", "LRMN")
    assert client.get("/numbers/thrive.csv", headers=headers).data.endswith(b"hub,LRMN,15\r\n")


def test_a_hub_that_looks_like_a_formula_does_no_harm_in_a_spreadsheet(installation: Installation) -> None:
    tell(installation, {("LRMN", "en", "sms"): 10})
    with installation.database.write() as connection:
        connection.execute(update(tables.stories).values(hub="=1+1"))
    text = client_of(installation).get("/numbers/thrive.csv", headers=token(installation, "admin")).data.decode()
    assert not [row for row in csv.reader(io.StringIO(text)) if any(cell.startswith("=") for cell in row)]
