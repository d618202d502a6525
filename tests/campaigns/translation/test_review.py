"""Every shipped catalogue is complete, unambiguous and within its budget of SMS parts."""

import pytest
from click.testing import CliRunner

from bot.campaigns import load_campaigns
from bot.campaigns.translation.review import problems_of
from bot.campaigns.translation.sms_cost import sms_cost
from scripts.cli.locales import locales

WORDINGS, CATALOGUES = load_campaigns(drafts=True)
WORDING = WORDINGS["thrive"]


def test_the_templates_are_as_the_sources_say() -> None:
    done = CliRunner().invoke(locales, ["extract", "--check"])
    assert (done.exit_code, done.output.strip()) == (0, "The templates are up to date.")


@pytest.mark.parametrize("code", ["en", "es", "pl", "so", "ar", "ta"])
def test_every_offered_catalogue_is_complete_and_within_its_budget(code: str) -> None:
    assert problems_of(code, CATALOGUES) == []


@pytest.mark.parametrize(
    "code", [code for code in WORDING.campaign.languages if code not in {"en", "es", "pl", "so", "ar", "ta"}]
)
def test_the_catalogues_of_further_languages_are_complete_too(code: str) -> None:
    assert problems_of(code, CATALOGUES) == []


def test_a_language_that_has_no_catalogue_is_told_how_to_make_one() -> None:
    assert "openear locales update zz" in problems_of("zz", CATALOGUES)[0]


@pytest.mark.parametrize("language", list(CATALOGUES.languages))
def test_a_conversation_costs_no_more_than_was_promised(language: str) -> None:
    """SMS parts: the short conversation and the full one, in GSM-7 languages and in the others."""
    found = sms_cost(language, WORDING)
    most = (5, 9) if found.encoding == "GSM-7" else (12, 22)
    assert found.short <= most[0]
    assert found.full <= most[1]
