"""Small numbers: what may be shown of a count, and that no page of counts gives a small one away."""

import csv
import io
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from kit.campaigns import with_campaigns
from kit.stories import NOW, Storyteller, make_installation
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
from webhooks.app import create_app

SMALL = range(1, 8)
counts = st.one_of(st.integers(0, 30), st.integers(0, 10**9))

# --- the rules


@pytest.mark.parametrize(
    ("rule", "as_shown"),
    [
        ("nhs", {0: "0", 1: "*", 7: "*", 8: "10", 12: "10", 13: "15", 17: "15", 18: "20", 1002: "1000", 1003: "1005"}),
        ("strict10", {0: "*", 1: "*", 9: "*", 10: "10", 12: "10", 13: "15"}),
        ("lt5", {0: "0", 1: "*", 4: "*", 5: "5", 7: "5", 8: "10"}),
        ("exact", {0: "0", 1: "1", 7: "7", 8: "8", 1003: "1003"}),
    ],
)
def test_each_rule_as_its_source_says_it(rule: Disclosure, as_shown: dict[int, str]) -> None:
    assert {count: shown(count, rule) for count in as_shown} == as_shown


def test_the_default_is_the_nhs_rule() -> None:
    assert [shown(count) for count in range(50)] == [shown(count, Disclosure.NHS) for count in range(50)]


@given(counts)
def test_of_a_small_count_nothing_but_that_it_is_small_is_shown(count: int) -> None:
    for rule, least in ((Disclosure.NHS, 8), (Disclosure.STRICT10, 10), (Disclosure.LT5, 5)):
        said = shown(count, rule)
        if 0 < count < least:
            assert said == HIDDEN
        elif said != HIDDEN:
            assert int(said) % 5 == 0
            assert abs(int(said) - count) <= 2
            assert int(said) >= 5 or count == 0


@given(counts, counts)
def test_a_larger_count_is_never_shown_smaller(one: int, other: int) -> None:
    small, large = sorted((one, other))
    for rule in RULES:
        said = [0 if shown(count, rule) == HIDDEN else int(shown(count, rule)) for count in (small, large)]
        assert said[0] <= said[1]


@given(counts)
def test_every_shown_number_stands_for_at_least_three_counts(count: int) -> None:
    for rule in (Disclosure.NHS, Disclosure.STRICT10, Disclosure.LT5):
        said = shown(count, rule)
        alike = [other for other in range(max(0, count - 10), count + 11) if shown(other, rule) == said]
        assert len(alike) >= 3 or said == "0"


