"""The examination before serving: it opens each thing once and hands over what it opened."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.installation import open_installation
from bot.operations import checks
from bot.operations.checks import examine
from bot.settings import SETTINGS, read_settings
from bot.store import keyring, migrations, organisers
from bot.store.database import Database


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """An installation that is fit to serve; counts what the examination opens."""
    monkeypatch.chdir(tmp_path)
    for setting in SETTINGS:
        for name in (setting.name, f"{setting.name}_FILE"):
            monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456789:" + "A" * 35)
    settings = read_settings()
    keyring.make(settings.keyring)
    database = Database(settings.database_url)
    migrations.upgrade(database)
    database.close()
    installation = open_installation(settings)
    with installation.write() as tx:
        assert organisers.add(tx, "lea@example.org", "safeguarding", "", "")
    installation.database.close()
    found: Counter[str] = Counter()
    for name in ("load_campaigns", "Database"):
        monkeypatch.setattr(checks, name, _counted(name, getattr(checks, name), found))
    monkeypatch.setattr(keyring, "read", _counted("keyring", keyring.read, found))
    return found


def _counted(name: str, call: Callable[..., object], found: Counter[str]) -> Callable[..., object]:
    def counted(*args: object, **named: object) -> object:
        found[name] += 1
        return call(*args, **named)

    return counted


def test_what_is_fit_to_serve_is_opened_once_and_handed_over(opened: Counter[str]) -> None:
    examined = examine()
    assert [finding for finding in examined.findings if finding.grave] == []
    assert examined.installation is not None
    assert set(examined.installation.campaigns) == {"thrive"}
    assert opened == {"load_campaigns": 1, "Database": 1, "keyring": 1}
    with examined.installation.read() as tx:
        assert organisers.has_safeguarding_lead(tx)
    examined.installation.database.close()


@pytest.mark.usefixtures("opened")
def test_nothing_is_handed_over_where_something_is_grave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENEAR_CAMPAIGNS", "nowhere")
    examined = examine()
    assert examined.installation is None
    assert [finding.text for finding in examined.findings if finding.grave]
