"""Small numbers: what may be shown of a count, and that no page of counts gives a small one away."""

import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.counting import client_of, recovered, tell, token
from kit.stories import NOW, make_installation

from bot.engine.campaign import Disclosure
from bot.installation import Installation
from bot.stories import numbers
from bot.stories.disclosure import HIDDEN, RULES, shown

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
    numbers._round_up(cells, rule)
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
