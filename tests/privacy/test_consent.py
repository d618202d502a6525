"""Evidence of consent: who, what they were told to the letter, when, how, their reply; and a changed text shows."""

import hashlib
import json
import re
from datetime import UTC, datetime

import pytest
from kit.sandbox import CHAT, Sandbox
from sqlalchemy import update

from bot.engine.model import Kind
from bot.errors import NotFoundError
from bot.privacy import consent
from bot.privacy.erasure import erase_story
from bot.store import tables

ADA, BOILER = str(CHAT), "my landlord will not mend the boiler"
OTHER = "+447911123457"


def story_of(sandbox: Sandbox, at: int = 0) -> str:
    return str(sandbox.rows(tables.stories)[at]["public"])


def shown(sandbox: Sandbox, story: str = "") -> str:
    return "\n".join(consent.lines(sandbox.installation, story or story_of(sandbox), "dpo@example.org"))


def test_the_whole_evidence_of_one_consent(sandbox: Sandbox) -> None:
    sandbox.arrive("hello")
    sandbox.arrive("Yes please", sent_at=sandbox.now)
    sandbox.arrive(BOILER)
    said = shown(sandbox)
    (entry,) = sandbox.rows(tables.consents)
    text = sandbox.rows(tables.wordings)[0]["body"]
    assert f"story     {story_of(sandbox)}" in said
    assert f"resident  {entry['resident']}" in said
    assert "take_part: granted" in said
    assert "when     2026-11-21 12:00:00 UTC" in said
    assert "how      sms, text" in said
    assert "reply    Yes please" in said
    assert f"sha256   {hashlib.sha256(text.encode()).hexdigest()} (the text below)" in said
    assert re.findall(r"^  \| (.*)$", said, re.MULTILINE) == text.split("\n")
    assert "16 or over" in text
    assert BOILER not in said


def test_a_button_is_shown_as_a_button(sandbox: Sandbox) -> None:
    sandbox.arrive("hello", ADA)
    sandbox.arrive("", ADA, kind=Kind.BUTTON, button="consent:yes", callback="1")
    sandbox.arrive(BOILER, ADA)
    said = shown(sandbox)
    assert "how      telegram, button" in said
    assert "reply    consent:yes" in said


def test_each_permission_stands_with_its_own_question(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    sandbox.arrive("1")
    sandbox.arrive("mend it")
    sandbox.arrive("1")
    sandbox.arrive("yes")
    sandbox.arrive("no")
    said = shown(sandbox)
    assert re.findall(r"^(\w+): (\w+)$", said, re.MULTILINE) == [
        ("take_part", "granted"), ("may_quote", "granted"), ("may_recontact", "refused"),
    ]  # fmt: skip
    assert said.count("(the text below)") == 3
    assert "without your name" in said
    assert "what changed" in said


@pytest.mark.parametrize(
    "changed",
    [
        {"body": "You agree to everything."},
        {"body": ""},
        {"body": " "},
        {"sha256": "0" * 64},
        {"sha256": ""},
    ],
    ids=["another text", "no text", "white space", "another hash", "no hash"],
)
def test_a_wording_that_was_changed_after_the_fact_is_said_aloud(sandbox: Sandbox, changed: dict[str, str]) -> None:
    sandbox.tell_story(BOILER)
    with sandbox.installation.database.write() as connection:
        connection.execute(update(tables.wordings).values(**changed))
    said = shown(sandbox)
    assert "NOT THE TEXT BELOW" in said
    assert "(the text below)" not in said


def test_one_changed_letter_of_one_question_is_found_and_the_others_stand(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    for text in ("1", "mend it", "1", "yes", "no"):
        sandbox.arrive(text)
    quote = tables.wordings.c.key.contains("may_quote")
    with sandbox.installation.database.write() as connection:
        connection.execute(update(tables.wordings).where(quote).values(body=tables.wordings.c.body + " "))
    said = shown(sandbox)
    assert said.count("NOT THE TEXT BELOW") == 1
    assert said.count("(the text below)") == 2


@pytest.mark.parametrize("language", ["so", "ar", "zh-Hans", "ti"])
def test_the_text_is_the_one_of_the_language_that_was_read(sandbox: Sandbox, language: str) -> None:
    sandbox.arrive("hello")
    sandbox.arrive("LANGUAGE")
    name = sandbox.installation.catalogues.languages[language].name
    sandbox.arrive(name)
    yes = sandbox.installation.catalogues.system[language].texts["words yes"]
    sandbox.arrive(yes.split("|")[0].strip())
    sandbox.arrive(BOILER)
    said = shown(sandbox)
    assert f"in {language}\n" in said
    assert sandbox.rendered("first", language).split("\n")[0][:20] in said
    assert "NOT THE TEXT" not in said


def test_after_an_erasure_the_fact_stands_without_the_reply_and_with_the_withdrawal(sandbox: Sandbox) -> None:
    sandbox.arrive("hello")
    sandbox.arrive(f"yes {BOILER}")
    story = story_of(sandbox)
    sandbox.now = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    erase_story(sandbox.installation, story, "ana@example.org")
    said = shown(sandbox, story)
    assert "reply    (erased)" in said
    assert BOILER not in said
    assert re.findall(r"^(\w+): (\w+)$", said, re.MULTILINE) == [("take_part", "granted"), ("take_part", "withdrawn")]
    assert "when     2026-12-01 09:30:00 UTC\n  how      sms, operator" in said


def test_the_evidence_of_one_story_holds_nobody_elses(sandbox: Sandbox) -> None:
    sandbox.arrive("hello", OTHER)
    sandbox.arrive("yes Bea's canary", OTHER)
    sandbox.arrive("hello")
    sandbox.arrive(f"yes {BOILER}")
    residents = {row["story"]: row["resident"] for row in sandbox.rows(tables.consents)}
    said = shown(sandbox, story_of(sandbox, 1))
    assert BOILER in said
    assert "canary" not in said
    assert residents[story_of(sandbox, 0)] not in said


@pytest.mark.parametrize("story", ["nothing", "0" * 16, "%", "' OR 1=1"])
def test_an_unknown_story_is_said_before_anything_is_audited(sandbox: Sandbox, story: str) -> None:
    sandbox.tell_story(BOILER)
    with pytest.raises(NotFoundError, match="first column"):
        consent.lines(sandbox.installation, story, "dpo@example.org")
    assert sandbox.rows(tables.audit) == []


def test_decisions_that_belong_to_no_story_are_not_all_shown_together_under_none(sandbox: Sandbox) -> None:
    sandbox.arrive("hello")
    sandbox.arrive("no")
    with pytest.raises(NotFoundError):
        consent.lines(sandbox.installation, "", "dpo@example.org")


def test_the_look_is_audited(sandbox: Sandbox) -> None:
    sandbox.tell_story(BOILER)
    shown(sandbox)
    (row,) = sandbox.rows(tables.audit)
    assert (row["actor"], row["action"]) == ("dpo@example.org", "consent.show")
    assert json.loads(row["detail"]) == {"story": story_of(sandbox)}


def test_every_exported_story_has_evidence_whose_hash_gives_the_very_words(sandbox: Sandbox) -> None:
    for number in range(10):
        sandbox.tell_story(f"{BOILER} {number}", sender=f"+4479115{number:05}")
    for row in sandbox.rows(tables.stories):
        assert "take_part: granted" in (said := shown(sandbox, row["public"]))
        assert "(the text below)" in said
        assert "NOT" not in said
