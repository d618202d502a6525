"""`openear campaign`, `locales`, `detect`, `parts` and `chat`."""

import re

import pytest
from kit.operator import BOILER, Operator
from kit.transcripts import play as play_transcript

from bot.campaigns import SHIPPED

# --- campaign, locales


def test_a_good_campaign_is_called_good(empty: Operator) -> None:
    assert empty.good("campaign", "check", str(SHIPPED / "thrive.toml")) == "thrive.toml has no mistakes.\n"


def test_every_mistake_of_a_campaign_is_listed_at_once(empty: Operator) -> None:
    text = (SHIPPED / "thrive.toml").read_text(encoding="utf-8")
    for good, bad in (
        ('slug = "thrive"', 'slug = "Thrive Now"'),
        ("closes = 2027-10-31", "closes = 2025-10-31"),
        ('timezone = "Europe/London"', 'timezone = "Moon/Crater"'),
        ("minimum_age = 16", "minimum_age = 6"),
        ("report_back = 2027-12-15", "report_back = 2027-01-15"),
        ('kind = "several"', 'kind = "many"'),
    ):
        assert good in text
        text = text.replace(good, bad)
    (empty.folder / "mine.toml").write_text(text, encoding="utf-8")
    said = empty.bad("campaign", "check", "mine.toml")
    for word in ("Thrive Now", "closes", "Moon/Crater", "minimum_age", "report_back", "about_you"):
        assert word in said
    assert "\n7 mistakes.\n" in said


@pytest.mark.parametrize(
    ("text", "word"), [(None, "cannot be read"), ("slug = ", "not valid TOML"), ("", "is missing")]
)
def test_a_file_that_is_no_campaign_is_called_so(empty: Operator, text: str | None, word: str) -> None:
    if text is not None:
        (empty.folder / "mine.toml").write_text(text)
    assert word in empty.bad("campaign", "check", "mine.toml")


def test_the_templates_hold_every_text_of_the_code(empty: Operator) -> None:
    assert empty.good("locales", "extract", "--check") == "The templates are up to date.\n"


def test_english_has_no_gap_and_no_mistake(empty: Operator) -> None:
    said = empty.good("locales", "check", "en")
    assert "1 language, 0 mistakes." in said
    assert re.search(r"first +en 2\b", said)


@pytest.mark.parametrize("command", [("check",), ("script",), ("approve", "--by", "Ana"), ("update",)])
def test_a_language_that_nobody_knows_is_said_in_words(empty: Operator, command: tuple[str, ...]) -> None:
    assert "tlh" in empty.bad("locales", *command, "tlh")


def test_the_whole_conversation_is_printed_for_a_speaker(empty: Operator) -> None:
    empty.good("locales", "script", "es", "-o", "es.html")
    page = (empty.folder / "es.html").read_text(encoding="utf-8")
    assert page.lower().startswith("<!doctype html>")
    assert "Spanish" in page
    assert "openear locales approve" in page


# --- detect and parts


def test_detect_prints_one_line_for_each_line_with_code_and_confidence(empty: Operator) -> None:
    lines = [
        "My landlord will not mend the boiler and the children are cold",
        "El alquiler es demasiado alto y no puedo pagar la calefacción",
        "Kirada gurigu aad bay ii badan tahay oo ma bixin karo",
        "வாடகை மிகவும் அதிகமாக உள்ளது",
        "x", "", "12345 !!!", "👍", "ok\x00\x1b\u2028 ok", "\ufffd",
    ]  # fmt: skip
    said = empty.good("detect", typed="\n".join(lines) + "\n").split("\n")
    assert said.pop() == ""
    assert len(said) == len(lines)
    assert all(re.fullmatch(r"([a-z]{2,3}(-[A-Za-z]+)?|\?)\t[01]\.\d{3}", line) for line in said)
    assert [line.split("\t")[0] for line in said] == ["en", "es", "so", "ta", *"??????"]


