"""The key file: for its owner alone, and refused with every reason at once."""

import json
import os
from pathlib import Path

import pytest

from bot.errors import KeyringError
from bot.store import keyring

# The key file


@pytest.fixture
def ring(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "openear.keys"
    keyring.make(path)
    return path


def rewritten(path: Path, **changes: object) -> Path:
    raw = json.loads(path.read_text())
    path.write_text(json.dumps({name: value for name, value in (raw | changes).items() if value is not None}))
    return path


def refusal(path: Path, data_folder: Path | None = None) -> str:
    with pytest.raises(KeyringError) as problem:
        keyring.read(path, data_folder)
    assert str(path) in str(problem.value)
    return str(problem.value)


def test_a_new_key_file_is_for_its_owner_alone_and_its_keys_all_differ(ring: Path) -> None:
    assert ring.stat().st_mode & 0o777 == 0o600
    assert ring.parent.stat().st_mode & 0o077 == 0
    found = keyring.read(ring)
    every = [*found.encryption.values(), found.lookup, found.dedupe, found.audit]
    assert len(set(every)) == len(every) == 4
    assert {len(one) for one in every} == {32}


def test_a_key_file_is_never_replaced(ring: Path) -> None:
    before = ring.read_bytes()
    with pytest.raises(FileExistsError):
        keyring.make(ring)
    assert ring.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o610])
def test_a_key_file_that_others_can_read_is_refused(ring: Path, mode: int) -> None:
    ring.chmod(mode)
    assert f"chmod 600 {ring}" in refusal(ring)


def test_a_key_file_inside_the_data_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "data" / "deep" / "openear.keys"
    keyring.make(path)
    assert "move it elsewhere" in refusal(path, tmp_path / "data")
    (tmp_path / "link").symlink_to(path)
    assert "move it elsewhere" in refusal(tmp_path / "link", tmp_path / "data"), "through a link, too"
    assert keyring.read(path, tmp_path / "elsewhere")


def test_a_short_key_is_refused(ring: Path) -> None:
    assert "'lookup' has 4 bytes, not 32" in refusal(rewritten(ring, lookup="YWFhYQ=="))


def test_two_equal_keys_are_refused(ring: Path) -> None:
    assert "two of its keys are equal" in refusal(rewritten(ring, audit=json.loads(ring.read_text())["dedupe"]))


def test_every_reason_is_given_at_once(ring: Path) -> None:
    ring.chmod(0o644)
    why = refusal(rewritten(ring, lookup="YWFhYQ==", dedupe="YWFhYQ=="), ring.parent)
    for reason in ("chmod 600", "move it elsewhere", "'lookup' has 4", "'dedupe' has 4", "equal"):
        assert reason in why


def test_a_missing_key_file_says_how_to_make_one(tmp_path: Path) -> None:
    assert "openear init" in refusal(tmp_path / "nowhere.keys")


@pytest.mark.parametrize("broken", ["", "{", "[]", "null", "7", '"keys"', "\udcff"])
def test_a_broken_key_file_sends_to_the_safe_copy(ring: Path, broken: str) -> None:
    ring.write_bytes(broken.encode(errors="surrogateescape"))
    assert "safe copy" in refusal(ring)


@pytest.mark.parametrize(
    "changes",
    [{"lookup": None}, {"encryption": None}, {"encryption": []}, {"encryption": {"1": 7}}, {"audit": "not base64!"},
     {"encryption": {"one": "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="}}, {"encryption": {}},
     {"encryption": {"300": "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="}}],
)  # fmt: skip
def test_a_key_file_with_a_part_missing_or_wrong_sends_to_the_safe_copy(ring: Path, changes: dict[str, object]) -> None:
    assert "safe copy" in refusal(rewritten(ring, **changes))


def test_no_reason_shows_a_key(ring: Path) -> None:
    secret = json.loads(ring.read_text())["dedupe"]
    ring.chmod(0o644)
    assert secret not in refusal(rewritten(ring, audit=secret))


def test_nobody_else_can_read_the_data_folder_s_key(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "openear.keys"
    old = os.umask(0)
    try:
        keyring.make(path)
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o600
