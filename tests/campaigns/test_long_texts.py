"""No reply is longer than one message of a provider may be."""

import re
from pathlib import Path

from kit.sandbox import Sandbox

from bot.campaigns import SHIPPED
from bot.campaigns.translation.review import rendered
from bot.campaigns.validation import read_file


def test_no_reply_in_any_language_is_longer_than_one_message_may_be(sandbox: Sandbox) -> None:
    """Text >4096 (Telegram) / >1600 (Twilio)."""
    wording = sandbox.installation.wordings["thrive"]
    for code in sandbox.installation.campaigns["thrive"].languages:
        longest = sorted(len(text.encode("utf-16-le")) // 2 for text in rendered(code, wording).values())[-3:]
        assert sum(longest) + 2 <= 1_600, code  # no reply says more than three texts


def test_a_campaign_with_a_text_that_the_provider_would_refuse_is_a_mistake(sandbox: Sandbox, tmp_path: Path) -> None:
    """Text >4096 (Telegram) / >1600 (Twilio)."""
    text = (SHIPPED / "thrive.toml").read_text(encoding="utf-8")
    question = re.search(r'id = "pressure".*?text = """(.*?)"""|id = "pressure".*?text = "(.*?)"', text, re.DOTALL)
    assert question
    asked = question[1] or question[2]
    (tmp_path / "long.toml").write_text(text.replace(asked, asked + " And why?" * 200), encoding="utf-8")
    _raw, mistakes = read_file(tmp_path / "long.toml", sandbox.installation.catalogues)
    assert [one for one in mistakes if "pressure" in one and "1600" in one.replace(",", "")]
