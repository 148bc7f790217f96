"""One table: which role may do what. The page `docs/operate/roles.md` and the tests are made of it.

A role is held at a unit and holds for the units under it. A member may hold several roles; the table has no
"may not", so roles add up and never take away. What two people must do together is not here but in
`rules.py`: no role lets anyone approve their own proposal. An administrator keeps people and units and
approves nothing by being one.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from haidang.core.enums import Role


class Act(TextChoices):
    """What a role may allow, as the rules ask for it."""

    READ_DESK = "read_desk", _("read the desk")
    EDIT_WATCH = "edit_watch", _("register sources, enter articles, regroup stories, write topics")
    PROPOSE = "propose", _("propose a text, a verdict or a correction")
    ADVISE = "advise", _("give an expert's opinion")
    REVIEW = "review", _("approve what another proposed: verdicts, corrections, evidence")
    PUBLISH = "publish", _("approve what another proposed to go out: releases, withdrawals")
    SAY_WHO_PUBLISHES = "say_who_publishes", _("say who publishes and who pays")
    PLAN = "plan", _("keep plans, tasks and meetings")
    RUN_JURY = "run_jury", _("run a contest without scoring in it")
    SCORE = "score", _("score in a contest")
    MANAGE_PEOPLE = "manage_people", _("invite members, give and take roles, send away")
    MANAGE_UNITS = "manage_units", _("open, rename, merge, split and close units")
    RUN_DESK = "run_desk", _("keep the machine: tokens, backups, mail, webhooks")
    READ_LOG = "read_log", _("open the log of one person's acts, with a reason they see")
    EXPORT_ALL = "export_all", _("propose or approve an export of everything")


ROLES: Mapping[Role, frozenset[Act]] = {
    Role.READER: frozenset({Act.READ_DESK}),
    Role.EDITOR: frozenset({Act.READ_DESK, Act.EDIT_WATCH, Act.PROPOSE}),
    Role.CONTRIBUTOR: frozenset({Act.READ_DESK, Act.PROPOSE}),
    Role.REVIEWER: frozenset({Act.READ_DESK, Act.REVIEW}),
    Role.PUBLISHER: frozenset({Act.READ_DESK, Act.PUBLISH, Act.SAY_WHO_PUBLISHES, Act.EXPORT_ALL}),
    Role.PLANNER: frozenset({Act.READ_DESK, Act.PLAN}),
    Role.EXPERT: frozenset({Act.READ_DESK, Act.ADVISE}),
    Role.JURY_SECRETARY: frozenset({Act.READ_DESK, Act.RUN_JURY}),
    Role.JUROR: frozenset({Act.SCORE}),
    Role.ADMINISTRATOR: frozenset(
        {
            Act.READ_DESK,
            Act.MANAGE_PEOPLE,
            Act.MANAGE_UNITS,
            Act.RUN_DESK,
            Act.SAY_WHO_PUBLISHES,
            Act.READ_LOG,
            Act.EXPORT_ALL,
        }
    ),
}

# Acts by which something is decided about content; no administrator may ever do one by that role.
OVER_CONTENT = frozenset({Act.EDIT_WATCH, Act.PROPOSE, Act.REVIEW, Act.PUBLISH, Act.SCORE})


def roles_for(act: Act) -> frozenset[Role]:
    """Every role that allows this act."""
    return frozenset(role for role, acts in ROLES.items() if act in acts)


def render_table() -> str:
    """The table in Markdown, in the language that is active: acts down, roles across."""
    heads = [str(role.label) for role in ROLES]
    lines = [
        "| | " + " | ".join(heads) + " |",
        "|---|" + "---|" * len(heads),
    ]
    for act in Act:
        marks = ["✓" if act in acts else "" for acts in ROLES.values()]
        lines.append(f"| {act.label} | " + " | ".join(marks) + " |")
    return "\n".join(lines)
