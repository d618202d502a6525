"""A resident walks through another campaign, and each message belongs to the campaign that was meant."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.campaigns import SHIPPED
from bot.demo.rehearsal import Rehearsal
from bot.engine.model import Channel
from bot.store import hubs, turns
from bot.store.tables import answers, conversations, stories

OURS = Path(__file__).parent


def told(rehearsal: Rehearsal) -> list[dict[str, list[str]]]:
    """The stories, each as step -> its texts, or the codes of a list."""
    found = []
    with rehearsal.installation.database.read() as connection:
        for story in connection.execute(select(stories).where(stories.c.told_at.is_not(None))).all():
            said: dict[str, list[str]] = {"campaign": [story.campaign], "hub": [story.hub], "quote": [story.may_quote]}
            for row in connection.execute(select(answers).where(answers.c.story == story.id).order_by(answers.c.id)):
                words, codes = turns.read_body(rehearsal.installation.keys, row.id, row.body)
                said.setdefault(row.step, []).extend(codes or [words])
            found.append(said)
    return found


def test_a_resident_walks_through_it_in_english() -> None:
    rehearsal = Rehearsal(campaigns=OURS)
    assert [one.key for one in rehearsal.say("hello")] == ["first"]
    assert [one.key for one in rehearsal.say("yes")] == ["step journey"]
    assert rehearsal.say("The 171 never comes on a Sunday and I miss church") == []
    heard = rehearsal.wait("4m")
    assert [one.key for one in heard] == ["step passes"]
    assert heard[0].text.splitlines()[1:] == ["1 Freedom Pass", "2 Student", "3 Hopper/pay as you go"]
    assert [one.key for one in rehearsal.say("1 and 3")] == ["step when"]
    assert [one.key for one in rehearsal.say("0")] == ["step wish"]
    rehearsal.say("A bench at the stop")
    assert [one.key for one in rehearsal.wait("4m")] == ["step may_quote"]
    assert [one.key for one in rehearsal.say("no")] == ["thanks"]
    assert told(rehearsal) == [
        {
            "campaign": ["buses"],
            "hub": [""],
            "quote": ["no"],
            "journey": ["The 171 never comes on a Sunday and I miss church"],
            "passes": ["freedom", "hopper"],
            "when": ["rather_not"],
            "wish": ["A bench at the stop"],
        }
    ]
    rehearsal.close()


def test_a_resident_walks_through_it_in_spanish_on_telegram() -> None:
    rehearsal = Rehearsal(Channel.TELEGRAM, campaigns=OURS)
    rehearsal.hint = "es"
    first = rehearsal.say("/start", start="")
    assert [one.key for one in first] == ["first"]
    assert dict(first[0].buttons) == {"SI": "consent:yes", "NO": "consent:no"}
    assert rehearsal.tap("consent:yes")[0].text.startswith("¿Cómo es su viaje")
    rehearsal.say("El autobús siempre llega tarde por la mañana")
    passes = rehearsal.wait("2m")
    assert [label for label, _data in passes[0].buttons][:3] == ["Jubilado", "Estudiante", "Prepago"]
    rehearsal.tap("passes:student")
    assert [one.key for one in rehearsal.tap("passes:.done")] == ["step when"]
    assert [one.key for one in rehearsal.say("de noche")] == ["step wish"]
    assert [one.key for one in rehearsal.tap("wish:.skip")] == ["step may_quote"]
    assert [one.key for one in rehearsal.tap("may_quote:yes")] == ["thanks"]
    (story,) = told(rehearsal)
    assert (story["passes"], story["when"], story["quote"]) == (["student"], ["night"], ["yes"])
    rehearsal.close()


@pytest.fixture
def both(tmp_path: Path) -> Path:
    """A folder with both campaigns; the shipped one opened earlier."""
    folder = tmp_path / "campaigns"
    shutil.copytree(OURS, folder)
    shutil.copy(SHIPPED / "thrive.toml", folder)
    return folder


def add_hubs(rehearsal: Rehearsal) -> None:
    with rehearsal.installation.write() as tx:
        for code, campaign in (("LRMN", "thrive"), ("RIDERS", "buses")):
            assert hubs.add(tx, hubs.Hub(code, campaign, f"Hub {code}"))


def campaigns_of(rehearsal: Rehearsal) -> list[str]:
    with rehearsal.installation.database.read() as connection:
        return list(connection.execute(select(conversations.c.campaign).order_by(conversations.c.id)).scalars())


@pytest.mark.parametrize(("keyword", "campaign"), [("lrmn", "thrive"), ("Riders", "buses"), ("RIDERS es", "buses")])
def test_a_hub_s_keyword_leads_to_its_campaign(both: Path, keyword: str, campaign: str) -> None:
    rehearsal = Rehearsal(campaigns=both)
    add_hubs(rehearsal)
    assert rehearsal.say(keyword)
    assert campaigns_of(rehearsal) == [campaign]
    rehearsal.close()


def test_without_a_keyword_the_campaign_that_opened_last_is_meant(both: Path) -> None:
    rehearsal = Rehearsal(campaigns=both)
    rehearsal.say("hello")
    assert campaigns_of(rehearsal) == ["buses"]
    rehearsal.close()


def test_before_it_opens_a_campaign_is_not_meant(both: Path) -> None:
    rehearsal = Rehearsal(campaigns=both, at=datetime(2026, 9, 15, 12, tzinfo=UTC))
    rehearsal.say("hello")
    assert campaigns_of(rehearsal) == ["thrive"]
    rehearsal.close()


def test_a_campaign_s_own_link_leads_to_it(both: Path) -> None:
    for slug in ("thrive", "buses"):
        rehearsal = Rehearsal(Channel.TELEGRAM, campaigns=both)
        rehearsal.hint = "en"
        rehearsal.say("/start", start=slug)
        assert campaigns_of(rehearsal) == [slug]
        rehearsal.close()


def test_one_resident_tells_two_campaigns_and_each_keeps_its_own(both: Path) -> None:
    rehearsal = Rehearsal(campaigns=both)
    add_hubs(rehearsal)
    rehearsal.say("LRMN en")
    assert [one.key for one in rehearsal.say("yes")] == ["step pressure"]
    rehearsal.say("The rent on our flat went up again")
    rehearsal.wait("4m")
    rehearsal.say("RIDERS en")
    assert [one.key for one in rehearsal.say("yes")] == ["step journey"]
    rehearsal.say("The 171 never comes on a Sunday")
    rehearsal.wait("4m")
    found = {story["campaign"][0]: story for story in told(rehearsal)}
    assert found["thrive"]["pressure"] == ["The rent on our flat went up again"]
    assert found["thrive"]["hub"] == ["LRMN"]
    assert found["buses"]["journey"] == ["The 171 never comes on a Sunday"]
    assert found["buses"]["hub"] == ["RIDERS"]
    rehearsal.close()


def test_a_stop_holds_in_every_campaign_and_delete_erases_in_every_campaign(both: Path) -> None:
    rehearsal = Rehearsal(campaigns=both)
    add_hubs(rehearsal)
    for word, story in (("LRMN en", "The rent went up again this month"), ("RIDERS en", "The 171 never comes at all")):
        rehearsal.say(word)
        rehearsal.say("yes")
        rehearsal.say(story)
        rehearsal.wait("4m")
    assert [one.key for one in rehearsal.say("STOP")] == ["stop"]
    assert rehearsal.say("hello there") == []
    assert rehearsal.wait("9d") == []
    assert len(told(rehearsal)) == 2
    assert rehearsal.say("DELETE") == []
    assert told(rehearsal) == []
    rehearsal.close()
