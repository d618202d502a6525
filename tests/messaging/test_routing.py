"""Which hub, language, campaign and conversation a message belongs to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kit.people import ADA
from kit.sandbox import Sandbox

from bot.campaigns import SHIPPED
from bot.messaging.receive import pass_time
from bot.store import facts, tables

# --- hubs and languages


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("LRMN", "en"),
        ("lrmn", "en"),
        ("LRMN SO", "so"),
        ("Lrmn so", "so"),
        ("lrmn soomaali", "so"),
        ("LRMN Polski", "pl"),
    ],
)
def test_a_hubs_keyword_brings_its_hub_and_a_language(sandbox: Sandbox, said: str, language: str) -> None:
    sandbox.add_hub("LRMN", language="en")
    sandbox.arrive(said)
    assert sandbox.queued() == ["first"]
    assert (sandbox.state()["hub"], sandbox.state()["language"]) == ("LRMN", language)
    assert sandbox.words(held=True) == []
    sandbox.arrive("yes")
    (story,) = sandbox.rows(tables.stories)
    assert (story["hub"], story["language"]) == ("LRMN", language)


@pytest.mark.parametrize(
    ("payload", "language"), [("LRMN", "pl"), ("LRMN_so", "so"), ("LRMN-so", "so"), ("lrmn_SO", "so")]
)
def test_a_hubs_link_brings_its_hub_and_a_language(sandbox: Sandbox, payload: str, language: str) -> None:
    sandbox.add_hub("LRMN", language="pl")
    sandbox.arrive("", ADA, payload=payload, started=True, hint="en")
    assert (sandbox.state(ADA)["hub"], sandbox.state(ADA)["language"]) == ("LRMN", language)


@pytest.mark.parametrize("payload", ["NOBODY", "NOBODY_so", "so", "__", "-"])
def test_a_link_of_no_hub_opens_the_conversation_all_the_same(sandbox: Sandbox, payload: str) -> None:
    sandbox.add_hub("LRMN", language="pl")
    sandbox.arrive("", ADA, payload=payload, started=True, hint="en")
    assert sandbox.queued() == ["first"]
    assert "hub" not in sandbox.state(ADA)


@pytest.mark.parametrize(
    "said", ["LRMN TLH", "LRMN xx", "Text LRMN", "LRMN EN to +44 20 7946 0000", "Hi LRMN please", "sms lrmn"]
)
def test_a_copied_line_or_a_language_that_is_not_offered_keeps_the_hub(sandbox: Sandbox, said: str) -> None:
    """Cases 35 and 36."""
    sandbox.add_hub("LRMN", language="en")
    sandbox.arrive(said)
    assert sandbox.state()["hub"] == "LRMN"
    assert sandbox.words(held=True) == []


def test_a_link_with_a_language_that_is_not_offered_keeps_the_hub(sandbox: Sandbox) -> None:
    """Case 36."""
    sandbox.add_hub("LRMN", language="pl")
    sandbox.arrive("", ADA, payload="LRMN_xx", started=True, hint="en")
    assert sandbox.state(ADA)["hub"] == "LRMN"


def test_a_stop_comes_before_a_hub_code(sandbox: Sandbox) -> None:
    """Case 13: a hub that was added before codes were held against every language's words."""
    sandbox.add_hub("PARAR")
    sandbox.tell_story("my landlord will not mend the boiler")
    sandbox.arrive("PARAR")
    assert sandbox.state()["silence"] == "stop"


@pytest.mark.parametrize("said", ["I come from LRMN and my rent is high", "LRMN my rent", "my LRMN", "NOBODY", "LRMNX"])
def test_words_that_only_mention_a_hub_are_no_keyword(sandbox: Sandbox, said: str) -> None:
    sandbox.add_hub("LRMN")
    sandbox.arrive(said)
    assert "hub" not in sandbox.state()


def test_a_keyword_in_the_middle_of_a_story_is_no_text_of_it(sandbox: Sandbox) -> None:
    sandbox.add_hub("LRMN")
    sandbox.tell_story("my landlord will not mend the boiler")
    sandbox.arrive("LRMN")
    assert sandbox.words() == ["my landlord will not mend the boiler"]


@pytest.mark.parametrize(
    ("hint", "language"),
    [("pt-BR", "pt"), ("so", "so"), ("so-SO", "so"), ("es_MX", "es"), ("AR", "ar"), ("tlh", ""), ("", "")],
)
def test_the_apps_language_is_taken_where_nothing_better_is_known(sandbox: Sandbox, hint: str, language: str) -> None:
    sandbox.arrive("?", ADA, hint=hint)
    assert sandbox.state(ADA).get("language", "") == language


