"""What is masked, what is not, and that nothing else changes. `tests/redaction` holds most of the texts."""

import itertools
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stories.redaction import redact
from scripts.benches import redaction as bench

#: In per cent of what is marked in the texts of the kind.
GOALS = dict.fromkeys(bench.KINDS, 99.0) | {"handle": 95.0}
MARKED = [(kind, one) for kind in bench.KINDS for one in bench.corpus(kind)]
#: Noughts: Arabic, Persian, Bengali, Gurmukhi, Gujarati, Tamil, Devanagari, full-width; and digits as they are.
NOUGHTS = "٠۰০੦૦௦०０0"
#: Zero-width spaces and joiners, a word joiner, a soft hyphen, directions, and nothing.
UNSEEN = ["\u200b", "\u200c", "\u200d", "\u2060", "\u00ad", "\u200e\u200f", "\ufeff", "\u034f", ""]

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


def expected(one: bench.Marked, kind: str) -> str:
    """The text with a placeholder for each mark."""
    out, at = "", 0
    for start, end in one.marks:
        out += f"{one.text[at:start]}[{kind}]"
        at = end
    return out + one.text[at:]


@pytest.mark.parametrize("kind", bench.KINDS)
def test_recall_over_the_corpus(kind: str) -> None:
    texts = bench.corpus(kind)
    assert len(texts) >= 60
    assert len({one.language for one in texts}) >= 20
    assert bench.score(kind, texts).recall >= GOALS[kind]


@pytest.mark.parametrize("kind", bench.KINDS)
def test_a_mask_takes_the_identifier_and_not_a_letter_more(kind: str) -> None:
    texts = bench.corpus(kind)
    wrong = [redact(one.text).text for one in texts if redact(one.text).text != expected(one, kind)]
    assert wrong == []


@pytest.mark.parametrize("kind", bench.KINDS)
def test_a_known_gap_is_one(kind: str) -> None:
    """What is masked whole by now belongs among the texts: the figures shall say so."""
    gaps = bench.corpus(kind, "known_gaps")
    assert gaps
    assert [one.text for one in gaps if bench.score(kind, [one]).masked] == []


def test_nothing_is_masked_in_ordinary_sentences() -> None:
    ordinary = bench.corpus("ordinary")
    assert len(ordinary) >= 300
    assert [redact(one.text).text for one in ordinary if redact(one.text).text != one.text] == []


@pytest.mark.parametrize("glue", [" ", "\n", " … "])
def test_ordinary_sentences_make_no_identifier_together(glue: str) -> None:
    sentences = [one.text for one in bench.corpus("ordinary")]
    for first, second in itertools.pairwise(sentences):
        both = f"{first}{glue}{second}"
        assert redact(both).text == both


def test_the_score_sees_a_miss_a_wrong_name_and_a_mask_that_reaches_over() -> None:
    texts = [bench.unmarked("en", text) for text in ("<<nobody>> calls", "<<jo@example.com>>", "a <<07700>> 900123")]
    score = bench.score("phone", texts)
    assert (score.marked, score.masked, score.named) == (3, 2, 1)
    assert score.false == {"phone": 1}


@given(
    st.sampled_from(MARKED), st.sampled_from(NOUGHTS), st.sampled_from(UNSEEN), st.integers(min_value=1, max_value=4),
    st.booleans(),
)  # fmt: skip
def test_a_disguise_hides_nothing(
    case: tuple[str, bench.Marked], nought: str, unseen: str, every: int, wide: bool
) -> None:
    kind, one = case
    text, at = "", 0
    for start, end in one.marks:
        text += one.text[at:start] + disguised(one.text[start:end], nought, unseen, every, wide)
        at = end
    assert redact(text + one.text[at:]).text == expected(one, kind)


def disguised(text: str, nought: str, unseen: str, every: int, wide: bool) -> str:
    """Digits of another script, something invisible after every so many letters, letters of full width."""
    out = ""
    for place, letter in enumerate(text):
        if place and place % every == 0 and unicodedata.category(letter)[0] != "M":
            out += unseen
        if re.match(r"[0-9]", letter):
            out += chr(ord(nought) + int(letter))
        else:
            out += chr(ord(letter) + 0xFEE0) if wide and re.match(r"[A-Za-z]", letter) else letter
    return out


@pytest.mark.parametrize(
    "piece", ["a-at-", "a (at) a.", "a@a.", "07 ", "1-", "a dot ", "a.", "SE15 4", "ig: a", "nhs 1 "]
)
def test_long_nonsense_is_searched_in_a_bounded_number_of_steps(piece: str) -> None:
    """Patterns that try every way to split a text would not come back from this within the life of the test."""
    text = piece * (4096 // len(piece)) + ".com @"
    assert redact(redact(text).text).text == redact(text).text
