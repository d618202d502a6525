"""SMS parts are counted as Twilio counts and bills them."""

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.sms_parts import SmsParts, count, outside_gsm7

profile = settings(derandomize=True, database=None, deadline=None)


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("a" * 459, "GSM-7", 459, 3),
        ("a" * 460, "GSM-7", 460, 4),
        ("é" * 160, "GSM-7", 160, 1),
        ("ñÑüÜöÖäÄàèéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¡¿§£¥¤", "GSM-7", 39, 1),
        ("€" * 80, "GSM-7", 160, 1),  # the extension table counts two
        ("€" * 81, "GSM-7", 162, 2),
        ("a" * 159 + "€", "GSM-7", 161, 2),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),  # an escape is not divided between two parts
        ("^{}\\[~]|€\f", "GSM-7", 20, 1),
        ("á" * 70, "UCS-2", 70, 1),  # á, í, ó, ú and ç are not in GSM-7
        ("á" * 71, "UCS-2", 71, 2),
        ("á" * 134, "UCS-2", 134, 2),
        ("á" * 135, "UCS-2", 135, 3),
        ("a" * 69 + "’", "UCS-2", 70, 1),  # one typographic apostrophe makes the whole text UCS-2
        ("a" * 70 + "’", "UCS-2", 71, 2),
        ("😀" * 35, "UCS-2", 70, 1),  # an emoji is two units
        ("😀" * 36, "UCS-2", 72, 2),
        ("a" * 66 + "😀" + "a" * 66, "UCS-2", 134, 3),  # 66 + 2 > 67: the pair moves, and 66 + 2 again do not fit
        ("வ" * 70, "UCS-2", 70, 1),
        ("நி" * 35, "UCS-2", 70, 1),
        ("நி" * 36, "UCS-2", 72, 2),
        ("سلام", "UCS-2", 4, 1),
        ("`", "UCS-2", 1, 1),  # the grave accent is not in GSM-7
        ("ç", "UCS-2", 1, 1),  # only the capital Ç is
        ("\t", "UCS-2", 1, 1),
    ],
)
def test_parts_are_counted_as_twilio_counts_them(text: str, encoding: str, units: int, parts: int) -> None:
    assert count(text) == SmsParts(encoding, units, parts)


FAMILY = "👨‍👩‍👧‍👦"  # one grapheme of eleven units
FLAG = "🇵🇱"


@pytest.mark.parametrize(
    ("before", "grapheme"),
    [(60, FAMILY), (64, FLAG), (66, "நி"), (65, "e\u0301\u0323"), (66, "👍🏿"[:1]), (64, "👍🏿")],
)
def test_a_grapheme_is_never_divided_between_two_parts(before: int, grapheme: str) -> None:
    """Filled up to where the grapheme does not fit any more, it moves to the second part as a whole."""
    size = len(grapheme.encode("utf-16-le")) // 2
    room = 67 - before
    assert room < size, "this row of the table tests nothing"
    tail = 67 - size
    assert count("я" * before + grapheme + "я" * tail).parts == 2
    assert count("я" * before + grapheme + "я" * (tail + 1)).parts == 3


@settings(profile, max_examples=400)
@given(st.text(max_size=500))
def test_parts_hold_all_units_and_no_more_than_they_must(text: str) -> None:
    found = count(text)
    single, several = (160, 153) if found.encoding == "GSM-7" else (70, 67)
    longest = max((len(one.encode("utf-16-le")) // 2 for one in regex.findall(r"\X", text)), default=1)
    if found.units <= single:
        assert found.parts == 1
    else:
        assert -(-found.units // several) <= found.parts
        if longest * 2 <= several:
            assert found.parts <= -(-found.units // (several - longest + 1))
    assert (found.encoding == "GSM-7") == (outside_gsm7(text) == "")


@settings(profile, max_examples=300)
@given(st.text(max_size=200), st.text(max_size=50))
def test_more_text_never_takes_fewer_parts(text: str, more: str) -> None:
    if count(text).encoding == count(text + more).encoding == "GSM-7":
        assert count(text + more).parts >= count(text).parts
