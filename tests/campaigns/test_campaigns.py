"""Campaigns are files: every mistake of one is listed at once, and another campaign needs no code.

`tests/campaigns/buses.toml` is a campaign with other steps and other languages, and its Spanish beside it.
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.campaigns import SHIPPED, load_campaigns, problems_in
from bot.demo.rehearsal import Rehearsal
from bot.engine.campaign import StepKind
from bot.engine.model import Channel
from bot.errors import CampaignError
from bot.store import hubs, turns
from bot.store.tables import answers, conversations, stories

OURS = Path(__file__).parents[1] / "campaigns"
BUSES = (OURS / "buses.toml").read_text(encoding="utf-8")


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


# Mistakes


def mistakes(tmp_path: Path, *changes: tuple[str, str]) -> list[str]:
    """What is wrong with the campaign after these replacements in its file."""
    text = BUSES
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = tmp_path / "buses.toml"
    path.write_text(text, encoding="utf-8")
    return problems_in(path)


def test_the_shipped_campaign_and_the_one_of_the_tests_have_no_mistake() -> None:
    assert problems_in(SHIPPED / "thrive.toml") == []
    assert problems_in(OURS / "buses.toml") == []


def test_every_mistake_is_listed_at_once(tmp_path: Path) -> None:
    found = mistakes(
        tmp_path,
        ('slug = "buses"', 'slug = "Buses & Co"'),
        ('timezone = "Europe/London"', 'timezone = "Europe/Lewisham"'),
        ("opens = 2026-10-01", "opens = 2026-10-01\ncloses = 2026-09-01"),
        ("report_back = 2027-04-01", "report_back = 2027-01-01"),
        ('nation = "england"', 'nation = "atlantis"'),
        ("minimum_age = 18", "minimum_age = 12"),
        ('languages = ["en", "es", "pl"]', 'languages = ["es", "pl", "english please"]'),
        ('thanks = "Thank you.', 'farewell = "Thank you.'),
        ('closed = "The bus survey has ended. Questions? {phone}"', 'closed = "Ended. {telephone}"'),
        ('id = "journey"\nkind = "story"', 'id = "hub"\nkind = "tale"'),
        ('id = "when"\nkind = "one"', 'id = "passes"\nkind = "one"'),
        ('{ id = "student", text = "Student" }', '{ id = "freedom", text = "?!" }'),
        ('id = "may_quote"', 'id = "may_phone"'),
        ('kind = "text"\ntext', 'kind = "text"\nchoices = [{ id = "a", text = "A" }]\ntext'),
        ("{skip}", "{skip"),
    )
    for word in (
        "'Buses & Co'", "'Europe/Lewisham'", "closes must be after opens", "report_back", "'atlantis'", "minimum_age",
        "'english please'", "default_language", "texts.thanks is missing", "texts.farewell", "telephone", "step hub",
        "kind must be one of", "another step has the same id", "needs an id of small letters and a text",
        "two choices have the same id", "may_quote or may_recontact", "only the kinds one and several", "kind story",
        "step wish: ",
    ):  # fmt: skip
        assert any(word in one for one in found), word


def test_everything_missing_is_listed_at_once(tmp_path: Path) -> None:
    path = tmp_path / "empty.toml"
    path.write_text('color = "green"\nopens = "tomorrow"\norganisers = {}\nkeeping = { story_months = 0 }\n')
    found = " ".join(problems_in(path))
    for name in (
        "slug", "assembly", "report_back", "timezone", "nation", "minimum_age", "default_language", "languages",
        "texts", "step", "color is not a setting", "opens must be date, not str", "organisers.name",
        "organisers.controllers", "organisers.telephone", "keeping.story_months", "keeping.contact_days",
    ):  # fmt: skip
        assert name in found, name


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("minimum_age = 18", "minimum_age = true", "minimum_age must be int"),
        ("opens = 2026-10-01", "opens = 2026-10-01T00:00:00Z", "opens must be date"),
        ('languages = ["en", "es", "pl"]', "languages = []", "default_language must be one of languages"),
        ('languages = ["en", "es", "pl"]', 'languages = ["en", 7]', "languages: 7"),
        ('who = "Bus riders ask how you get about. Questions? {phone}"', "who = 7", "texts.who"),
        ('[[step]]\nid = "when"', '[[step]]\ncolour = "red"\nid = "when"', "colour is not a setting of a step"),
        ('text = "When do you ride most?"', 'text = "  "', "step when: text is missing"),
        ('text = "When do you ride most?"', "text = 7", "step when: text is missing"),
        ('controllers = ["Brockley Bus Riders (example)"]', "controllers = []", "organisers.controllers"),
        ("story_months = 18", "story_months = 1.5", "keeping.story_months"),
    ],
)
def test_each_kind_of_mistake_is_named(tmp_path: Path, old: str, new: str, word: str) -> None:
    assert word in " ".join(mistakes(tmp_path, (old, new)))


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"slug = ", "is not valid TOML"), (b"\xff\xfe", "is not valid TOML"), (b"", "slug is missing")],
)
def test_a_broken_file_says_so(tmp_path: Path, content: bytes, word: str) -> None:
    (tmp_path / "broken.toml").write_bytes(content)
    assert word in " ".join(problems_in(tmp_path / "broken.toml"))


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    assert "cannot be read" in problems_in(tmp_path / "nowhere.toml")[0]


@pytest.mark.parametrize(
    "junk", ["step = 7", "step = [7]", "texts = 7", "theme = [7]", "organisers = 7", "keeping = 7"]
)
def test_a_value_of_another_shape_is_a_mistake_and_never_a_traceback(tmp_path: Path, junk: str) -> None:
    """`step = [7]` and `theme = [7]` replace what the file says."""
    name = junk.split(maxsplit=1)[0]
    lines = BUSES.splitlines()
    if name in {"step", "theme"}:
        lines = lines[: lines.index("[[step]]")]
    else:
        start = lines.index(f"[{name}]")
        end = next(at for at in range(start + 1, len(lines)) if lines[at].startswith("["))
        lines = lines[:start] + lines[end:]
    first_table = next(at for at, line in enumerate(lines) if line.startswith("["))
    (tmp_path / "odd.toml").write_text("\n".join([*lines[:first_table], junk, *lines[first_table:]]), encoding="utf-8")
    assert problems_in(tmp_path / "odd.toml")


def test_one_mistake_in_one_file_serves_none_and_names_the_file(tmp_path: Path) -> None:
    shutil.copy(OURS / "buses.toml", tmp_path / "good.toml")
    (tmp_path / "bad.toml").write_text(BUSES.replace('slug = "buses"', 'slug = "B"').replace("18\n", '"18"\n', 1))
    shutil.copy(OURS / "buses.toml", tmp_path / "twin.toml")
    with pytest.raises(CampaignError) as caught:
        load_campaigns(tmp_path)
    assert any(one.startswith("bad.toml: ") for one in caught.value.problems)
    assert any(one.startswith("twin.toml: the slug 'buses' is that of another file") for one in caught.value.problems)


def test_a_folder_without_campaigns_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match="OPENEAR_CAMPAIGNS"):
        load_campaigns(tmp_path)


# Another campaign, with no code


def test_it_is_read_with_its_own_steps_dates_and_languages() -> None:
    wordings, _catalogues = load_campaigns(OURS, drafts=True)
    buses = wordings["buses"].campaign
    assert [(one.id, one.kind) for one in buses.steps] == [
        ("journey", StepKind.STORY), ("passes", StepKind.SEVERAL), ("when", StepKind.ONE), ("wish", StepKind.TEXT),
        ("may_quote", StepKind.PERMISSION),
    ]  # fmt: skip
    assert buses.closes is None
    assert not buses.closed(datetime(2099, 1, 1, tzinfo=UTC))
    assert buses.languages == ("en", "es"), "Polish has no translation of this campaign"
    first = wordings["buses"].text("first", "en")
    for words in ("Brockley Bus Riders", "18 months", "18 or over", "call 999"):
        assert words in first


def test_only_approved_languages_are_offered_without_drafts() -> None:
    buses = load_campaigns(OURS)[0]["buses"].campaign
    assert buses.languages[0] == "en"
    assert "pl" not in buses.languages


def test_its_own_catalogue_speaks_its_language() -> None:
    wording = load_campaigns(OURS, drafts=True)[0]["buses"]
    assert wording.text("step journey", "es") == "¿Cómo es su viaje en autobús? Por favor, sin nombres."
    assert wording.text("choice when night", "es") == "De noche"
    assert wording.text("thanks", "es") == "Gracias. Hablamos con la empresa el 8 de marzo."
    assert wording.text("thanks", "en") == "Thank you. We speak to the bus company on 8 March."
    assert "Viajeros de Brockley" in wording.text("first", "es")


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
            "campaign": ["buses"], "hub": [""], "quote": ["no"],
            "journey": ["The 171 never comes on a Sunday and I miss church"], "passes": ["freedom", "hopper"],
            "when": ["rather_not"], "wish": ["A bench at the stop"],
        }
    ]  # fmt: skip
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


# Which campaign a message belongs to


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
