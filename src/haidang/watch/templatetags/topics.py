"""Marks of topics in templates: their names in the page's language, and the line above a headline."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from haidang.watch.media_topics import name_media_topic
from haidang.watch.words import name_topic

register = template.Library()


@register.simple_tag
def topic_name(topic: Any) -> str:
    """The name of a line or a mark in the page's language."""
    return name_topic(topic.title_vi, topic.title_en)


@register.simple_tag
def topic_lang(topic: Any) -> SafeString:
    """The `lang` attribute of that name where it is not in the page's language."""
    is_foreign = get_language() != "vi" and not topic.title_en
    return format_html(' lang="{}"', "vi") if is_foreign else mark_safe("")


@register.simple_tag
def kicker(card: Any, here: Any = None) -> SafeString:
    """A story's topic with its page, unless that is `here`; else the section the publication named."""
    if card.topic is not None and card.topic.id != here:
        return format_html(
            '<a href="{}"{}>{}</a> · ',
            reverse("watch:topic", args=[card.topic.id]),
            topic_lang(card.topic),
            topic_name(card.topic),
        )
    if not card.section:
        return mark_safe("")
    language = card.language if card.language not in {get_language(), "und", ""} else ""
    attribute = format_html(' lang="{}"', language) if language else mark_safe("")
    return format_html("<span{}>{}</span> · ", attribute, card.section)


@register.filter
def media_topic(identifier: str) -> str:
    """The name of an IPTC Media Topic in the page's language."""
    return name_media_topic(identifier, get_language() or "en")
