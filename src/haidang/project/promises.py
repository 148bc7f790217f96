"""The sixteen promises, as the public page shows them; docs/promises.md says where each is kept.

No setting, role or flag switches a promise off. A test holds this table, the document and the tests
that try to break each promise together.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise. `kept`: false where its room is not in this version yet."""

    number: int
    name: LazyText | str
    sentence: LazyText | str
    kept: bool


PROMISES = (
    Promise(
        1,
        _("Publications, not people"),
        _("We follow registered publications of organisations; a person is never followed."),
        kept=True,
    ),
    Promise(
        2,
        _("No author profiles"),
        _(
            "Bylines of watched articles are never data, and sentiment is never computed, of anyone."
        ),
        kept=True,
    ),
    Promise(
        3,
        _("Facts, never opinions"),
        _("Only a checkable statement of fact gets a verdict, from a closed set of verdicts."),
        kept=False,
    ),
    Promise(
        4,
        _("Anyone's claims, the operator's first"),
        _(
            "The operator's own statements are checked like anyone's, and a public balance page shows it."
        ),
        kept=False,
    ),
    Promise(
        5, _("Two people"), _("Nothing is decided or published by one person alone."), kept=False
    ),
    Promise(
        6,
        _("Evidence or nothing"),
        _("There is no verdict without archived evidence that a stranger can verify."),
        kept=False,
    ),
    Promise(
        7,
        _("The right of reply"),
        _("Whoever made a claim is asked before we decide, and the answer stands in the check."),
        kept=False,
    ),
    Promise(
        8,
        _("Signed and open"),
        _(
            "All that goes out carries the organisation's name and signature; nothing is posted covertly."
        ),
        kept=True,
    ),
    Promise(
        9,
        _("No takedown, no punishing"),
        _("There is no tool here for removing others' content or acting against whoever wrote it."),
        kept=True,
    ),
    Promise(
        10,
        _("Nothing changes silently"),
        _("Corrections stay visible, and the log of acts cannot be rewritten unseen."),
        kept=True,
    ),
    Promise(
        11,
        _("Whoever asks stays safe"),
        _("A tip or an appeal needs no name, and nothing that identifies its sender is kept."),
        kept=False,
    ),
    Promise(
        12,
        _("The machine suggests, people decide"),
        _("No automatic result becomes a public statement; grouping shows its reasons."),
        kept=True,
    ),
    Promise(
        13,
        _("The jury is blind"),
        _("While scoring is open, nothing shown differs by who wrote a work or who judges it."),
        kept=False,
    ),
    Promise(
        14,
        _("The gate guards what we publish"),
        _("What goes out is searched for personal data and classification marks; people decide."),
        kept=True,
    ),
    Promise(
        15,
        _("The way out is open"),
        _("Everything can be exported in documented, open formats."),
        kept=True,
    ),
    Promise(
        16,
        _("Members are not graded"),
        _("Nothing measures a member's reading, zeal, attitude or belief."),
        kept=True,
    ),
)
