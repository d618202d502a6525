"""Languages: what a text costs, which language words are in, catalogues that are whole, and who approved them."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.campaigns import SHIPPED, approval, load_campaigns
from bot.campaigns.bill import bill
from bot.campaigns.review import problems_of
from bot.campaigns.script import page
from bot.errors import CatalogueError
from bot.language import catalogue, extraction
from bot.language.detect import detect, sure
from bot.language.segments import count

CATALOGUES, CAMPAIGNS, WORDINGS = load_campaigns(drafts=True)
THRIVE = WORDINGS["thrive"]
CODES = list(CATALOGUES.languages)


@pytest.mark.parametrize(
    ("text", "encoding", "parts"),
    [
        ("", "GSM-7", 1),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("€" * 80, "GSM-7", 1),  # the extension table counts two
        ("€" * 81, "GSM-7", 2),
        ("ñ" * 160, "GSM-7", 1),
        ("á" * 70, "UCS-2", 1),
        ("á" * 71, "UCS-2", 2),
        ("á" * 134, "UCS-2", 2),
        ("á" * 135, "UCS-2", 3),
        ("\u2019", "UCS-2", 1),
        ("👍" * 35, "UCS-2", 1),
        ("👍" * 36, "UCS-2", 2),
    ],
)
def test_parts_are_counted_as_the_network_bills_them(text: str, encoding: str, parts: int) -> None:
    found = count(text)
    assert (found.encoding, found.parts) == (encoding, parts)


def test_a_grapheme_is_not_divided_between_two_parts() -> None:
    family = "👨‍👩‍👧‍👦"  # eleven units
    assert count("ш" * 60 + family).parts == 2  # 71 units
    assert count("ш" * 66 + family + "ш" * 60).parts == 3  # it moves whole into the second part, which overflows


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_counting_never_fails_and_more_text_never_costs_less(text: str) -> None:
    clean = "".join(letter for letter in text if not 0xD800 <= ord(letter) <= 0xDFFF)
    assert count(clean).parts >= 1
    assert count(clean + clean).parts >= count(clean).parts


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("the rent went up again and nobody answers the phone", "en"),
        ("la renta subió otra vez y el piso tiene humedad", "es"),
        ("czynsz znowu wzrósł a mieszkanie jest zimne", "pl"),
        ("kirada ayaa kor u kacday guriguna waa qabow yahay", "so"),
        ("الإيجار يرتفع كل سنة والراتب لا يكفي", "ar"),
        ("வாடகை மீண்டும் உயர்ந்துவிட்டது", "ta"),
        ("kira yine arttı ve ev çok soğuk", "tr"),
        ("کرایہ پھر بڑھ گیا ہے اور گھر ٹھنڈا ہے", "ur"),
        ("اجاره دوباره بالا رفته و خانه سرد است", "fa"),
        ("ክራይ ገዛ ደጊሙ ወሲኹ ኣሎ", "ti"),
        ("租金又加了，屋裡到處發霉", "zh-Hant"),
        ("房租又涨了，屋里到处发霉", "zh-Hans"),
    ],
)
def test_a_sentence_is_known_for_certain(text: str, code: str) -> None:
    found, confidence = detect(text, CODES)
    assert found == code
    assert sure(text, confidence)


@pytest.mark.parametrize("text", ["ok", "no", "hola", "si", "asc", "12345", "👍", "", "   ", "?!", "salam", "a"])
def test_one_short_word_is_never_enough(text: str) -> None:
    assert not sure(text, detect(text, CODES)[1]) or text == ""


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_detection_never_fails(text: str) -> None:
    code, confidence = detect(text, CODES)
    assert code in {"", *CODES}
    assert 0 <= confidence <= 1


@pytest.mark.parametrize("code", CODES)
def test_a_catalogue_is_whole(code: str) -> None:
    assert problems_of(code, CATALOGUES) == []


def test_the_templates_are_those_of_the_texts() -> None:
    source = (SHIPPED / "thrive.toml").read_text(encoding="utf-8")
    for template in (extraction.system_template(), extraction.campaign_template(source)):
        path = catalogue.LOCALES / f"{template.domain}.pot"
        assert path.read_text(encoding="utf-8") == extraction.render(template), "run: openear locales extract"


@pytest.mark.parametrize("code", CODES)
def test_every_text_is_filled(code: str) -> None:
    for key in ("first", "crisis", "thanks_contact", "who", "my_story"):
        assert "{" not in THRIVE.text(key, code)
    assert "999" in THRIVE.text("crisis", code)
    assert "116 123" in THRIVE.text("crisis", code)


def test_plural_forms_and_dates_are_those_of_the_language() -> None:
    assert "2 lata" in THRIVE.text("first", "pl")
    assert "2 years" in THRIVE.text("first", "en")
    assert "15 listopada" in THRIVE.text("thanks", "pl")
    assert "15 November" in THRIVE.text("thanks", "en")


def test_turkish_words_are_made_capital_as_turkish_does() -> None:
    assert "I" not in THRIVE.text("word stop", "tr").replace("İ", "") or "i" not in THRIVE.text("word stop", "tr")


def test_a_broken_catalogue_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "xx.po"
    path.write_text('msgid ""\nmsgstr ""\n\nmsgid "a\nmsgstr "b"\n', encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"xx\.po, line \d+"):
        catalogue.parse(path, "es")


def test_a_translation_of_other_english_is_never_served() -> None:
    wording = WORDINGS["thrive"]
    found = catalogue.Catalogue({"who": "Otra gente"}, sources={"who": "Other people ask."})
    other = type(wording)(wording.raw, {}, CATALOGUES, {"es": found})
    assert other.template("who", "es") == wording.template("who", "en")
    assert "who" in other.untranslated("es")


def test_an_unsure_translation_of_a_safety_text_is_not_offered() -> None:
    whole = CATALOGUES.system["es"]
    unsure = catalogue.Catalogue(whole.texts, whole.plurals, frozenset({"crisis"}))
    found = catalogue.Catalogues(CATALOGUES.languages, {**CATALOGUES.system, "es": unsure}, CATALOGUES.safety)
    assert found.missing("es") == ["crisis"]
    assert "es" not in found.usable


def test_an_approval_holds_until_a_text_changes(tmp_path: Path) -> None:
    approval.approve(tmp_path, "so", 'Asha "A"', date(2026, 11, 21), [THRIVE])
    found = approval.read(tmp_path, "so")
    assert found is not None
    assert (found.by, found.on) == ('Asha "A"', "2026-11-21")
    assert approval.stale(found, "so", [THRIVE]) == []
    changed = approval.Approval(found.by, found.on, {**found.texts, "first": "another"})
    assert approval.stale(changed, "so", [THRIVE]) == ["first"]
    assert approval.read(tmp_path, "pl") is None


def test_without_drafts_only_the_default_and_approved_languages_are_offered() -> None:
    _catalogues, campaigns, _wordings = load_campaigns(drafts=False)
    assert campaigns["thrive"].languages == ("en",)


def test_the_script_for_a_speaker_has_every_text_beside_its_english() -> None:
    html = page(CATALOGUES.languages["ar"], THRIVE)
    assert 'dir="rtl"' in html
    assert THRIVE.text("first", "en") in html.replace("&#x27;", "'")
    assert "http" not in html


def test_the_bill_counts_the_short_and_the_full_conversation() -> None:
    english = bill("en", THRIVE)
    assert (english.encoding, english.short, english.full) == ("GSM-7", 5, 9)
    assert english.full_typographic > english.full
