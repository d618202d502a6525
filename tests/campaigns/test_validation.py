"""Every mistake in a campaign's file is listed at once, with what to write."""

from pathlib import Path

import pytest

from bot.campaigns import SHIPPED, problems_in

OURS = Path(__file__).parent
BUSES = (OURS / "buses.toml").read_text(encoding="utf-8")


def mistakes(tmp_path: Path, *changes: tuple[str, str]) -> list[str]:
    """What is wrong with the campaign after these replacements in its file."""
    text = BUSES
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = tmp_path / "buses.toml"
    path.write_text(text, encoding="utf-8")
    return problems_in(path)


def test_the_shipped_campaign_and_the_one_of_the_tests_have_no_mistake() -> None:
    assert problems_in(SHIPPED / "thrive.toml") == []
    assert problems_in(OURS / "buses.toml") == []


def test_every_mistake_is_listed_at_once(tmp_path: Path) -> None:
    found = mistakes(
        tmp_path,
        ('slug = "buses"', 'slug = "Buses & Co"'),
        ('timezone = "Europe/London"', 'timezone = "Europe/Lewisham"'),
        ("opens = 2026-10-01", "opens = 2026-10-01\ncloses = 2026-09-01"),
        ("report_back = 2027-04-01", "report_back = 2027-01-01"),
        ('nation = "england"', 'nation = "atlantis"'),
        ("minimum_age = 18", "minimum_age = 12"),
        ('languages = ["en", "es", "pl"]', 'languages = ["es", "pl", "english please"]'),
        ('thanks = "Thank you.', 'farewell = "Thank you.'),
        ('closed = "The bus survey has ended. Questions? {phone}"', 'closed = "Ended. {telephone}"'),
        ('id = "journey"\nkind = "story"', 'id = "hub"\nkind = "tale"'),
        ('id = "when"\nkind = "one"', 'id = "passes"\nkind = "one"'),
        ('{ id = "student", text = "Student" }', '{ id = "freedom", text = "?!" }'),
        ('id = "may_quote"', 'id = "may_phone"'),
        ('kind = "text"\ntext', 'kind = "text"\nchoices = [{ id = "a", text = "A" }]\ntext'),
        ("{skip}", "{skip"),
    )
    for word in (
        "'Buses & Co'",
        "'Europe/Lewisham'",
        "closes must be after opens",
        "report_back",
        "'atlantis'",
        "minimum_age",
        "'english please'",
        "default_language",
        "texts.thanks is missing",
        "texts.farewell",
        "telephone",
        "step hub",
        "kind must be one of",
        "another step has the same id",
        "needs an id of small letters and a text",
        "two choices have the same id",
        "may_quote or may_recontact",
        "only the kinds one and several",
        'kind = "story"',
        "step wish: ",
    ):
        assert any(word in one for one in found), word


def test_everything_missing_is_listed_at_once(tmp_path: Path) -> None:
    path = tmp_path / "empty.toml"
    path.write_text('color = "green"\nopens = "tomorrow"\norganisers = {}\nkeeping = { story_months = 0 }\n')
    found = " ".join(problems_in(path))
    for name in (
        "slug",
        "assembly",
        "report_back",
        "timezone",
        "nation",
        "minimum_age",
        "default_language",
        "languages",
        "texts",
        "step",
        "color is not a setting",
        "opens must be a date like",
        "organisers.name",
        "organisers.controllers",
        "organisers.telephone",
        "keeping.story_months",
        "keeping.contact_days",
    ):
        assert name in found, name


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("minimum_age = 18", "minimum_age = true", "minimum_age must be a whole number"),
        ("opens = 2026-10-01", "opens = 2026-10-01T00:00:00Z", "opens must be a date like 2026-10-01, without a time"),
        ('languages = ["en", "es", "pl"]', "languages = []", "default_language must be one of languages"),
        ('languages = ["en", "es", "pl"]', 'languages = ["en", 7]', "languages: 7"),
        ('who = "Bus riders ask how you get about. Questions? {phone}"', "who = 7", "texts.who"),
        ('[[step]]\nid = "when"', '[[step]]\ncolour = "red"\nid = "when"', "colour is not a setting of a step"),
        ('text = "When do you ride most?"', 'text = "  "', "step when: text is missing"),
        ('text = "When do you ride most?"', "text = 7", "step when: text is missing"),
        ('controllers = ["Brockley Bus Riders (example)"]', "controllers = []", "organisers.controllers"),
        ("story_months = 18", "story_months = 1.5", "keeping.story_months"),
        (
            "[keeping]",
            "[limits]\nper_day = 7\n[keeping]",
            "limits.per_day is not a limit. The limits are: per_person_hour",
        ),
        ("[keeping]", "[limits]\nspend = -1\n[keeping]", "limits.spend must be a number, 0 or more"),
        ("minimum_age = 18", "minimum_age = 12", "under UK GDPR Article 8 a child under 13 cannot consent"),
        ('text = "Daytime"', 'text = "Daytime {bus}"', "{bus} is not a placeholder; the placeholders are: {yes} {no}"),
        (
            'text = "Which passes do you use?"',
            'text = "Which? {phone:d}"',
            "step passes: {phone:d} is not a placeholder",
        ),
        (
            'closed = "The bus survey has ended. Questions? {phone}"',
            "closed = 7",
            "texts.closed must be text in quotes",
        ),
        ('languages = ["en", "es", "pl"]', 'languages = ["en", ["es"]]', "languages: ['es'] is not the code"),
        ('id = "when"\nkind = "one"', 'id = "when"\nkind = ["one"]', "step when: kind must be one of story"),
        ('{ id = "student", text', '{ id = ["student"], text', "step passes: choice 2 needs an id of small letters"),
        (
            'controllers = ["Brockley Bus Riders (example)"]',
            "controllers = [7]",
            "organisers.controllers must hold names",
        ),
    ],
)
def test_each_kind_of_mistake_is_named(tmp_path: Path, old: str, new: str, word: str) -> None:
    assert word in " ".join(mistakes(tmp_path, (old, new)))


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"slug = ", "is not valid TOML"), (b"\xff\xfe", "is not valid TOML"), (b"", "slug is missing")],
)
def test_a_broken_file_says_so(tmp_path: Path, content: bytes, word: str) -> None:
    (tmp_path / "broken.toml").write_bytes(content)
    assert word in " ".join(problems_in(tmp_path / "broken.toml"))


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    assert "cannot be read" in problems_in(tmp_path / "nowhere.toml")[0]


@pytest.mark.parametrize(
    "junk", ["step = 7", "step = [7]", "texts = 7", "theme = [7]", "organisers = 7", "keeping = 7"]
)
def test_a_value_of_another_shape_is_a_mistake_and_never_a_traceback(tmp_path: Path, junk: str) -> None:
    """`step = [7]` and `theme = [7]` replace what the file says."""
    name = junk.split(maxsplit=1)[0]
    lines = BUSES.splitlines()
    if name in {"step", "theme"}:
        lines = lines[: lines.index("[[step]]")]
    else:
        start = lines.index(f"[{name}]")
        end = next(at for at in range(start + 1, len(lines)) if lines[at].startswith("["))
        lines = lines[:start] + lines[end:]
    first_table = next(at for at, line in enumerate(lines) if line.startswith("["))
    (tmp_path / "odd.toml").write_text("\n".join([*lines[:first_table], junk, *lines[first_table:]]), encoding="utf-8")
    assert problems_in(tmp_path / "odd.toml")
