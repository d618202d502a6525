"""Campaigns are loaded once, each with its words; what they share is built once."""

from pathlib import Path

from bot.campaigns import load_campaigns
from bot.language import catalogue

OURS = Path(__file__).parent


def test_a_wording_reads_the_campaign_that_the_engine_reads() -> None:
    wordings, _catalogues = load_campaigns(OURS, drafts=True)
    wording = wordings["buses"]
    assert wording.values("en")["phone"] == wording.campaign.telephone
    assert wording.campaign.languages == ("en", "es")
    assert wording.campaign.wanted_languages == ("en", "es", "pl")


def test_every_campaign_shares_one_set_of_safety_phrases() -> None:
    shipped, catalogues = load_campaigns(drafts=True)
    ours, again = load_campaigns(OURS, drafts=True)
    assert catalogues is again
    assert shipped["thrive"].campaign.vocabulary.safety is catalogues.safety_phrases
    assert ours["buses"].campaign.vocabulary.safety is catalogues.safety_phrases


def test_a_catalogue_is_read_again_when_its_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "es" / "LC_MESSAGES" / "openear.po"
    path.parent.mkdir(parents=True)
    entry = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8"\n\nmsgctxt "no"\nmsgid "No"\nmsgstr "{}"\n'
    path.write_text(entry.format("uno"), encoding="utf-8")
    first = catalogue.catalogue(tmp_path, "es", "openear")
    assert first is not None
    assert catalogue.catalogue(tmp_path, "es", "openear") is first
    path.write_text(entry.format("dos y tres"), encoding="utf-8")
    second = catalogue.catalogue(tmp_path, "es", "openear")
    assert second is not None
    assert (first.texts["no"], second.texts["no"]) == ("uno", "dos y tres")


def test_the_catalogues_are_read_again_when_a_phrase_list_changes(tmp_path: Path) -> None:
    (tmp_path / "languages.toml").write_text('[en]\nname = "English"\nenglish = "English"\n', encoding="utf-8")
    (tmp_path / "en").mkdir()
    phrases = tmp_path / "en" / "safety.toml"
    phrases.write_text('danger = ["one two"]\nabuse = []\n', encoding="utf-8")
    first = catalogue.load(tmp_path)
    assert catalogue.load(tmp_path) is first
    phrases.write_text('danger = ["three four five"]\nabuse = []\n', encoding="utf-8")
    assert catalogue.load(tmp_path).safety["en"]["danger"] == ("three four five",)
