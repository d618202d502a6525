"""Helplines: the operator's file beside the campaigns is read first, and every message names the file that was read."""

import shutil
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.campaigns import load_campaigns, problems_in
from bot.campaigns.helplines import NEEDED, SHIPPED_FILE, STALE_AFTER, helplines
from bot.errors import CampaignError
from bot.operations import checks
from bot.settings import Settings

OURS = Path(__file__).parent
LINE = '{ number = "0300 1", source = "example.org", checked = 2026-11-21 }'
EXAMPLE = 'samaritans = { number = "116 123"'


def nation(name: str, line: str = LINE) -> str:
    return f"[{name}]\n" + "".join(f"{needed} = {line}\n" for needed in NEEDED)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of campaigns with one for England."""
    shutil.copy(OURS / "buses.toml", tmp_path)
    return tmp_path


def written(folder: Path, content: str) -> Path:
    path = folder / "helplines.toml"
    path.write_text(content, encoding="utf-8")
    return path


def problems(folder: Path, name: str = "england") -> str:
    with pytest.raises(CampaignError) as caught:
        helplines(name, folder)
    return " ".join(caught.value.problems)


def test_without_a_file_of_the_operators_the_shipped_one_counts(folder: Path) -> None:
    found = helplines("england", folder)
    assert found == helplines("england", SHIPPED_FILE.parent)
    assert {line.file for line in found.values()} == {SHIPPED_FILE}


@pytest.mark.parametrize("name", ["england", "wales"])
def test_every_shipped_nation_names_all_helplines(name: str, folder: Path) -> None:
    assert set(NEEDED) <= helplines(name, folder).keys()


def test_the_operators_nation_replaces_the_whole_shipped_one(folder: Path) -> None:
    path = written(folder, nation("england"))
    found = helplines("england", folder)
    assert {line.number for line in found.values()} == {"0300 1"}
    assert {line.file for line in found.values()} == {path}
    assert helplines("wales", folder)["samaritans"].file == SHIPPED_FILE
    lacking = nation("england").replace(f"childline = {LINE}\n", "")
    written(folder, lacking)
    assert f"{path}: [england] lacks childline" in problems(folder)


def test_residents_read_the_operators_numbers(folder: Path) -> None:
    written(folder, nation("england"))
    wordings, _catalogues = load_campaigns(folder)
    assert "Samaritans 0300 1" in wordings["buses"].text("help", "en")
    assert problems_in(folder / "buses.toml") == []


def test_another_nation_can_be_added(folder: Path) -> None:
    written(folder, nation("scotland"))
    assert helplines("scotland", folder)["emergency"].number == "0300 1"
    said = problems(folder, "atlantis")
    assert "known are scotland, england, wales" in said
    assert f"Add [atlantis] to {folder / 'helplines.toml'}" in said


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("[england", "is not valid TOML"),
        ("england = 7", "england must be a table: [england]"),
        ("[england]", f"[england] lacks {', '.join(NEEDED)}"),
        (nation("england", "7"), "england.samaritans needs a number, a source and the day it was checked"),
        (nation("england", LINE.replace("2026-11-21", '"today"')), "england.samaritans needs a number"),
        (nation("england", LINE.replace('"0300 1"', '""')), "england.samaritans needs a number"),
        (nation("england", LINE.replace('"0300 1"', "true")), "england.samaritans needs a number"),
    ],
)
def test_a_broken_file_is_named_with_what_to_write(folder: Path, content: str, fault: str) -> None:
    path = written(folder, content)
    for said in (problems(folder), " ".join(problems_in(folder / "buses.toml"))):
        assert str(path) in said
        assert fault in said
        assert EXAMPLE in said
    with pytest.raises(CampaignError):
        load_campaigns(folder)


def test_a_file_that_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "helplines.toml").mkdir()
    assert f"{folder / 'helplines.toml'} cannot be read" in problems(folder)


def test_an_old_check_is_a_warning_that_names_the_file_in_use(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(database_url="", keyring=folder / "keys", campaigns=folder)
    old = date.today() - STALE_AFTER - timedelta(days=1)  # noqa: DTZ011 (a day in a file has no zone)

    def warned() -> list[tuple[str, str]]:
        wording = load_campaigns(folder)[0]["buses"]
        found = checks._campaign(wording, settings)
        return [(finding.text, finding.remedy) for finding in found if "helpline" in finding.text]

    path = written(folder, nation("england", LINE.replace("2026-11-21", old.isoformat())))
    assert len(warned()) == len(NEEDED)
    for text, advice in warned():
        assert f"last checked on {old}, says {path}" in text
        assert advice == f"compare it with example.org and write the day into {path}"
    path.unlink()
    monkeypatch.setattr("bot.campaigns.helplines.STALE_AFTER", timedelta(days=-(10**6)))
    assert len(warned()) == len(tomllib.loads(SHIPPED_FILE.read_text(encoding="utf-8"))["england"])
    for text, advice in warned():
        assert f"says {SHIPPED_FILE}" in text
        assert f"a copy of {SHIPPED_FILE} in the folder of your campaigns" in advice


def test_a_helpline_is_stale_after_ninety_days(folder: Path) -> None:
    line = next(iter(helplines("england", folder).values()))
    assert not line.stale(line.checked + timedelta(days=90))
    assert line.stale(line.checked + timedelta(days=91))
