"""Keys in a backup: sealed with the operator's passphrase, or not in it at all.

scrypt (RFC 7914) with 32 MB makes a key of the passphrase; AES-256-GCM seals the files with it.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

_PURPOSE = b"haidang keys 1"
_SALT, _NONCE = 16, 12


class PassphraseWrongError(ValueError):
    """The passphrase is another one, or what it sealed was changed."""


def seal_files(files: Mapping[str, bytes], *, passphrase: str) -> bytes:
    """Name → content, sealed."""
    told = {name: base64.b64encode(data).decode("ascii") for name, data in files.items()}
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, json.dumps(told).encode(), _PURPOSE)
    return salt + nonce + sealed


def unseal_files(sealed: bytes, *, passphrase: str) -> dict[str, bytes]:
    """What was sealed. Raises PassphraseWrongError."""
    salt, nonce, rest = sealed[:_SALT], sealed[_SALT : _SALT + _NONCE], sealed[_SALT + _NONCE :]
    try:
        told = json.loads(AESGCM(_key(passphrase, salt)).decrypt(nonce, rest, _PURPOSE))
    except (InvalidTag, ValueError) as error:
        raise PassphraseWrongError(type(error).__name__) from None
    return {name: base64.b64decode(data) for name, data in told.items()}


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode("utf-8"))