@pytest.mark.parametrize("rule", RULES)
@given(count=st.integers(max_value=-1))
def test_a_count_below_nothing_is_a_mistake(rule: Disclosure, count: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        shown(count, rule)


@pytest.mark.parametrize("rule", ["", "NHS", "none", "rounded"])
def test_a_rule_that_there_is_not_shows_nothing(rule: Disclosure) -> None:
    with pytest.raises(KeyError):
        shown(5, rule)


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


def tell(installation: Installation, told: dict[tuple[str, str, str], int]) -> list[str]:
    """So many stories of each hub, language and channel."""
    teller = Storyteller(installation)
    return [
        teller.tell("a text", hub=hub, language=language, channel=channel)
        for (hub, language, channel), number in told.items()
        for _one in range(number)
    ]


def at(installation: Installation, moment: datetime) -> Installation:
    """The same installation at another time."""
    return replace(installation, clock=lambda: moment)


def under(installation: Installation, rule: Disclosure) -> Installation:
    """The same installation, its campaign under another rule."""
    thrive = replace(installation.campaigns["thrive"], disclosure=rule)
    return with_campaigns(installation, thrive, installation.campaigns["other"])


def table(installation: Installation, role: str = "admin", hub: str = "") -> dict[tuple[str, str], str]:
    grant = Grant("lea@example.org", role, "thrive", hub)
    found = numbers.rows(installation, grant, installation.campaigns["thrive"])
    return {(by, value): number for by, value, number in found}


def test_the_whole_table(installation: Installation) -> None:
    add_hubs(installation, "LRMN", "PECAN", "NEW")
    tell(installation, {("LRMN", "en", "sms"): 13, ("PECAN", "so", "sms"): 7, ("", "en", "telegram"): 9})
    assert table(installation) == {
        ("all", ""): "30", ("hub", "LRMN"): "15", ("hub", "PECAN"): "*", ("hub", "NEW"): "0", ("hub", ""): "10",
        ("language", "en"): "20", ("language", "so"): "*", ("channel", "sms"): "20", ("channel", "telegram"): "10",
    }  # fmt: skip


def test_only_told_stories_of_this_campaign_are_counted(installation: Installation) -> None:
    teller = Storyteller(installation)
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
    teller = Storyteller(installation)
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
    teller, moment = Storyteller(installation), timedelta(microseconds=1)
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


# --- attacks


def possible(said: str, rule: Disclosure) -> tuple[int, int]:
    """The least and the greatest count that is shown so."""
    alike = [count for count in range(200) if shown(count, rule) == said]
    return alike[0], alike[-1]


def recovered(table: dict[tuple[str, str], str], rule: Disclosure) -> dict[tuple[str, str], int]:
    """What a patient reader learns of hidden cells: each way of dividing the stories sums to the same total."""
    ways = {by: {cell: possible(said, rule) for cell, said in table.items() if cell[0] == by} for by, _value in table}
    least = max(sum(low for low, _high in cells.values()) for cells in ways.values())
    most = min(sum(high for _low, high in cells.values()) for cells in ways.values())
    found = {}
    for cells in ways.values():
        lows, highs = sum(low for low, _high in cells.values()), sum(high for _low, high in cells.values())
        for cell, (low, high) in cells.items():
            at_least, at_most = max(low, least - (highs - high)), min(high, most - (lows - low))
            if table[cell] == HIDDEN and at_least == at_most:
                found[cell] = at_least
    return found


@pytest.mark.parametrize(
    ("parts", "found"),
    [((8, 8, 1), {"2": 1}), ((12, 12, 12, 7), {"3": 7}), ((1,) * 7, dict.fromkeys("0123456", 1))],
    ids=str,
)
def test_the_attack_finds_what_rounding_each_number_for_itself_gives_away(
    parts: tuple[int, ...], found: dict[str, int]
) -> None:
    """So that the tests below can fail."""
    cells = {("hub", str(place)): shown(part) for place, part in enumerate(parts)}
    naive = {("all", ""): shown(sum(parts)), **cells}
    given_away = {value: count for (by, value), count in recovered(naive, Disclosure.NHS).items() if by == "hub"}
    assert given_away == found


@given(st.lists(st.integers(0, 40), min_size=2, max_size=6), st.integers(0, 100))
def test_subtracting_shown_parts_from_the_shown_total_does_not_give_a_hidden_part(parts: list[int], seed: int) -> None:
    total = shown(sum(parts))
    said = [shown(part) for part in parts]
    hidden = [part for part, one in zip(parts, said, strict=True) if one == HIDDEN]
    if total == HIDDEN or len(hidden) != 1:
        return
    rest = int(total) - sum(int(one) for one in said if one != HIDDEN)
    low, high = rest - 2 - 2 * (len(parts) - 1), rest + 2 + 2 * (len(parts) - 1)
    assert low <= hidden[0] <= high
    assert high - low >= 6


def page_of(ways: dict[str, list[int]], rule: Disclosure) -> dict[tuple[str, str], str]:
    """The page of so many stories, divided in each of these ways."""
    cells = {by: [shown(count, rule) for count in counts] for by, counts in ways.items()}
    numbers._unpinned(cells, rule)
    return {(by, str(place)): said for by, parts in cells.items() for place, said in enumerate(parts)}


@pytest.mark.parametrize("rule", ["nhs", "strict10", "lt5"])
@pytest.mark.parametrize(
    "parts",
    [(8, 8, 1), (12, 12, 12, 7), (1,) * 7, (1,) * 12, (7, 7, 7, 7), (9, 9), (4, 4), (7,), (1,), (0, 3)],
    ids=str,
)
def test_no_hidden_number_is_recovered_where_every_part_was_rounded_to_its_edge(
    parts: tuple[int, ...], rule: Disclosure
) -> None:
    for more in ({}, {"channel": [sum(parts)]}, {"channel": [sum(parts) - 1, 1]}, {"channel": [1] * sum(parts)}):
        ways = {"all": [sum(parts)], "hub": list(parts), **more}
        assert recovered(page_of(ways, rule), rule) == {}, ways


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 1)), min_size=1, max_size=80))
def test_no_hidden_number_is_recovered_from_any_stories_divided_in_three_ways(stories: list[tuple[int, ...]]) -> None:
    ways = {"all": [len(stories)]}
    for way, by in enumerate(("hub", "language", "channel")):
        ways[by] = list(Counter(story[way] for story in stories).values())
    for rule in (Disclosure.NHS, Disclosure.STRICT10, Disclosure.LT5):
        assert recovered(page_of(ways, rule), rule) == {}


