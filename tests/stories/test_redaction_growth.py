"""That the work of redaction grows with the length of a text and with nothing else, whatever a stranger wrote.

Nothing here looks at a clock: what is counted is how many octets the patterns and the library are given to read.
"""

import ast
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from bot.stories import redaction
from bot.stories.redaction import addresses, find, folding, forms, numbers, phones, postcodes, redact
from scripts.benches import redaction as bench

MODULES = (redaction, addresses, folding, forms, numbers, phones, postcodes)
LINES = [one.text for kind in ("ordinary", *bench.KINDS) for one in bench.corpus(kind)]
#: The longest stretch that the library may see, in letters: what it does with one grows faster than its length.
PART = 160


class Count:
    """How many octets were given to be read, at most."""

    def __init__(self) -> None:
        self.octets = 0

    def search(self, head: Any, text: bytes, at: int) -> Any:
        self.octets += min(forms.WINDOW, len(text) - at)
        return head.search(text, at, min(at + forms.WINDOW, len(text)))


class Tail:
    """A tail that counts what it may look at: a path all up to the next space, others letters, dots and dashes."""

    def __init__(self, tail: Any, count: Count) -> None:
        self.tail, self.count = tail, count
        self.run = re.compile(rb"[^ \n<>\"]*" if "<>" in tail.pattern else rb"[\w.\-\x80-\xff]*")

    def match(self, text: bytes, at: int) -> Any:
        match = self.tail.match(text, at)
        run = self.run.match(text, match.end() if match else at)
        assert run
        self.count.octets += run.end() - at + 1
        return match


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> Count:
    count = Count()

    def library(letters: str, *args: object, **kwargs: object) -> Iterator[None]:
        assert len(letters) <= PART
        count.octets += 100 * len(letters)
        return iter(())

    counted = [replace(form, tail=form.tail and Tail(form.tail, count)) for form in redaction._FORMS]
    monkeypatch.setattr(forms, "search", count.search)
    monkeypatch.setattr(phones, "PhoneNumberMatcher", library)
    monkeypatch.setattr(redaction, "_FORMS", counted)
    return count


@pytest.mark.parametrize("piece", bench.WORST, ids=ascii)
def test_twice_the_text_is_twice_the_work(piece: str, count: Count) -> None:
    find(bench.worst(piece, 16))
    once, count.octets = count.octets, 0
    find(bench.worst(piece, 32))
    assert once <= count.octets <= 2.5 * once  # four times, if each octet were looked at from each


@pytest.mark.parametrize(("first", "second"), list(itertools.pairwise(bench.WORST)), ids=ascii)
def test_so_it_is_where_two_kinds_of_nonsense_meet(first: str, second: str, count: Count) -> None:
    find(bench.worst(first + second, 12))
    once, count.octets = count.octets, 0
    find(bench.worst(first + second, 24))
    assert once <= count.octets <= 2.5 * once


@pytest.mark.parametrize("piece", ["a-at-a-dot-", "a-dot-", "a.b@", "0 - 1 - ", "x dot me slash "])
def test_what_once_kept_the_server_busy_for_minutes_comes_back(piece: str) -> None:
    assert redact(bench.worst(piece, 16)).text.endswith("]")


def test_what_reads_a_text_is_re2_which_never_goes_back() -> None:
    """The patterns of `re` go back and try again: none may come into the package, not even a harmless one."""
    for module in MODULES:
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not imported & {"re", "regex"}, module
        assert "re2" not in imported or module is forms, module
    kind = type(re2.compile("a"))
    assert [form for form in redaction._FORMS if type(form.head) is not kind] == []
    assert [form for form in redaction._FORMS if form.tail and type(form.tail) is not kind] == []


def test_every_module_of_the_package_is_looked_at() -> None:
    folder = Path(str(redaction.__file__)).parent
    assert {Path(str(module.__file__)) for module in MODULES} == set(folder.glob("*.py"))


def test_no_text_writes_into_the_log(capfd: pytest.CaptureFixture[str]) -> None:
    for piece in bench.WORST:
        redact(bench.worst(piece, 2))
    redact("".join(LINES))
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("pad", ["x ", "я ", "數 "])
@pytest.mark.parametrize(
    "identifier",
    ["jo.b@example.com", "jo (at) example (dot) org (dot) uk", "https://example.com/a", "@jane_doe", "07911 123456",
     "+44 (0)7911 123456", "NHS 999 120 4814", "QQ 12 34 56 C", "SE15 4QA", "insta: jane_d1"],
)  # fmt: skip
def test_an_identifier_is_found_wherever_a_window_ends(identifier: str, pad: str) -> None:
    alone = redact(identifier).text
    assert alone != identifier
    size = len(pad.encode())
    for octets in (forms.WINDOW // 2, forms.WINDOW, 3 * forms.WINDOW // 2):
        for pads in range((octets - 60) // size, (octets + 20) // size):
            for gap in ("", " "):
                assert redact(pad * pads + gap + identifier).text == pad * pads + gap + alone


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("999 120 4815 999 120 4814", "999 120 4815 [nhs-number]"),
        ("ig: ig: jo_b1", "ig: ig: [handle]"),
        ("I was at breaking point at example dot com", "I was at breaking [email]"),
        ("http:// www.example.org", "http:// [link]"),
        ("@home@ @jo_b", "@home@ [handle]"),
        ("insta insta: snap jo_b1", "insta insta: snap jo_b1"),
    ],
)
def test_what_is_none_hides_none_that_begins_inside_it(text: str, masked: str) -> None:
    assert redact(text).text == masked


def test_what_is_too_long_for_an_address_is_masked_as_one() -> None:
    assert redact(f"{'a' * 90}@{'b' * 90}.com").text == "[email]"
    assert redact(f"https://example.com/{'a,' * 9000}a").text == "[link]"
    assert redact(f"@{'jo' * 9000}").text == "[handle]"


@given(st.lists(st.one_of(st.sampled_from(LINES), st.sampled_from(bench.WORST), st.text(max_size=9)), max_size=6))
def test_outside_the_masks_a_text_is_as_it_was_sent(pieces: list[str]) -> None:
    text = "".join(pieces)
    out, at = "", 0
    for one in find(text):
        assert at <= one.start < one.end <= len(text)
        out += f"{text[at : one.start]}[{one.kind}]"
        at = one.end
    assert redact(text).text == out + text[at:]


@given(st.lists(st.sampled_from(LINES), min_size=2, max_size=3))
def test_masking_stories_twice_changes_nothing(stories: list[str]) -> None:
    once = redact("\n".join(stories)).text
    assert redact(once).text == once


def test_half_a_letter_hides_nothing() -> None:
    assert redact("\ud800jo@example.com 07911\udfff 123456").text.startswith("\ud800[email] ")
