"""No script of a stranger's text comes alive on a page: payloads as headline, lead and text."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html
from tests.sheet import print_sheet

from haidang.watch.models import Article, Story

LIST = Path(__file__).resolve().parents[3] / "shared" / "hostile" / "xss_html.jsonl"
OURS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "</title><script>alert(1)</script>",
    "{{ 7|add:7 }}{% debug %}",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
)


def payloads() -> list[str]:
    """Ours, and those of the list beside the checkout where it is there."""
    if not LIST.exists():
        return list(OURS)
    rows = [json.loads(line) for line in LIST.read_text(encoding="utf-8").splitlines() if line]
    return [
        *OURS,
        *(
            next(str(v) for k, v in row.items() if k in {"html", "payload", "input", "text"})
            for row in rows
        ),
    ]


@pytest.mark.django_db
def test_no_payload_comes_alive_in_a_headline_or_a_text() -> None:
    now = timezone.now()
    sheet = print_sheet(now=now)
    reader = Client()
    for payload in payloads():
        Article.objects.filter(id=sheet.original).update(
            title=payload[:1000], lead=payload, text=payload
        )
        Story.objects.filter(id=sheet.story).update(
            title=payload[:1000],
            lead=payload,
            section=payload[:200],
            last_at=now - timedelta(minutes=1),
        )
        for address in (f"/a/{sheet.original}", f"/s/{sheet.story}", "/watch/"):
            answer = reader.get(address)
            assert answer.status_code == 200
            assert find_alive(answer.content.decode()) == [], payload


def find_alive(page: str) -> list[str]:
    """Scripts that are not our files, handlers, and addresses that run."""
    found = []
    for element in html.document_fromstring(page).iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "script" and not str(element.get("src", "")).startswith("/static/"):
            found.append("script")
        if element.tag in {"iframe", "object", "embed", "base"}:
            found.append(element.tag)
        for name, value in element.attrib.items():
            if name.startswith("on") or str(value).strip().lower().startswith(
                ("javascript:", "data:text/html")
            ):
                found.append(name)
    return found
