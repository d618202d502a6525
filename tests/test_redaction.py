"""What is masked, what is not, and that nothing else changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redaction import redact

FOUND = [
    ("call 07911 123456 now", "call [phone] now"),
    ("call 07700 900123 12 times", "call [phone] 12 times"),
    ("(020) 7946 0000", "[phone]"),
    ("+44 (0)7911 123456", "[phone]"),
    ("+44 7911123456.", "[phone]."),
    ("0044 7911 123456", "[phone]"),
    ("07911-123-456", "[phone]"),
    ("07911–123–456", "[phone]"),
    ("+252 61 2345678", "[phone]"),
    ("my number07911123456ok", "my number[phone]ok"),
    ("٠٧٩١١ ١٢٣٤٥٦", "[phone]"),
    ("０７９１１ １２３４５６", "[phone]"),
    ("07911\u200b123456", "[phone]"),
    ("0️⃣7️⃣9️⃣1️⃣1️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣!", "[phone]!"),
    ("mail jo.o'brien@gmail.com.", "mail [email]."),
    ("ＪＯ＠ｇｍａｉｌ.com", "[email]"),
    ("see https://t.me/joe?x=1, ok", "see [link], ok"),
    ("www.example.org/a/b!", "[link]!"),
    ("facebook.com/jane.doe", "[link]"),
    ("t.me/joe_b", "[link]"),
    ("@jane_doe said", "[handle] said"),
    ("SE15 4QA, se154qa and SW1A 1AA", "[postcode], [postcode] and [postcode]"),
    ("SE15\u200b 4QA", "[postcode]"),
    ("NHS 943 476 5919", "NHS [nhs-number]"),
    ("9434765919", "[nhs-number]"),
    ("AB 12 34 56 C", "[ni-number]"),
    ("qq123456c", "[ni-number]"),
]

KEPT = [
    "943 476 5918",  # the check digit is wrong
    "from 850 to 1200 a month",
    "in 2019 2020 2021",
    "01-02-2023 04-05-2023",
    "0900-1700 0900-1700",
    "£1,200.50, then £1400",
    "999, 111 and 116 123",
    "w8 4me, gr8 2be",
    "3 kids aged 5 7 9 in SE15",
    "we meet @ 5pm",
    "The rent.It is too much",
    "کرایہ ۱۲۰۰ پاؤنڈ",
    "",
]


@pytest.mark.parametrize(("text", "masked"), FOUND)
def test_identifiers_are_masked_by_kind(text: str, masked: str) -> None:
    assert redact(text).text == masked


@pytest.mark.parametrize("text", KEPT)
def test_other_words_and_numbers_stay(text: str) -> None:
    assert redact(text).text == text
    assert redact(text).counts == {}


def test_it_counts_each_kind() -> None:
    assert redact("07911 123456 or 07911 123457, a@b.org").counts == {"phone": 2, "email": 1}


def test_findings_that_overlap_become_one_mask() -> None:
    assert redact("x https://a.org/?to=jo@b.org&tel=07911123456 y").text == "x [link] y"


def test_what_stands_around_a_mask_is_as_sent() -> None:
    before, after = "ﬁne\u200d ½ نص\u200c ", " \u202eＡ①\n"
    assert redact(f"{before}07911 123456{after}").text == f"{before}[phone]{after}"


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_number_is_found_whatever_stands_around_it(before: str, after: str) -> None:
    assert "7911123456" not in redact(f"{before} +447911123456 {after}").text


@given(st.text(alphabet="0179 +-.()@/:abcSE٠١٧٩０①ﬃ\u200b\ufe0f\u20e3\n", max_size=80))
def test_it_never_fails_and_masking_twice_changes_nothing(text: str) -> None:
    once = redact(text)
    assert redact(once.text).text == once.text
    assert sum(once.counts.values()) <= len(text)


@given(
    st.text(
        alphabet=st.characters(exclude_categories=["Nd", "No", "Nl", "Me"], exclude_characters="@.:＠．：․﹒﹕︓"),
        max_size=80,
    )
)
def test_text_without_digits_signs_or_dots_is_untouched(text: str) -> None:
    assert redact(text).text == text
