"""The texts of a campaign in each language: filled, ready to send, the campaign's own before the system's."""

from dataclasses import replace
from pathlib import Path

import pytest
import regex

from bot.campaigns import load_campaigns
from bot.engine.model import Channel, Choice, Reply, Say
from bot.language.texts import TEXTS

WORDING = load_campaigns(drafts=True)[0]["thrive"]
THRIVE = WORDING.campaign
BUSES = load_campaigns(Path(__file__).parents[1] / "campaigns", drafts=True)[0]["buses"]


@pytest.mark.parametrize("language", THRIVE.languages)
def test_every_text_of_every_language_is_filled(language: str) -> None:
    keys = [key for key in TEXTS if not key.startswith("words ")]
    keys += [f"step {one.id}" for one in THRIVE.steps] + ["who", "thanks", "thanks_contact"]
    keys += [f"choice {one.id} {choice}" for one in THRIVE.steps for choice, _label in one.choices]
    for key in keys:
        if key in {"invite", "invite_sms"}:  # filled by the command that prints them
            continue
        found = WORDING.text(key, language)
        assert found.strip(), key
        assert not regex.search(r"[{}]", found), key


@pytest.mark.parametrize("language", THRIVE.languages)
def test_first_names_the_words_that_work_in_its_own_language(language: str) -> None:
    first = WORDING.text("first", language)
    for name in ("yes", "no", "stop", "delete"):
        shown = WORDING.text(f"word {name}", language)
        assert shown in first, name
        assert shown == shown.upper()
    assert "999" in first
    assert "16" in first


def test_dates_are_written_as_each_language_writes_them() -> None:
    assert "15 November" in WORDING.text("thanks", "en")
    assert "15 de noviembre" in WORDING.text("thanks", "es")
    assert "15 listopada" in WORDING.text("thanks", "pl")
    assert "15 December" in WORDING.text("thanks_contact", "en")


@pytest.mark.parametrize(
    ("months", "language", "words"),
    [
        (12, "en", "1 year"),
        (24, "en", "2 years"),
        (18, "en", "18 months"),
        (1, "en", "1 month"),
        (12, "es", "1 año"),
        (24, "es", "2 años"),
        (12, "pl", "rok"),
        (24, "pl", "2 lata"),
        (60, "pl", "5 lat"),
        (18, "pl", "18 miesięcy"),
    ],
)
def test_the_keeping_period_is_counted_as_each_language_counts(months: int, language: str, words: str) -> None:
    wording = WORDING.for_campaign(replace(THRIVE, story_months=months))
    assert words in wording.text("first", language)


def test_a_text_that_a_language_lacks_is_said_in_english() -> None:
    assert BUSES.text("who", "pl") == BUSES.text("who", "en")
    assert BUSES.text("step journey", "zz") == BUSES.text("step journey", "en")
    assert BUSES.text("help", "pl") == WORDING.text("help", "pl"), "and what it has, in its own"


def test_a_campaign_s_own_text_stands_before_the_system_s() -> None:
    assert BUSES.text("closed", "en") == "The bus survey has ended. Questions? 020 7946 0123"
    assert BUSES.text("closed", "es").startswith("La encuesta ha terminado")


def test_a_list_is_numbered_by_sms_and_tapped_on_telegram() -> None:
    reply = Reply(says=(Say("step area", "en"),), choices=(Choice("area:bexley", "choice area bexley"),))
    lines = WORDING.render(reply, Channel.SMS).splitlines()
    assert lines[1] == "1 Bexley"
    assert lines[-1].startswith("0 ")
    assert WORDING.render(reply, Channel.TELEGRAM) == "Where do you live?"


def test_the_exact_wording_of_a_question_is_kept_for_the_ledger() -> None:
    english, spanish = WORDING.asked("first", "en"), WORDING.asked("first", "es")
    assert english.version == spanish.version, "one version in all languages"
    assert english.sha256 != spanish.sha256
    assert spanish.body == WORDING.text("first", "es")
    assert BUSES.asked("first", "en").version != english.version
