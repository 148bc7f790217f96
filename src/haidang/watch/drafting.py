"""The machine's part in entering an article by hand: reading what was handed in, cleaning what was corrected.

Run by a job of the worker, or by the command in the foreground.
"""

from __future__ import annotations

from datetime import datetime

from haidang.core.machines import Machines, find_file_store
from haidang.engine.clippings import ClippingKind, read_clipping
from haidang.engine.errors import EngineError, Trouble
from haidang.engine.pipeline import read_page
from haidang.watch import actions
from haidang.watch.enums import DraftState, Way
from haidang.watch.models import Draft
from haidang.watch.queries.drafts import find_draft


def work_on_draft(draft_id: int, *, machines: Machines, now: datetime) -> None:
    """Read a draft that waits, or make a confirmed one an entry. Any other is left as it is."""
    draft = find_draft(draft_id)
    if draft is None:
        return
    try:
        if draft.state == DraftState.WAITING:
            _read(draft, machines, now=now)
        elif draft.state == DraftState.CONFIRMED:
            _hand_on(draft, machines, now=now)
    except EngineError as error:
        actions.store_draft_trouble(draft, error)


def _read(draft: Draft, machines: Machines, *, now: datetime) -> None:
    if draft.way == Way.ADDRESS:
        read = read_page(
            draft.url,
            http=machines.http,
            reader=machines.reader,
            store=machines.store,
            now=now,
            hint_language=draft.publication.language,
        )
        actions.store_draft_page(draft, read, now=now)
        return
    clipping = None
    if draft.file is not None and not draft.text.strip():
        data = find_file_store().read(draft.file.sha256)
        clipping = read_clipping(
            data,
            kind=ClippingKind(draft.file.kind),
            language=draft.language or draft.publication.language,
        )
        draft.text = clipping.text
    text, language = _clean(draft, machines)
    actions.store_draft_text(draft, text, language=language, read=clipping)


def _hand_on(draft: Draft, machines: Machines, *, now: datetime) -> None:
    """What a person typed may carry a signature too: it is cleaned like any text."""
    text, language = _clean(draft, machines)
    if not text:
        raise EngineError(Trouble.CLIPPING_UNREAD, detail="only_signature")
    actions.store_hand_entry(draft, text, language=language, now=now)


def _clean(draft: Draft, machines: Machines) -> tuple[str, str]:
    """The text without furniture and signatures, and the language in which it is written."""
    text: str = machines.reader.run("haidang.engine.extract:clean_text", draft.text)
    language: str = machines.reader.run(
        "haidang.engine.text:identify_language",
        f"{draft.title}\n{text[:5000]}",
        hint=draft.publication.language,
    )
    return text, language
