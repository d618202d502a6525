"""`openear serve` refuses to start where the database cannot be used."""

from pathlib import Path

from click.testing import CliRunner
from kit.database import write_migrated
from kit.privileges import bound_by_permissions
from kit.requests import OURS

from bot.settings import SETTINGS
from bot.store import keyring
from scripts.cli.main import openear


def refused(folder: Path, database: Path) -> str:
    """What `openear serve` says when it will not start."""
    keyring.make(folder / "keys" / "openear.keys")
    environment = {
        **{setting.name: None for setting in SETTINGS},
        **OURS,
        "OPENEAR_DATABASE_URL": f"sqlite:///{database}",
        "OPENEAR_KEYRING": str(folder / "keys" / "openear.keys"),
    }
    result = CliRunner(env=environment).invoke(openear, ["serve"])
    assert result.exit_code != 0
    return f"{result.output}{result.exception or ''}"


def test_serving_refuses_to_start_where_a_folder_stands_in_place_of_the_database(tmp_path: Path) -> None:
    """Read-only FS, bad perms."""
    (tmp_path / "var" / "openear.db").mkdir(parents=True)
    said = refused(tmp_path, tmp_path / "var" / "openear.db")
    assert "cannot start" in said
    assert "the database cannot be used" in said
    assert "OPENEAR_DATABASE_URL" in said


def test_serving_refuses_to_start_where_the_database_may_not_be_written(tmp_path: Path) -> None:
    """Read-only FS, bad perms."""
    data = tmp_path / "var"
    write_migrated(data / "openear.db")
    data.chmod(0o500)
    (data / "openear.db").chmod(0o400)
    try:
        with bound_by_permissions():
            assert "the database cannot be used" in refused(tmp_path / "beside", data / "openear.db")
    finally:
        data.chmod(0o700)
