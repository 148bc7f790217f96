"""The desk's signature: Ed25519 (RFC 8032) over a text, with a key that never leaves the data folder.

What is signed is `haidang-signed-1 <kind>`, a line end, and the text, in UTF-8: a head of the log cannot be
passed off as a public text, nor the other way round. The key is 32 bytes in `HOME/signing_key`, in hex, made
at the first start and readable by its owner only; the public half is published with everything it signs.
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

FORMAT = "haidang-signed-1"
HEAD, ITEM = "head", "item"
KEY_NAME = "signing_key"


@dataclass(frozen=True, slots=True)
class SignedText:
    """A text with the desk's signature; `key` and `signature` in hex."""

    kind: str
    text: str
    key: str
    signature: str

    def to_table(self) -> dict[str, str]:
        """As it is published; `from_table` reads it back."""
        return {
            "format": FORMAT,
            "kind": self.kind,
            "text": self.text,
            "key": self.key,
            "signature": self.signature,
        }


def from_table(told: Any) -> SignedText:
    """Read what `to_table` wrote. Raises ValueError for anything else."""
    names = ("kind", "text", "key", "signature")
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise ValueError("not a signed text of this format")
    if not all(isinstance(told.get(name), str) for name in names):
        raise ValueError("a signed text has kind, text, key and signature")
    return SignedText(*(told[name] for name in names))


def from_json(text: str | bytes) -> SignedText:
    """Read a signed text from JSON. Raises ValueError."""
    try:
        return from_table(json.loads(text))
    except RecursionError:
        raise ValueError("not a signed text: nested too deeply") from None


def sign_text(kind: str, text: str) -> SignedText:
    """Sign a text with the desk's key."""
    key = find_key()
    return SignedText(kind, text, _hex(key.public_key()), key.sign(_message(kind, text)).hex())


def verify_text(signed: SignedText) -> bool:
    """Whether the signature is that of `signed.key` over this kind and text."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signed.key))
        message = _message(signed.kind, signed.text)
        key.verify(bytes.fromhex(signed.signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def find_public_key() -> str:
    """The public half of the desk's key, in hex."""
    return _hex(find_key().public_key())


def find_key() -> Ed25519PrivateKey:
    """The desk's key; made now if there is none. Two first starts at once agree on one."""
    path = Path(settings.HOME) / KEY_NAME
    try:
        told = path.read_text(encoding="ascii")
    except FileNotFoundError:
        told = _make_key(path)
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(told.strip()))


def _make_key(path: Path) -> str:
    """Written whole beside its place, then put there unless another was first."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".signing_key-")  # 0600 from the start
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()
    return path.read_text(encoding="ascii")


def _message(kind: str, text: str) -> bytes:
    return f"{FORMAT} {kind}\n{text}".encode("utf-8", "surrogatepass")


def _hex(key: Ed25519PublicKey) -> str:
    return key.public_bytes_raw().hex()
