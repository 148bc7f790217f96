"""Every way into the desk by its name: tables, columns, addresses, forms, acts, verbs, jobs.

What a promise forbids must not be there under any of these names. The words are compared whole:
"commenter" is not found by "comment".
"""

from __future__ import annotations

import argparse
import inspect
import re
from collections.abc import Iterator
from functools import cache

from django import forms
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from haidang.core import actions as core_actions
from haidang.core import forms as core_forms
from haidang.engine import types
from haidang.project.cli.main import build_parser
from haidang.project.options import OPTIONS
from haidang.watch import actions as watch_actions
from haidang.watch import forms as watch_forms
from haidang.watch import jobs as watch_jobs


def words_of(name: str) -> set[str]:
    """The words of a name: "ArticleVersion.replaced_at" has four."""
    split = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    return {word.lower() for word in re.findall(r"[A-Za-z]+", split)}


def find_doors(*words: str) -> list[str]:
    """All names that hold one of these words, alone or in the plural."""
    wanted = {word for one in words for word in (one, f"{one}s")}
    return sorted(door for door in all_doors() if words_of(door) & wanted)


@cache
def all_doors() -> frozenset[str]:
    """The names of everything through which something enters, leaves, or is kept."""
    return frozenset(
        [*_tables(), *_values(), *_addresses(get_resolver()), *_forms(), *_acts(), *_verbs()]
        + [f"setting {option.name}" for option in OPTIONS]
    )


def columns(*rooms: str) -> list[str]:
    """ "Table.column" of these rooms."""
    return [
        f"{model.__name__}.{field.name}"
        for room in rooms
        for model in apps.get_app_config(room).get_models()
        for field in model._meta.get_fields()
    ]


def _tables() -> Iterator[str]:
    for config in apps.get_app_configs():
        if config.name.startswith("haidang."):
            yield from columns(config.label)


def _values() -> Iterator[str]:
    """What passes between the steps of the engine, and the closed sets of its words."""
    for name, value in vars(types).items():
        if inspect.isclass(value) and value.__module__ == types.__name__:
            yield name
            yield from (f"{name}.{field}" for field in getattr(value, "__dataclass_fields__", ()))


def _addresses(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        told = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield f"address {told} {one.name}"
        else:
            yield from _addresses(one, told)


def _forms() -> Iterator[str]:
    for module in (core_forms, watch_forms):
        for name, value in vars(module).items():
            if inspect.isclass(value) and issubclass(value, forms.Form):
                yield from (f"{name}.{field}" for field in value.base_fields)


def _acts() -> Iterator[str]:
    for module in (core_actions, watch_actions, watch_jobs):
        for name, value in vars(module).items():
            if not name.startswith("_") and callable(value):
                yield f"act {name}"


def _verbs() -> Iterator[str]:
    yield from _verbs_of(build_parser(), "haidang")


def _verbs_of(parser: argparse.ArgumentParser, before: str) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield f"verb {name}"
                yield from _verbs_of(below, name)
        else:
            yield from (f"verb {before} {option}" for option in action.option_strings)
            yield from (f"verb {before} {choice}" for choice in action.choices or ())