# --- several campaigns


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Sandbox]:
    """Two campaigns: `thrive` since September, `winter` since November; `past` closed in spring."""
    text = (SHIPPED / "thrive.toml").read_text(encoding="utf-8")
    dates = {
        "thrive": ("2026-09-01", "2027-10-31"),
        "winter": ("2026-11-01", "2027-02-28"),
        "past": ("2026-01-01", "2026-03-31"),
    }
    for slug, (opens, closes) in dates.items():
        changed = text.replace('slug = "thrive"', f'slug = "{slug}"')
        changed = changed.replace("opens = 2026-09-01", f"opens = {opens}")
        changed = changed.replace("closes = 2027-10-31", f"closes = {closes}")
        (tmp_path / f"{slug}.toml").write_text(changed, encoding="utf-8")
    one = Sandbox(campaigns=tmp_path)
    yield one
    one.close()


def talks(sandbox: Sandbox) -> list[str]:
    return [row["campaign"] for row in sandbox.rows(tables.conversations)]


def test_a_new_person_meets_the_open_campaign_that_opened_last(two: Sandbox) -> None:
    two.arrive("hello")
    assert talks(two) == ["winter"]


def test_a_hub_leads_to_its_own_campaign_and_the_talk_stays_there(two: Sandbox) -> None:
    two.add_hub("LRMN", "thrive", "en")
    two.arrive("LRMN")
    two.arrive("yes")
    two.arrive("my landlord will not mend the boiler")
    assert talks(two) == ["thrive"]
    assert [row["campaign"] for row in two.rows(tables.stories)] == ["thrive"]
    assert {row["campaign"] for row in two.rows(tables.outbox)} == {"thrive"}


def test_a_link_may_name_a_campaign(two: Sandbox) -> None:
    two.arrive("", ADA, payload="thrive", started=True)
    assert talks(two) == ["thrive"]


def test_a_text_belongs_to_the_conversation_that_spoke_last(two: Sandbox) -> None:
    two.add_hub("LRMN", "thrive", "en")
    two.arrive("hello")
    two.arrive("yes")
    two.later("1h")
    two.arrive("LRMN")
    two.arrive("yes")
    two.arrive("my landlord will not mend the boiler")
    told = {row["campaign"]: row["told_at"] for row in two.rows(tables.stories)}
    assert told["thrive"] is not None
    assert told["winter"] is None


def test_a_closed_campaign_answers_so_and_keeps_nothing(two: Sandbox) -> None:
    two.add_hub("OLD", "past", "en")
    two.arrive("OLD")
    assert two.queued() == ["closed"]
    assert two.count(tables.answers) == 0


def test_when_every_campaign_has_closed_the_one_that_closed_last_says_so(two: Sandbox) -> None:
    two.later("700d")
    two.arrive("hello")
    assert two.queued() == ["closed"]
    assert talks(two) == ["winter"]


def test_a_stop_holds_in_every_campaign_and_drops_what_is_queued_in_all(two: Sandbox) -> None:
    two.add_hub("LRMN", "thrive", "en")
    two.arrive("my landlord will not mend the boiler")  # held in winter: a nudge is due
    two.arrive("LRMN")
    two.arrive("STOP")
    assert two.queued() == ["stop"]
    two.arrive("hello again my friends")
    for row in two.rows(tables.conversations):
        two.later("5h")
        pass_time(two.installation, row["id"])
    assert two.queued() == ["stop"]
    two.arrive("START")
    assert two.queued() == ["stop", "first"]
    assert two.contact()["stopped_at"] is None


# --- groups


def in_group(sandbox: Sandbox, group: str, key: str) -> bool:
    return sandbox.arrive("", group, key, group=True, hint="en")


def learn_name(sandbox: Sandbox) -> None:
    with sandbox.installation.write() as tx:
        facts.put(tx, "telegram username", "openear_test_bot")


def test_a_group_is_answered_once_with_the_way_to_the_private_chat(sandbox: Sandbox) -> None:
    learn_name(sandbox)
    for number in range(3):
        assert in_group(sandbox, "-100200", f"-100200:{number}")
    assert in_group(sandbox, "-100300", "-100300:1")
    assert sandbox.queued() == ["group", "group"]
    assert [one.message.address for one in sandbox.waiting()] == ["-100200", "-100300"]
    assert all("https://t.me/openear_test_bot" in one.message.text for one in sandbox.waiting())
    assert sandbox.count(tables.conversations) == sandbox.count(tables.answers) == 0


def test_a_group_that_asks_before_the_bot_knows_its_name_is_answered_when_it_asks_again(sandbox: Sandbox) -> None:
    in_group(sandbox, "-100200", "1")
    assert sandbox.queued() == []
    learn_name(sandbox)
    in_group(sandbox, "-100200", "2")
    assert sandbox.queued() == ["group"]
