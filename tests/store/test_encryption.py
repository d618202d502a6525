"""Encryption: bound to its row, and nothing shows but the length."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.stored import profile

from bot.errors import DecryptionError
from bot.store import keyring
from bot.store.crypto import Keys

PLACE = "answers.body"
STORY = "The lift has been broken since August — żółć, மழை, 🌧️"


# Encryption


def test_what_was_encrypted_is_read_again(keys: Keys) -> None:
    for words in (STORY, "", "\0", "x" * 100_000):
        assert keys.decrypt(keys.encrypt(words, PLACE, 7), PLACE, 7) == words


@settings(profile, max_examples=100)
@given(st.text())
def test_any_text_is_read_again(words: str) -> None:
    keys = Keys({1: b"\1" * 32}, b"\2" * 32, b"\3" * 32, b"\4" * 32)
    assert keys.decrypt(keys.encrypt(words, PLACE, 7), PLACE, 7) == words


def test_each_flipped_byte_is_noticed(keys: Keys) -> None:
    sealed = keys.encrypt(STORY, PLACE, 7)
    for at in range(len(sealed)):
        for bit in (1, 128):
            broken = sealed[:at] + bytes((sealed[at] ^ bit,)) + sealed[at + 1 :]
            with pytest.raises(DecryptionError):
                keys.decrypt(broken, PLACE, 7)


def test_each_missing_or_added_byte_is_noticed(keys: Keys) -> None:
    sealed = keys.encrypt("no", PLACE, 7)
    for size in range(len(sealed)):
        with pytest.raises(DecryptionError):
            keys.decrypt(sealed[:size], PLACE, 7)
    with pytest.raises(DecryptionError):
        keys.decrypt(sealed + b"\0", PLACE, 7)


def test_a_ciphertext_is_bound_to_its_row_and_its_column(keys: Keys) -> None:
    sealed = keys.encrypt(STORY, PLACE, 7)
    for place, row in ((PLACE, 8), (PLACE, 77), ("flags.evidence", 7), ("answers.bod", 7), ("", 7)):
        with pytest.raises(DecryptionError):
            keys.decrypt(sealed, place, row)


def test_another_key_does_not_open_it_and_the_error_holds_no_word(keys: Keys) -> None:
    sealed = keys.encrypt(STORY, PLACE, 7)
    stranger = replace(keys, encryption={1: b"\7" * 32})
    with pytest.raises(DecryptionError) as problem:
        stranger.decrypt(sealed, PLACE, 7)
    assert "lift" not in str(problem.value)
    with pytest.raises(DecryptionError, match="not in the keyring"):
        replace(keys, encryption={9: keys.encryption[1]}).decrypt(sealed, PLACE, 7)


def test_after_a_rotation_the_new_key_encrypts_and_the_old_one_still_decrypts(tmp_path: Path) -> None:
    path = tmp_path / "openear.keys"
    keyring.make(path)
    old = keyring.read(path)
    sealed = old.encrypt(STORY, PLACE, 7)
    assert keyring.rotate(path) == 2
    both = keyring.read(path)
    assert both.decrypt(sealed, PLACE, 7) == STORY
    fresh = both.encrypt(STORY, PLACE, 7)
    assert (sealed[0], fresh[0]) == (1, 2)
    with pytest.raises(DecryptionError):
        old.decrypt(fresh, PLACE, 7)
    assert (both.lookup, both.dedupe, both.audit) == (old.lookup, old.dedupe, old.audit)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["openear.keys"]


def test_the_same_words_never_look_the_same(keys: Keys) -> None:
    sealed = {keys.encrypt("yes", PLACE, 7) for _ in range(500)}
    assert len({one[1:13] for one in sealed}) == 500, "each has a nonce of its own"
    assert len({one[13:] for one in sealed}) == 500


def test_nothing_of_the_words_shows_but_their_length(keys: Keys) -> None:
    sealed = keys.encrypt(STORY, PLACE, 7)
    assert STORY.encode() not in sealed
    assert len(sealed) == 1 + 12 + len(STORY.encode()) + 16


def test_hashes_differ_by_job_channel_and_key(keys: Keys) -> None:
    others = replace(keys, lookup=keys.dedupe, dedupe=keys.lookup)
    found = {
        keys.contact_hash("sms", "+447911123456"), keys.contact_hash("telegram", "+447911123456"),
        keys.contact_hash("sms", "+447911123457"), keys.message_hash("sms", "+447911123456"),
        others.contact_hash("sms", "+447911123456"),
    }  # fmt: skip
    assert len(found) == 4, "only the exchanged keys give the hash of the other job"
    assert keys.fingerprint(1, "hello") == keys.fingerprint(1, "hello") != keys.fingerprint(2, "hello")


def test_keys_do_not_show_themselves(keys: Keys) -> None:
    secrets = (*keys.encryption.values(), keys.lookup, keys.dedupe, keys.audit)
    assert not [one for one in secrets if repr(one) in repr(keys)]
