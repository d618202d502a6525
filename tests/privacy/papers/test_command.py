"""The command `openear papers`: where it writes, and that it replaces nothing."""

from pathlib import Path

import pytest
from kit.operator import Operator
from privacy.papers.page import ENGLISH

from bot.campaigns import SHIPPED

THRIVE = (SHIPPED / "thrive.toml").read_text(encoding="utf-8")


@pytest.fixture
def campaigns(operator: Operator) -> Path:
    """A folder of one's own with one campaign."""
    folder = operator.folder / "campaigns"
    folder.mkdir()
    text = THRIVE
    for old, new in (
        ('slug = "thrive"', 'slug = "own"'),
        ("flag_days = 90", "flag_days = 41"),
        ("contact_days = 30", "contact_days = 17"),
        ("minimum_age = 16", "minimum_age = 19"),
        ('"Citizens UK (example)"', '"Ours & <Theirs>"'),
    ):
        assert old in text
        text = text.replace(old, new)
    (folder / "own.toml").write_text(text, encoding="utf-8")
    operator.environment["OPENEAR_CAMPAIGNS"] = str(folder)
    return folder


def test_the_papers_of_a_campaign_of_ones_own_lie_in_the_folder(operator: Operator, campaigns: Path) -> None:
    folder = operator.folder / "papers"
    said = operator.good("papers", "--output", str(folder))
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert {Path(line).name for line in said.splitlines()} == set(found)
    assert {*ENGLISH, "privacy-sms.txt", "privacy-en.html"} <= set(found)
    for name in (*ENGLISH, "privacy-en.html"):
        assert "Ours &amp; &lt;Theirs&gt;" in found[name]
        assert "<Theirs>" not in found[name]
        assert "41 days" in found[name]
    assert "You must be 19 or over" in found["privacy-en.html"]
    assert "17 days" in found["privacy-sms.txt"]
    assert operator.actions() == []


def test_several_campaigns_get_a_folder_each_and_one_can_be_chosen(operator: Operator, campaigns: Path) -> None:
    (campaigns / "thrive.toml").write_text(THRIVE, encoding="utf-8")
    operator.good("papers", "-o", "all")
    assert {path.name for path in (operator.folder / "all").iterdir()} == {"own", "thrive"}
    operator.good("papers", "-o", "one", "--campaign", "own")
    one = operator.folder / "one" / "dpia.html"
    assert one.read_bytes() == (operator.folder / "all" / "own" / "dpia.html").read_bytes()
    said = operator.bad("papers", "-o", "none", "--campaign", "nobody")
    assert "--campaign with one of own, thrive" in said
    assert not (operator.folder / "none").exists()


def test_what_somebody_filled_in_is_never_replaced(operator: Operator, campaigns: Path) -> None:
    operator.good("papers", "-o", "papers")
    folder = operator.folder / "papers"
    (folder / "privacy-sms.txt").unlink()
    filled = (folder / "dpia.html").read_text(encoding="utf-8").replace("________", "Ana Pérez", 1)
    (folder / "dpia.html").write_text(filled, encoding="utf-8")
    said = operator.bad("papers", "-o", "papers")
    assert "dpia.html" in said
    assert "name a new folder" in said
    assert (folder / "dpia.html").read_text(encoding="utf-8") == filled
    assert not (folder / "privacy-sms.txt").exists()
    (folder / "dpia.html").unlink()
    operator.good("papers", "-o", "papers")
    assert (folder / "privacy-sms.txt").exists()
