"""The rules of the hand-written event files, one line for each that is broken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from haidang.project.demo.press.writing import Draft

HOURS_MIN = 0.2
HOURS_MAX = 335.0
HOWS = frozenset({"verbatim", "edited", "cut"})


def find_faults(drafts: Mapping[str, Draft], *, languages: Mapping[str, str]) -> list[str]:
    """Look at all articles. `languages`: the language of each publication, by its key."""
    return [
        f"{key}: {fault}"
        for key, draft in drafts.items()
        for fault in _find_in_one(draft, drafts, languages)
    ]


def _find_in_one(
    draft: Draft, drafts: Mapping[str, Draft], languages: Mapping[str, str]
) -> Iterator[str]:
    if not draft.key:
        yield "has no key"
    if draft.publication not in languages:
        yield f"no publication {draft.publication}"
    if not HOURS_MIN <= draft.hours_ago <= HOURS_MAX:
        yield f"hours_ago {draft.hours_ago} is not within {HOURS_MIN} and {HOURS_MAX}"
    if draft.claim and not draft.note_claim:
        yield "a claim without the reason why it is false"
    if draft.claim and not draft.copy_of and draft.claim not in f"{draft.lead}\n{draft.text}":
        yield "the claim does not stand in the text"
    if draft.copy_of:
        yield from _find_in_copy(draft, drafts, languages)
    else:
        yield from _find_in_original(draft)
    yield from _find_in_translation(draft, drafts, languages)


def _find_in_original(draft: Draft) -> Iterator[str]:
    for name in ("title", "lead", "text"):
        if not getattr(draft, name).strip():
            yield f"has no {name}"
    if draft.how or draft.edits or draft.add or draft.drop or draft.keep:
        yield "is edited like a copy, but copies nothing"


def _find_in_copy(
    draft: Draft, drafts: Mapping[str, Draft], languages: Mapping[str, str]
) -> Iterator[str]:
    if draft.text:
        yield "is a copy and has a text of its own"
    if draft.how not in HOWS:
        yield f"how “{draft.how}” is not one of {', '.join(sorted(HOWS))}"
    if bool(draft.edits or draft.add or draft.drop) != (draft.how == "edited"):
        yield "edits, add and drop belong to an edited copy, which needs one of them"
    if bool(draft.keep) != (draft.how == "cut"):
        yield "keep belongs to a cut copy, which needs it"
    original = drafts.get(draft.copy_of)
    if original is None:
        yield f"copies {draft.copy_of}, which is not there"
        return
    if original.hours_ago <= draft.hours_ago:
        yield f"is not later than {draft.copy_of}, which it copies"
    if original.publication == draft.publication:
        yield "copies its own publication"
    if languages.get(original.publication) != languages.get(draft.publication):
        yield f"copies {draft.copy_of} from another language"


def _find_in_translation(
    draft: Draft, drafts: Mapping[str, Draft], languages: Mapping[str, str]
) -> Iterator[str]:
    if not draft.translation_of:
        return
    original = drafts.get(draft.translation_of)
    if original is None:
        yield f"translates {draft.translation_of}, which is not there"
    elif languages.get(original.publication) == languages.get(draft.publication):
        yield f"translates {draft.translation_of} into its own language"
    elif original.hours_ago <= draft.hours_ago:
        yield f"is not later than {draft.translation_of}, which it translates"