def test_parts_prints_encoding_and_parts_as_twilio_counts_them(empty: Operator) -> None:
    lines = {
        "x" * 160: "GSM-7\t1", "x" * 161: "GSM-7\t2", "x" * 306: "GSM-7\t2", "x" * 307: "GSM-7\t3",
        "€" * 80: "GSM-7\t1", "€" * 81: "GSM-7\t2", "ж" * 70: "UCS-2\t1", "ж" * 71: "UCS-2\t2", "ж" * 135: "UCS-2\t3",
        "x\u2028x": "UCS-2\t1", "😀" * 35: "UCS-2\t1", "😀" * 36: "UCS-2\t2",
    }  # fmt: skip
    said = empty.good("parts", typed="\n".join(lines))
    assert said == "".join(f"{line}\n" for line in lines.values())


@pytest.mark.parametrize("command", ["detect", "parts", "hear"])
def test_nothing_in_is_nothing_out_and_bytes_that_are_no_text_do_no_harm(empty: Operator, command: str) -> None:
    assert empty.good(command, typed="") == ""
    assert empty.good(command, typed=b"\xff\xfe\n\xed\xa0\x80").count("\n") == 2
    assert empty.good(command, typed="a\r\nb\n").count("\n") == 2


def test_a_text_is_heard_by_itself_at_the_question_that_is_named(empty: Operator) -> None:
    def heard(*lines: str, at: str, language: str = "en") -> list[str]:
        return empty.good("hear", "--at", at, "--language", language, typed="\n".join(lines) + "\n").splitlines()

    assert heard("Yes please x", "nah", "ok", "im 13", "who is this", at="first") == [
        "yes\tquestion", "no\tno", "unplain\tnudge", "young\tunder_age", "question\twho,nudge",
    ]  # fmt: skip
    assert heard("my rent doubled", "thanks", "please remove what I said", "enough", at="story") == [
        "story\tsaved", "thanks\t-", "delete\tdelete", "stop\twhich",
    ]  # fmt: skip
    assert heard("I want to kill myself", at="story") == ["danger\tcrisis"]
    assert heard("yes", "no", at="quote") == ["yes\tcontact", "no\tcontact"]
    assert heard("sí", at="first", language="es") == ["yes\tquestion"]
    assert "is not offered" in empty.bad("hear", "--language", "tlh")


# --- chat


def test_a_chat_shows_what_would_be_sent(empty: Operator) -> None:
    said = empty.good("chat", typed="hello\nyes\n/quit\n")
    assert "Are you 16 or over" in said
    assert "What puts pressure on you" in said
    assert list(empty.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "typed"),
    [
        ((), ["hello", "yes", BOILER, "/wait 3m", "1", "yes", "no", "3", "2 7", "thanks"]),
        ((), [BOILER, '"quoted" \\ and \u2028 and 👩🏽‍👩🏾‍👧🏿 my rent', "/wait 25h", "", "yes", "STOP", "START"]),
        (("--channel", "telegram", "--language", "so"), ["/start", "/tap consent:yes", "guriga waa qabow", "/wait 1d"]),
        (("--channel", "telegram"), ["/start LRMN_so", "/tap languages:es", "/tap consent:no", "hola"]),
        (("--language", "pl"), ["x", "2", "tak", "DONE"]),
    ],
    ids=["whole", "odd", "telegram", "link", "menu"],
)  # fmt: skip
def test_a_recorded_chat_is_a_transcript_that_the_tests_can_play(
    empty: Operator, arguments: tuple[str, ...], typed: list[str]
) -> None:
    empty.good("chat", *arguments, "--record", "talk.toml", typed="\n".join([*typed, "/quit"]) + "\n")
    play_transcript(empty.folder / "talk.toml")


def test_a_wait_that_is_no_time_is_said_and_not_recorded(empty: Operator) -> None:
    result = empty.run("chat", "--record", "talk.toml", typed="hello\n/wait for me\nyes\n")
    assert "is not a length of time" in result.stderr
    assert "wait" not in (empty.folder / "talk.toml").read_text(encoding="utf-8")
    play_transcript(empty.folder / "talk.toml")


def test_a_chat_that_cannot_be_recorded_says_so_before_anybody_types(empty: Operator) -> None:
    said = empty.bad("chat", "--record", "no/such/folder/talk.toml", typed="hello\nyes\n/quit\n")
    assert "talk.toml" in said
    assert "16 or over" not in said
