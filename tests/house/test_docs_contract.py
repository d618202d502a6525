"""The pages tell every setting, column, role, rule, limit, period and address, with what is shipped, and no other."""

import re
import tomllib

import pytest
from kit.pages import PAGES, first_spans, section, spans, table, text_of
from kit.sandbox import Sandbox

from bot.campaigns import SHIPPED, load_campaigns
from bot.safeguarding import DECISIONS
from bot.settings import SETTINGS
from bot.store.marks import KINDS
from bot.store.organisers import ROLES
from bot.stories.disclosure import RULES
from bot.stories.export import FORMATS
from bot.stories.formats.rows import columns
from webhooks.app import create_app

STORIES = "bot/stories/README.md"
THRIVE = tomllib.loads((SHIPPED / "thrive.toml").read_text(encoding="utf-8"))
_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def test_every_setting_stands_in_the_table_and_no_other() -> None:
    rows = table(section("scripts/README.md", "Settings"), "setting")
    assert first_spans(rows) == [setting.name for setting in SETTINGS]


@pytest.mark.parametrize("page", PAGES)
def test_no_setting_is_named_that_does_not_exist(page: str) -> None:
    known = {setting.name for setting in SETTINGS} | {f"{one.name}_FILE" for one in SETTINGS if one.secret}
    assert set(re.findall(r"\b(?:OPENEAR|TWILIO|TELEGRAM)_[A-Z_]+\b", text_of(page))) <= known


def test_every_column_stands_in_the_table_and_no_other() -> None:
    rows = table(section(STORIES, "Downloads"), "column")
    assert sorted(first_spans(rows)) == sorted(columns(load_campaigns()[0]["thrive"].campaign))


def test_the_readme_says_which_step_fills_which_column() -> None:
    rows = table(section("README.md", "The conversation"), "step")
    assert [span for row in rows for span in spans(row[2])] == [step["id"] for step in THRIVE["step"]]


def test_every_format_stands_in_the_table_and_no_other() -> None:
    assert first_spans(table(section(STORIES, "Downloads"), "format")) == list(FORMATS)


def test_every_role_stands_in_the_table_and_no_other() -> None:
    assert sorted(first_spans(table(section(STORIES, "Roles"), "role"))) == sorted(ROLES)


def test_every_rule_for_counts_stands_in_the_table_and_no_other() -> None:
    assert set(first_spans(table(section(STORIES, "Numbers"), "rule"))) == set(RULES)


def test_every_decision_about_a_flag_and_every_kind_of_mark_is_told() -> None:
    assert not [one for one in DECISIONS if f"`{one}`" not in section("bot/privacy/README.md", "Safeguarding")]
    assert not [kind for kind in KINDS if f"`[{kind}]`" not in section(STORIES, "Redaction and marks")]


def test_every_limit_stands_in_the_table_with_what_is_shipped_and_no_other() -> None:
    told = {
        name: value.strip()
        for row in table(section("bot/campaigns/README.md", "Limits and spending"), "under `[limits]`")
        for name, value in zip(spans(row[0]), row[2].split(","), strict=True)
    }
    assert told == {name: str(value) for name, value in THRIVE["limits"].items()}


def test_every_keeping_period_is_told_with_what_is_shipped() -> None:
    keeping = section("bot/privacy/README.md", "Keeping")
    assert not [name for name, value in THRIVE["keeping"].items() if f"`{name}` ({value})" not in keeping]


def test_every_address_stands_in_the_table_and_no_other() -> None:
    sandbox = Sandbox()
    try:
        rules = create_app(sandbox.installation).url_map.iter_rules()
        served = {(method, _plain(rule.rule)) for rule in rules for method in rule.methods or () if method in _METHODS}
    finally:
        sandbox.close()
    told = {
        (method, _plain(path))
        for row in table(text_of("webhooks/README.md"), "address")
        for methods, path in re.findall(r"`((?:GET|POST)(?:` and `POST)?) (/[^`]*)`", row[0])
        for method in methods.split("` and `")
    }
    assert told == served


def _plain(path: str) -> str:
    """An address with its variables left unnamed."""
    return re.sub(r"<[^>]+>", "<>", path)
