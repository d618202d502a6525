"""An unsure translation of a text that matters is never sent."""

import re
import shutil
from pathlib import Path

import pytest
from kit.campaigns import load_campaigns
from kit.languages import (
    LANGUAGES,
    WORDING,
)

from bot.language import catalogue
from bot.language.campaign_texts import campaign_texts
from bot.language.texts import TEXTS
from bot.language.wording import Wording


def unsure_copy(code: str, folder: Path) -> Path:
    """The folder of locales with this one language, every translation of it marked as unsure."""
    shutil.copy(catalogue.LOCALES / "languages.toml", folder)
    shutil.copytree(catalogue.LOCALES / code, folder / code)
    for path in (folder / code / "LC_MESSAGES").glob("*.po"):
        path.write_text(re.sub(r"(?m)^msgctxt ", "#, fuzzy\nmsgctxt ", path.read_text(encoding="utf-8")), "utf-8")
    return folder


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_a_language_without_sure_consent_stop_and_safety_texts_is_not_offered(code: str, tmp_path: Path) -> None:
    found = catalogue.load(unsure_copy(code, tmp_path))
    assert sorted(found.missing(code)) == sorted(catalogue.NEEDED), "each of them counts as missing"
    assert code not in found.usable


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_an_unsure_text_of_any_sort_is_said_in_english(code: str, tmp_path: Path) -> None:
    found = catalogue.load(unsure_copy(code, tmp_path))
    own = catalogue.catalogue(tmp_path, code, "thrive")
    assert own is not None
    wording = Wording(WORDING.campaign, {}, found, {code: own})
    for key in (*TEXTS, *dict(campaign_texts(WORDING.campaign))):
        assert wording.template(key, code) == WORDING.template(key, "en"), key


def test_every_language_of_the_list_is_offered() -> None:
    wordings, _catalogues = load_campaigns(drafts=True)
    assert set(wordings["thrive"].campaign.languages) == set(LANGUAGES)
