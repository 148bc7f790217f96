"""What a letter says and how it is written: plain text and HTML in one message, nothing loaded from anywhere.

No pictures, no counted links, no text from outside in a header: a header with a line's end is refused by the
library that writes it, and ours are tidied before.
"""

from __future__ import annotations

import json
import re
import secrets
import unicodedata
from dataclasses import asdict, dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from haidang.core import queries
from haidang.core.seals import seal, unseal
from haidang.engine.net import MailServer

ADDRESS_MAX, SUBJECT_MAX = 254, 200
_SEALED_FOR = "letter"
_WEB = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterText:
    """A letter before it is written. `unsubscribe`: the address of the one click, for what was subscribed to."""

    to: str
    subject: str
    plain: str
    language: str = "vi"
    unsubscribe: str = ""


def find_server() -> MailServer | None:
    """The mail server that the operator named, or None: then no letter is made."""
    url, sender = settings.OPTIONS["MAIL_URL"], settings.OPTIONS["MAIL_FROM"]
    return MailServer.from_url(url) if url and sender else None


def tidy_address(told: str) -> str:
    """A mail address in ASCII, without anything around it. Raises ValidationError."""
    address = told.strip()
    refused = ValidationError(_("This is not a mail address that letters can be sent to."))
    if not address.isascii() or len(address) > ADDRESS_MAX or re.search(r"[\s<>,;\"()\\]", address):
        raise refused
    try:
        validate_email(address)
    except ValidationError:
        raise refused from None
    return address


def tidy_subject(told: str) -> str:
    """One line without control characters."""
    kept = "".join(
        " " if unicodedata.category(one) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else one for one in told
    )
    # An encoded word (RFC 2047) would be read by the library, and what it hides with it: a line's end, say.
    return " ".join(kept.split()).replace("=?", "= ?")[:SUBJECT_MAX]


def new_message_id() -> str:
    """The name of a letter, fixed before it is sent anywhere."""
    domain = settings.OPTIONS["MAIL_FROM"].rpartition("@")[2] or "haidang.invalid"
    return f"<{secrets.token_hex(16)}@{domain}>"


def seal_text(text: LetterText, *, once: str) -> bytes:
    """The letter as it lies in the outbox, bound to what it is about."""
    return seal(json.dumps(asdict(text), ensure_ascii=False), purpose=f"{_SEALED_FOR} {once}")


def unseal_text(sealed: bytes | memoryview, *, once: str) -> LetterText:
    """What `seal_text` sealed. Raises SealBrokenError."""
    return LetterText(**json.loads(unseal(sealed, purpose=f"{_SEALED_FOR} {once}")))


def write_letter(text: LetterText, *, message_id: str, at: datetime) -> bytes:
    """The whole message (RFC 5322), as it is handed to the mail server. Raises ValueError for a bad header."""
    desk = queries.find_desk()
    name = tidy_subject(desk.name if desk and desk.name else "Hải Đăng")
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = Address(display_name=name, addr_spec=settings.OPTIONS["MAIL_FROM"])
    message["To"] = Address(addr_spec=text.to)
    message["Subject"] = tidy_subject(text.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    if text.unsubscribe:
        message["List-Unsubscribe"] = f"<{text.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text.plain, cte="quoted-printable")
    message.add_alternative(_to_html(text), subtype="html", cte="quoted-printable")
    message["Content-Language"] = text.language  # last: the library moves it into a part otherwise
    raw = message.as_bytes()
    if sorted(message_from_bytes(raw).keys()) != sorted([*message.keys()]):
        raise ValueError("a header of this letter reads as another")
    return raw


def _to_html(text: LetterText) -> str:
    """The same words with links that can be followed; every word of them is escaped by the template."""
    paragraphs = [
        [_pieces(line) for line in part.split("\n")]
        for part in text.plain.split("\n\n")
        if part.strip()
    ]
    context = {
        "paragraphs": paragraphs, "subject": tidy_subject(text.subject), "language": text.language
    }  # fmt: skip
    return render_to_string("core/letter.html", context)


def _pieces(line: str) -> list[tuple[str, bool]]:
    """A line as texts and addresses of the web: (piece, is it an address)."""
    pieces, at = list[tuple[str, bool]](), 0
    for found in _WEB.finditer(line):
        pieces += [(line[at : found.start()], False), (found[0], True)]
        at = found.end()
    return [*pieces, (line[at:], False)]
