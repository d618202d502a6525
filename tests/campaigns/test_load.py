"""Campaigns are files: another one needs no code. What campaigns share is read and built once.

`buses.toml` is a campaign with other steps and other languages, and its Spanish beside it.
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.campaigns import load_campaigns
from bot.engine.campaign import StepKind
from bot.errors import CampaignError
from bot.language import catalogue

OURS = Path(__file__).parent
BUSES = (OURS / "buses.toml").read_text(encoding="utf-8")


def test_it_is_read_with_its_own_steps_dates_and_languages() -> None:
    wordings, _catalogues = load_campaigns(OURS, drafts=True)
    buses = wordings["buses"].campaign
    assert [(one.id, one.kind) for one in buses.steps] == [
        ("journey", StepKind.STORY),
        ("passes", StepKind.SEVERAL),
        ("when", StepKind.ONE),
        ("wish", StepKind.TEXT),
        ("may_quote", StepKind.PERMISSION),
    ]
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


def test_one_mistake_in_one_file_serves_none_and_names_the_file(tmp_path: Path) -> None:
    shutil.copy(OURS / "buses.toml", tmp_path / "good.toml")
    (tmp_path / "bad.toml").write_text(BUSES.replace('slug = "buses"', 'slug = "B"').replace("18\n", '"18"\n', 1))
    shutil.copy(OURS / "buses.toml", tmp_path / "twin.toml")
    with pytest.raises(CampaignError) as caught:
        load_campaigns(tmp_path)
    assert any(one.startswith("bad.toml: ") for one in caught.value.problems)
    assert any(one.startswith("twin.toml: the slug 'buses' is another file's too") for one in caught.value.problems)


def test_a_folder_without_campaigns_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match="OPENEAR_CAMPAIGNS"):
        load_campaigns(tmp_path)


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
