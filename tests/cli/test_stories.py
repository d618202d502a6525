"""`openear export`, `erase`, `purge`, `backup`, `restore` and `keys`."""

import json
import stat

import pytest
from kit.operator import BOILER, PHONE, Operator

from bot.store import audit

# --- stories out


def test_an_export_goes_to_standard_output_and_its_count_to_standard_error(operator: Operator) -> None:
    operator.tell(f"{BOILER}, ring me on 07911 123456")
    result = operator.run("export")
    assert result.exit_code == 0
    assert result.stdout_bytes.startswith(b"\xef\xbb\xbf")
    assert b"will not mend the boiler" in result.stdout_bytes
    assert b"07911" not in result.stdout_bytes
    assert result.stderr.startswith("1 story. Redacted: telephone numbers, ")
    assert operator.actions() == ["export"]


def test_an_export_can_be_raw_without_a_mark_and_into_a_file(operator: Operator) -> None:
    operator.tell(f"{BOILER}, ring me on 07911 123456")
    operator.good("export", "--raw", "--reason", "a quote to check", "--no-bom", "-o", "stories.csv")
    written = (operator.folder / "stories.csv").read_bytes()
    assert not written.startswith(b"\xef\xbb\xbf")
    assert b"07911 123456" in written


@pytest.mark.parametrize("file_format", ["csv", "jsonl", "docx"])
def test_every_format_can_be_exported(operator: Operator, file_format: str) -> None:
    operator.tell(BOILER)
    operator.good("export", "--format", file_format, "-o", f"stories.{file_format}")
    assert (operator.folder / f"stories.{file_format}").stat().st_size > 50


@pytest.mark.parametrize(
    "arguments",
    [
        ("--since", "yesterday"), ("--since", "2026-12-01", "--until", "2026-01-01"), ("--language", "tlh"),
        ("--hub", "NOBODY"), ("--theme", "none"), ("--format", "pdf"), ("--campaign", "none"),
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_meant_is_said_and_nothing_is_written(
    operator: Operator, arguments: tuple[str, ...]
) -> None:
    operator.tell(BOILER)
    assert "boiler" not in operator.bad("export", *arguments, "-o", "out.csv")
    assert not (operator.folder / "out.csv").exists()
    assert operator.actions() == []


# --- erase, purge, backup, restore, keys


def test_a_story_is_erased_by_its_id_after_being_asked(operator: Operator) -> None:
    operator.tell(BOILER)
    public = str(operator.rows("stories")[0]["public"])
    assert "cannot be undone" in operator.bad("erase", public, typed="n\n")
    assert len(operator.rows("stories")) == 1
    assert "Erased the story." in operator.good("erase", public, typed="y\n")
    assert operator.rows("stories") == []
    assert "no story with this id" in operator.bad("erase", public, "--yes")


def test_all_from_a_contact_is_erased(operator: Operator) -> None:
    operator.tell(BOILER)
    assert "no message ever came from this contact" in operator.bad("erase", "telegram:7001", "--yes")
    assert "(1 story)" in operator.good("erase", PHONE, "--yes")
    assert operator.rows("stories") == operator.rows("answers") == []
    assert PHONE not in str(operator.rows("audit"))


def test_purge_says_how_much_went(operator: Operator) -> None:
    operator.tell(BOILER)
    assert operator.good("purge") == "Deleted 0 stories, 0 texts without a yes, 0 addresses.\n"


def test_a_backup_is_restored_and_what_was_erased_meanwhile_stays_erased(operator: Operator) -> None:
    operator.tell(BOILER)
    operator.tell("my rent went up twice this year", sender="+447911123457")
    assert "30 days" in operator.good("backup", "copy.openear")
    operator.good("erase", PHONE, "--yes")
    assert operator.good("restore", "copy.openear") == "Restored; 1 story was erased again.\n"
    assert b"rent went up" in operator.run("export").stdout_bytes
    assert b"boiler" not in operator.run("export").stdout_bytes


def test_a_backup_that_is_none_or_not_ours_is_refused_in_words(operator: Operator) -> None:
    operator.tell(BOILER)
    (operator.folder / "copy.openear").write_bytes(b"something else")
    assert "is not a backup of OpenEar" in operator.bad("restore", "copy.openear")
    assert "does not exist" in operator.bad("restore", "nothing.openear")
    assert "cannot be written" in operator.bad("backup", "no/such/folder/copy.openear")
    assert len(operator.rows("stories")) == 1


def test_a_new_key_encrypts_from_now_on_and_old_words_stay_readable(operator: Operator) -> None:
    operator.tell(BOILER)
    said = operator.good("keys", "rotate")
    assert "Key 2" in said
    operator.tell("my rent went up twice this year", sender="+447911123457")
    assert {row["body"][0] for row in operator.rows("answers")} == {1, 2}
    exported = operator.run("export").stdout_bytes
    assert b"boiler" in exported
    assert b"rent went up" in exported
    keys = json.loads((operator.folder / "keys" / "openear.keys").read_text())
    assert not any(secret in said for secret in keys["encryption"].values())
    assert stat.S_IMODE((operator.folder / "keys" / "openear.keys").stat().st_mode) == 0o600


def test_without_a_keyring_nothing_can_be_rotated(empty: Operator) -> None:
    assert "openear init" in empty.bad("keys", "rotate")


# --- the audit


def test_whatever_commands_did_stands_in_an_audit_that_holds_together(operator: Operator) -> None:
    operator.tell(BOILER)
    operator.good("organiser", "add", "ana@example.org", "--role", "organiser")
    operator.good("organiser", "token", "ana@example.org")
    operator.good("export", "-o", "out.csv")
    operator.good("erase", PHONE, "--yes")
    operator.good("organiser", "revoke", "ana@example.org")
    assert operator.actions() == ["organiser.add", "organiser.token", "export", "erase", "organiser.revoke"]
    opened = operator.installation()
    with opened.read() as tx:
        assert audit.verify(tx) is None
    opened.database.close()
