"""Encryption of residents' words and addresses, and the keyed hashes that find them again.

AES-256-GCM from `cryptography` with a random 96-bit nonce (NIST SP 800-38D). The associated data names table, column
and row, so that a ciphertext moved to another row does not decrypt. Layout: key id (1 byte), nonce (12 bytes),
ciphertext with tag. Plaintext never enters a log or an error.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import DecryptionError


@dataclass(frozen=True)
class Keys:
    """The keys of one installation, one for each job; `keyring.read` refuses equal ones."""

    encryption: dict[int, bytes] = field(repr=False)  # id -> key; the highest id encrypts, all decrypt
    lookup: bytes = field(repr=False)
    dedupe: bytes = field(repr=False)
    audit: bytes = field(repr=False)

    @cached_property
    def _ciphers(self) -> dict[int, AESGCM]:
        return {number: AESGCM(key) for number, key in self.encryption.items()}

    @cached_property
    def _newest(self) -> int:
        return max(self.encryption)

    def encrypt(self, text: str, column: str, row: int) -> bytes:
        """Encrypt `text` for one `column` (written `table.column`) of the row with this id."""
        nonce = os.urandom(12)
        sealed = self._ciphers[self._newest].encrypt(nonce, text.encode(), f"{column}|{row}".encode())
        return bytes((self._newest,)) + nonce + sealed

    def decrypt(self, sealed: bytes, column: str, row: int) -> str:
        """Read what `encrypt` wrote for the same column and row. Raises DecryptionError."""
        cipher = self._ciphers.get(sealed[0]) if len(sealed) > 28 else None
        if cipher is None:
            raise DecryptionError(f"{column} of row {row} was encrypted with a key that is not in the keyring")
        try:
            return cipher.decrypt(sealed[1:13], sealed[13:], f"{column}|{row}".encode()).decode()
        except InvalidTag:
            raise DecryptionError(f"{column} of row {row} was changed, or belongs to another row") from None

    def contact_hash(self, channel: str, address: str) -> bytes:
        """What a contact is found by: keyed, because a plain hash of a telephone number can be guessed in minutes."""
        return hmac.digest(self.lookup, f"{channel}|{address}".encode(), hashlib.sha256)

    def message_hash(self, channel: str, key: str) -> bytes:
        """The identity of one message, which `seen` keeps for ever (law 5)."""
        return hmac.digest(self.dedupe, f"{channel}|{key}".encode(), hashlib.sha256)

    def fingerprint(self, conversation: int, text: str) -> str:
        """Eight bytes in hexadecimal that recognise the same text within one conversation."""
        return hmac.digest(self.dedupe, f"text|{conversation}|{text}".encode(), hashlib.sha256)[:8].hex()
