"""Secrets of others that the desk must hold: sealed at rest with a key made from the desk's own.

AES-256-GCM; the key comes from `secret_key` by HKDF-SHA-256 under a name of its own, so that a session
signature says nothing about it. What a seal is for (`purpose`) is bound into it: a sealed value moved to
another row does not open. A copy of the database without `secret_key` opens nothing.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_INFO = b"haidang sealed credentials 1"
_NONCE_BYTES = 12


class SealBrokenError(ValueError):
    """The sealed value was changed or moved, or the desk's key is another one now."""


def seal(text: str, *, purpose: str) -> bytes:
    """`text` sealed for `purpose`; never the same bytes twice."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(_key()).encrypt(nonce, text.encode("utf-8"), purpose.encode("utf-8"))


def unseal(sealed: bytes | memoryview, *, purpose: str) -> str:
    """What was sealed for `purpose`. Raises SealBrokenError."""
    sealed = bytes(sealed)
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return AESGCM(_key()).decrypt(nonce, rest, purpose.encode("utf-8")).decode("utf-8")
    except (InvalidTag, ValueError) as error:
        raise SealBrokenError(type(error).__name__) from None


def _key() -> bytes:
    told = settings.SECRET_KEY.encode("utf-8")
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_INFO).derive(told)
