"""What a page says of itself in JSON-LD (schema.org), read leniently: half the press writes it broken.

Refuses to follow addresses, contexts or items about other pages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

NODES_MAX = 500

_DECODER = json.JSONDecoder(strict=False)  # line ends within strings are common

_WRAPPER = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.*?\*/)?\s*|\s*(?:-->|(?://\s*)?\]\]>)?\s*;?\s*$",
    re.DOTALL,
)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_LOOSE = re.compile(
    r'"(datePublished|dateModified|headline|articleSection|isAccessibleForFree)"\s*:\s*("(?:[^"\\\n]|\\.){1,500}"|true|false)',
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?:Article|BlogPosting|Report|Review)$")
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage")


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOfItself:
    """The article's own statements. `bylines` serve to cut them from the text and go no further."""

    is_article: bool = False
    headline: str = ""
    description: str = ""
    published: str = ""
    modified: str = ""
    section: str = ""
    image: str = ""
    body: str = ""
    is_free: bool | None = None
    bylines: tuple[str, ...] = ()
    crumbs: tuple[str, ...] = field(default=())


def read_json_ld(scripts: list[str]) -> SaidOfItself:
    """What the page's JSON-LD says of the article; empty where there is none. Never raises."""
    nodes = [node for script in scripts for node in _nodes(_parse(script))][:NODES_MAX]
    articles = [node for node in nodes if _is_article(node)]
    dated = [node for node in articles if node.get("datePublished")]
    loose = next(
        (node for node in nodes if "datePublished" in node and "itemListElement" not in node), {}
    )
    node = (dated or articles or [loose])[0]
    return SaidOfItself(
        is_article=bool(articles),
        headline=_text(node.get("headline")) or (_text(node.get("name")) if articles else ""),
        description=_text(node.get("description")),
        published=_text(node.get("datePublished")),
        modified=_text(node.get("dateModified")),
        section=_text(node.get("articleSection")),
        image=_address(node.get("image")),
        body=_text(node.get("articleBody")),
        is_free=_truth(node.get("isAccessibleForFree")),
        bylines=tuple(_names(node.get("author"))),
        crumbs=tuple(_crumbs(nodes)),
    )


def _parse(script: str) -> Any:
    bare = script
    for mend in (None, _WRAPPER, _TRAILING_COMMA):
        bare = mend.sub("", bare) if mend else bare
        try:
            return _DECODER.decode(bare)
        except (ValueError, RecursionError):
            continue
    # Beyond mending: the few facts that stand for themselves are still worth having.
    loose: dict[str, Any] = {"@type": "Article"} if '"headline"' in bare else {}
    for key, value in _LOOSE.findall(bare):
        try:
            loose.setdefault(key, _DECODER.decode(value))
        except ValueError:
            continue
    return loose


def _nodes(parsed: Any) -> Iterator[dict[str, Any]]:
    todo = [parsed]
    seen = 0
    while todo and seen < NODES_MAX:
        seen += 1
        item = todo.pop(0)
        if isinstance(item, list):
            todo.extend(item[:NODES_MAX])
        elif isinstance(item, dict):
            yield item
            todo.extend(item[key] for key in _INSIDE if isinstance(item.get(key), list | dict))


def _types(node: dict[str, Any]) -> list[str]:
    told = node.get("@type")
    return [kind for kind in (told if isinstance(told, list) else [told]) if isinstance(kind, str)]


def _is_article(node: dict[str, Any]) -> bool:
    return any(_ARTICLE.search(kind) for kind in _types(node))


def _text(value: Any) -> str:
    if isinstance(value, list):
        return next((text for item in value if (text := _text(item))), "")
    if isinstance(value, dict):
        return _text(value.get("@value") or value.get("name"))
    return value.strip() if isinstance(value, str) else ""


def _address(value: Any) -> str:
    if isinstance(value, list):
        return next((found for item in value if (found := _address(item))), "")
    if isinstance(value, dict):
        return _address(value.get("url") or value.get("contentUrl") or value.get("@id"))
    return value.strip() if isinstance(value, str) else ""


def _truth(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    told = _text(value).lower().rpartition("/")[2]
    return {"true": True, "false": False}.get(told)


def _names(value: Any) -> Iterator[str]:
    items = value if isinstance(value, list) else [value]
    for item in items[:20]:
        if isinstance(item, dict) and "Organization" in " ".join(_types(item)):
            continue
        if name := _text(item):
            yield name


def _crumbs(nodes: list[dict[str, Any]]) -> Iterator[str]:
    trail = next((node for node in nodes if "BreadcrumbList" in _types(node)), None)
    steps = trail.get("itemListElement") if trail else None
    for step in (steps if isinstance(steps, list) else [])[:10]:
        if isinstance(step, dict):
            yield _text(step.get("name")) or _text(step.get("item"))
