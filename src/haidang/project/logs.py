"""What is logged, as lines for people or as JSON lines for a collector, and never about whom.

Whatever a library or a fault puts into a message, these are masked: network addresses, mail addresses,
the values of a database's complaint, and all of a path but its first part, which may hold a token or
what somebody searched. Requests are not logged at all.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])")
IPV6 = re.compile(r"(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?![\w:])", re.IGNORECASE)
VALUES = re.compile(r"(Key \([^)]{1,200}\)=)\(.{0,500}?\)(?= )|(Failing row contains )\(.*\)")
PATH = re.compile(r"(?<![\w/.:<])(/[\w.-]{1,60})/[^\s\"'<>]+")
OF_REQUESTS = ("django.request", "django.security", "django.server")


def mask(text: str, *, paths: bool = False) -> str:
    """`text` without what tells of a person; `paths`: nor what stands behind a path's first part."""
    text = MAIL.sub("[mail]", text)
    text = IPV6.sub("[address]", IPV4.sub("[address]", text))
    text = VALUES.sub(lambda found: f"{found[1] or found[2]}[left out]", text)
    return PATH.sub(r"\1/…", text) if paths else text


class Lines(logging.Formatter):
    """Time, level, logger, message: one line, and a fault's traceback below it."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record), paths=record.name.startswith(OF_REQUESTS))


class JsonLines(logging.Formatter):
    """One JSON object a line: at (UTC), level, logger, message, and fault where there was one."""

    def format(self, record: logging.LogRecord) -> str:
        paths = record.name.startswith(OF_REQUESTS)
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": mask(record.getMessage(), paths=paths),
        }
        if record.exc_info:
            told["fault"] = mask(self.formatException(record.exc_info), paths=paths)
        return json.dumps(told, ensure_ascii=False)
