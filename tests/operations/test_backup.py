"""Backups: whole, encrypted, refused where they were changed."""

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kit.people import BOILER, OTHER
from kit.restoring import COLD, restore
from kit.sandbox import PHONE, Sandbox

from bot.errors import InvalidError, OpenEarError, UnavailableError
from bot.operations import backup
from bot.store import keyring, tables

HEAD = 24  # the name of the format, and a mark of this backup's own
LENGTH = slice(2, 6)  # of a chunk, after its key's number and whether it is the last


# --- the file


def test_a_backup_brings_everything_back(sandbox: Sandbox, file: Path) -> None:
    sandbox.tell_story(BOILER)
    sandbox.arrive(COLD, OTHER)
    contents = {table.name: sandbox.rows(table) for table in tables.metadata.sorted_tables}
    backup.write(sandbox.installation, file)
    sandbox.file.unlink()
    assert restore(sandbox, file) == 0
    assert {table.name: sandbox.rows(table) for table in tables.metadata.sorted_tables} == contents
    sandbox.arrive("and it is still cold")
    assert sandbox.words() == [BOILER, "and it is still cold"]


def test_a_backup_is_for_the_operators_eyes_and_holds_nothing_in_the_clear(sandbox: Sandbox, file: Path) -> None:
    sandbox.tell_story(BOILER)
    backup.write(sandbox.installation, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    raw = file.read_bytes()
    for known in (b"SQLite format", b"thrive", b"take_part", PHONE.encode(), BOILER.encode()):
        assert known not in raw


def test_no_copy_in_the_clear_is_left_beside_the_database(sandbox: Sandbox, file: Path) -> None:
    sandbox.tell_story(BOILER)
    beside = set(sandbox.file.parent.iterdir())
    backup.write(sandbox.installation, file)
    assert set(sandbox.file.parent.iterdir()) <= beside
    restore(sandbox, file)
    with pytest.raises(InvalidError):
        restore(sandbox, _changed(file, lambda raw: raw[:-1]))
    assert set(sandbox.file.parent.iterdir()) <= beside


def test_a_backup_of_many_chunks_is_made_while_the_conversation_goes_on(sandbox: Sandbox, file: Path) -> None:
    sandbox.tell_story(*(f"{BOILER}. " * 250 + str(part) for part in range(200)))
    backup.write(sandbox.installation, file)
    sandbox.arrive(COLD)
    told = sandbox.words()
    restore(sandbox, file)
    assert sandbox.words() == told[:-1]


def test_a_backup_stays_readable_after_the_keys_were_rotated(sandbox: Sandbox, file: Path) -> None:
    sandbox.tell_story(BOILER)
    backup.write(sandbox.installation, file)
    keyring.rotate(sandbox.installation.settings.keyring)
    restore(sandbox, file)
    assert sandbox.words() == [BOILER]


# --- what is refused

TAMPERED: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda raw: b"",
    "another file": lambda raw: b"SQLite format 3\x00" + raw,
    "cut off in the middle": lambda raw: raw[: len(raw) // 2],
    "cut off at the end": lambda raw: raw[:-1],
    "only its beginning": lambda raw: raw[:HEAD],
    "cut off between two chunks": lambda raw: raw[: HEAD + len(_chunks(raw)[0])],
    "something added": lambda raw: raw + b"x",
    "one bit changed in the middle": lambda raw: _flip(raw, len(raw) // 2),
    "one bit changed at the end": lambda raw: _flip(raw, len(raw) - 1),
    "the mark of the last chunk changed": lambda raw: _set(raw, HEAD + 1, b"1"),
    "another key's number": lambda raw: _set(raw, HEAD, b"\x07"),
    "a length beyond the file": lambda raw: _set(raw, HEAD + 2, b"\xff" * 4),
    "its own mark changed": lambda raw: _flip(raw, HEAD - 1),
    "its first two chunks exchanged": lambda raw: raw[:HEAD] + b"".join(_chunks(raw)[1::-1] + _chunks(raw)[2:]),
}


def _set(raw: bytes, at: int, new: bytes) -> bytes:
    return raw[:at] + new + raw[at + len(new) :]


def _flip(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes((raw[at] ^ 1,)) + raw[at + 1 :]


def _chunks(raw: bytes) -> list[bytes]:
    found, at = [], HEAD
    while at < len(raw):
        end = at + 18 + int.from_bytes(raw[at:][LENGTH], "big")
        found.append(raw[at:end])
        at = end
    return found


def _changed(file: Path, change: Callable[[bytes], bytes]) -> Path:
    other = file.with_name("changed.openear")
    other.write_bytes(change(file.read_bytes()))
    return other


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, Path]]:
    """An installation whose backup has several chunks, and that backup."""
    one = Sandbox()
    one.tell_story(*(f"{BOILER}. " * 250 + str(part) for part in range(200)))
    file = tmp_path_factory.mktemp("backup") / "large.openear"
    backup.write(one.installation, file)
    assert len(_chunks(file.read_bytes())) >= 2
    yield one, file
    one.close()


@pytest.mark.parametrize("change", TAMPERED.values(), ids=TAMPERED)
def test_a_backup_that_was_changed_or_cut_is_refused_and_the_database_is_untouched(
    large: tuple[Sandbox, Path], change: Callable[[bytes], bytes]
) -> None:
    sandbox, file = large
    told = sandbox.words()
    with pytest.raises(InvalidError):
        restore(sandbox, _changed(file, change))
    assert sandbox.words() == told


def test_chunks_of_two_backups_do_not_go_together(large: tuple[Sandbox, Path], tmp_path: Path) -> None:
    sandbox, file = large
    later = tmp_path / "later.openear"
    backup.write(sandbox.installation, later)
    one, other = file.read_bytes(), later.read_bytes()
    mixed = tmp_path / "mixed.openear"
    mixed.write_bytes(one[:HEAD] + b"".join([*_chunks(one)[:1], *_chunks(other)[1:]]))
    with pytest.raises(InvalidError):
        restore(sandbox, mixed)


def test_a_backup_of_another_installation_is_refused(sandbox: Sandbox, file: Path) -> None:
    sandbox.tell_story(BOILER)
    stranger = Sandbox()
    stranger.tell_story(COLD)
    backup.write(stranger.installation, file)
    stranger.close()
    with pytest.raises(InvalidError, match="another keyring"):
        restore(sandbox, file)
    assert sandbox.words() == [BOILER]


def test_a_backup_that_cannot_be_written_says_so(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(OpenEarError):
        backup.write(sandbox.installation, tmp_path / "nowhere" / "copy.openear")


def test_where_the_present_database_cannot_be_read_the_erasures_since_are_unknown_and_that_is_said(
    sandbox: Sandbox, file: Path
) -> None:
    sandbox.tell_story(BOILER)
    backup.write(sandbox.installation, file)
    sandbox.installation.database.close()
    sandbox.file.write_bytes(b"this disk has died" * 1_000)
    with pytest.raises(UnavailableError, match="erase"):
        restore(sandbox, file)
