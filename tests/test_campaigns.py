"""Campaign files: every mistake at once, and another campaign without a line of code."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.campaigns import SHIPPED, load_campaigns, problems_in
from bot.errors import CampaignError
from bot.rehearsal import Rehearsal

SOURCE = (SHIPPED / "thrive.toml").read_text(encoding="utf-8")


def test_the_shipped_campaign_is_a_good_one() -> None:
    assert problems_in(SHIPPED / "thrive.toml") == []


def test_every_mistake_is_listed_at_once(tmp_path: Path) -> None:
    bad = (
        SOURCE.replace('slug = "thrive"', 'slug = "Thrive Now"')
        .replace('nation = "england"', 'nation = "atlantis"')
        .replace("minimum_age = 16", "minimum_age = 9")
        .replace('timezone = "Europe/London"', 'timezone = "Europe/Nowhere"')
        .replace("closes = 2027-10-31", "closes = 2020-10-31")
        .replace('kind = "several"', 'kind = "many"')
        .replace("Where do you live?", "Where do you {live}?")
        .replace('default_language = "en"', 'default_language = "xx"')
    )
    path = tmp_path / "bad.toml"
    path.write_text(bad, encoding="utf-8")
    found = "\n".join(problems_in(path))
    for word in ("slug", "atlantis", "minimum_age", "timezone", "closes", "kind", "live", "default_language"):
        assert word in found, word
    with pytest.raises(CampaignError):
        load_campaigns(tmp_path)


@pytest.mark.parametrize("source", ["", "slug = ", "slug = 1", "step = 3\ntexts = []"])
def test_a_file_that_is_no_campaign_says_what_is_missing(tmp_path: Path, source: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(source, encoding="utf-8")
    assert problems_in(path)


def test_a_folder_without_campaigns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match="OPENEAR_CAMPAIGNS"):
        load_campaigns(tmp_path)


def test_another_campaign_with_other_steps_and_wording_needs_no_code(tmp_path: Path) -> None:
    head, _, _steps = SOURCE.partition("[[step]]")
    (tmp_path / "bus.toml").write_text(
        head.replace('slug = "thrive"', 'slug = "bus"').replace(
            "who = ", 'nudge = "A plain {yes} or {no}, please."\nwho = '
        )
        + """
[[step]]
id = "ride"
kind = "story"
text = "How was your bus this morning?"

[[step]]
id = "line"
kind = "one"
text = "Which line?"
choices = [{ id = "p4", text = "P4" }, { id = "n36", text = "N36" }]
""",
        encoding="utf-8",
    )
    rehearsal = Rehearsal(campaigns=tmp_path, at=datetime(2026, 11, 21, 12, tzinfo=UTC))

    def said(text: str) -> list[str]:
        return [heard.text for heard in rehearsal.say(text)]

    rehearsal.say("hello")
    assert said("yes but") == ["A plain YES or NO, please."]
    assert said("yes") == ["How was your bus this morning?"]
    rehearsal.say("It never came, so I walked for an hour")
    assert said("DONE") == ["Which line? Send a number.\n1 P4\n2 N36"]
    assert [heard.key for heard in rehearsal.say("2")] == ["thanks"]
    rehearsal.close()
