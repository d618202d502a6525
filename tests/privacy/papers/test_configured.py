"""The papers say what is configured: carriers, database, languages and their approvals."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from privacy.papers.page import Page, part

from bot.campaigns.translation import approval
from bot.installation import Installation
from bot.language import catalogue
from bot.privacy.papers import Brief, brief_of, values_of, written

#: The parts of the assessment that speak of parties, by their headings.
OF_PARTIES = (
    "Where the words go",
    "Recipients",
    "Outside the United Kingdom",
    "Open questions for the data protection officer",
)


def _assessment(brief: Brief) -> str:
    return written("dpia.html", values_of(brief))


def _processing(brief: Brief) -> str:
    record = written("record-of-processing.html", values_of(brief))
    return part(record, "Processors and others who carry or hold data")


def test_a_carrier_stands_only_where_its_channel_is_configured(brief: Brief) -> None:
    for sms, telegram in ((True, True), (True, False), (False, True), (False, False)):
        mine = replace(brief, sms=sms, telegram=telegram)
        for heading in OF_PARTIES:
            said = part(_assessment(mine), heading)
            assert sms or "Twilio" not in said
            assert telegram or "Telegram" not in said
        assert ("Twilio" in _processing(mine)) == sms
        assert ("Telegram" in _processing(mine)) == telegram
        assert ("no channel is configured yet" in _processing(mine)) == (not (sms or telegram))


def test_gateways_and_bot_servers_of_ones_own_ask_who_runs_them(brief: Brief) -> None:
    assert "who runs" not in _processing(brief)
    assert "who runs that gateway" in _processing(replace(brief, other_sms_api=True))
    assert "Bot API server" in _processing(replace(brief, own_bot_server=True))


def test_on_postgresql_nothing_is_promised_that_only_sqlite_does(brief: Brief) -> None:
    lite, postgres = (Page(_assessment(replace(brief, postgres=one))).text for one in (False, True))
    assert "SQLite overwrites deleted rows" in lite
    assert "SQLite" not in postgres
    assert "until they are vacuumed" in postgres
    assert "OpenEar neither encrypts nor checks them" in postgres


def test_languages_are_listed_with_their_approvals(brief: Brief, papers: dict[str, str]) -> None:
    text = Page(papers["dpia.html"]).text
    assert {tongue.code for tongue in brief.tongues} >= set(brief.campaign.languages)
    assert f"Offered now without any speaker's approval: {', '.join(brief.unapproved)}." in text
    read = replace(brief, tongues=tuple(replace(one, approved="by Ana Pérez, 2026-11-20") for one in brief.tongues))
    said = Page(_assessment(read)).text
    assert "Every language offered now is approved." in said
    assert said.count("approved by Ana Pérez, 2026-11-20") == len(brief.tongues)


def test_an_approval_is_read_where_it_is_kept(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    campaign = installation.campaigns["thrive"]
    approval.approve(tmp_path, "es", "Ana Pérez", date(2026, 11, 20), [installation.wordings["thrive"]])
    monkeypatch.setattr(catalogue, "LOCALES", tmp_path)
    found = {tongue.code: tongue.approved for tongue in brief_of(installation, campaign).tongues}
    assert found.pop("es") == "by Ana Pérez, 2026-11-20"
    assert not any(found.values())