@given(st.lists(st.integers(0, 60), min_size=1, max_size=8))
def test_no_shown_number_is_further_from_the_truth_than_one_step_more(parts: list[int]) -> None:
    page = page_of({"all": [sum(parts)], "hub": parts}, Disclosure.NHS)
    for place, part in enumerate(parts):
        said = page[("hub", str(place))]
        assert said == HIDDEN if 0 < part <= 7 and said == HIDDEN else abs(int(said) - part) <= 9


def test_whoever_knows_how_the_page_is_made_recovers_no_small_number_either() -> None:
    """Every page of three hubs, with all the campaigns that would look so: none of them agree on a small number."""
    most = 22
    alike: dict[tuple[str, ...], list[set[int]]] = {}
    for parts in itertools.product(range(most), repeat=3):
        page = tuple(page_of({"all": [sum(parts)], "hub": list(parts)}, Disclosure.NHS).values())
        for place, part in enumerate(parts):
            alike.setdefault(page, [set(), set(), set()])[place].add(part)
    inside = {
        page: found for page, found in alike.items() if all(one == HIDDEN or int(one) + 8 < most for one in page[1:])
    }
    assert len(inside) > 60
    for page, found in inside.items():
        assert not [counts for counts in found if len(counts) == 1 and counts <= set(SMALL)], page


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 1)), max_size=60))
def test_the_page_shows_of_any_campaign_no_number_below_eight(stories: list[tuple[int, int, int]]) -> None:
    for way in range(3):
        for value in range(3):
            said = shown(sum(story[way] == value for story in stories))
            assert said in {"0", HIDDEN} or int(said) >= 10


def test_there_are_no_filters_to_ask_many_small_questions_with(installation: Installation) -> None:
    tell(installation, {("LRMN", "en", "sms"): 20, ("PECAN", "so", "sms"): 3})
    client, headers = client_of(installation), token(installation, "organiser")
    plain = client.get("/numbers/thrive.csv", headers=headers).data
    assert b"hub,LRMN,20\r\n" in plain
    for query in (
        "language=so",
        "hub=PECAN",
        "since=2026-11-21",
        "before=2026-11-30",
        "rule=exact",
        "disclosure=exact",
        "by=hub",
    ):
        assert client.get(f"/numbers/thrive.csv?{query}", headers=headers).data == plain


# --- over HTTP


def client_of(installation: Installation) -> FlaskClient:
    return create_app(installation).test_client()


def token(installation: Installation, role: str, hub: str = "") -> dict[str, str]:
    with installation.write() as tx:
        organisers.add(tx, f"{role}@example.org", role, "thrive", hub)
        return {"Authorization": f"Bearer {organisers.new_token(tx, f'{role}@example.org')}"}


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
