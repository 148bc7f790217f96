"""The address of a story that was merged leads to where its articles went."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from haidang.watch.queries import find_successor


def find_way_on(story_id: int, name: str, *more: str) -> HttpResponse:
    """The way to the page of that name; not for ever, since a merging can be undone.

    Raises Http404 if there never was such a story.
    """
    story = find_successor(story_id)
    if story is None or story.id == story_id:
        raise Http404
    return redirect(name, story.id, *more)
